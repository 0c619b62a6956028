"""Settings of the portal: safe in production by default, everything else comes from the environment.

Two files may add variables: `.env` (written by hand) and `var/portal.env` (written by `manage.py portal`
for the demo, so that every command typed beside the running portal meets the same database and secrets).
A required variable has no default: a missing or empty one stops the process and is named.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from netdesk.given import Given

env = Given()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
for _file in (BASE_DIR / ".env", VAR_DIR / "portal.env"):
    if _file.exists():
        env.read_env(_file)

# The demo runs over plain http on this machine only: its log-ins, sample mail page and short waits exist nowhere else.
DEMO = env.bool("DEMO", default=False)
DEBUG = False
SECRET_KEY = env.must("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEMO else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS: it is missing or empty (see .env.example)")
PORT = env.int("PORT", default=8000)
PORTAL_URL = (env("PORTAL_URL", default=f"http://127.0.0.1:{PORT}") if DEMO else env.must("PORTAL_URL")).rstrip("/")
VERIFY_URL = env("VERIFY_URL", default="") or f"{PORTAL_URL}/verify/"
# The last proxies before us whose X-Forwarded-For may be believed; 0 = the peer itself is the visitor.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# A planned pause: until when it lasts, in words such as 6月1日 22:00まで. Every page but the look-up then says so.
MAINTENANCE = env("MAINTENANCE", default="")

# The surety. A fictional company unless the operator says otherwise.
COMPANY_NAME = env("COMPANY_NAME", default="ネットデスク保証株式会社")
COMPANY_ADDRESS = env("COMPANY_ADDRESS", default="東京都中央区見本町一丁目2番3号")
COMPANY_REPRESENTATIVE = env("COMPANY_REPRESENTATIVE", default="代表取締役社長　見本　一郎")
COMPANY_PHONE = env("COMPANY_PHONE", default="03-0000-0000")
OFFICE_HOURS = "平日 9:00〜17:00（土日祝日・年末年始を除く）"
# The edition of the general conditions (約款) to which a new application consents.
CONDITIONS_EDITION = "2026-04-01"

INSTALLED_APPS = [
    "netdesk",
    "accounts",
    "audit",
    "outbox",
    "announcements",
    "issuers",
    "guarantees",
    "applications",
    "netdesk.desk.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
]
# Ours stand first, above WhiteNoise, so that static files and refusals carry the headers too.
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "netdesk.middleware.headers",
    "netdesk.middleware.planned_pause",
    "netdesk.middleware.sound_requests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.access.session_limits",
    "netdesk.uploads.uploads",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "netdesk.urls"
WSGI_APPLICATION = "netdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "netdesk.context.frame",
            ],
            "builtins": ["netdesk.templatetags.nd", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": env.must_url("DATABASE_URL", "db")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,  # the lock order stays visible: every transaction is opened by name
    "OPTIONS": {
        "connect_timeout": 3,
        "keepalives_idle": 10,
        "tcp_user_timeout": 20000,
        "options": "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout="
        + env("IDLE_IN_TRANSACTION", default="30s"),
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = reverse_lazy("accounts:login")
LOGIN_REDIRECT_URL = reverse_lazy("top")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.strength.NotOurNames"},
    {"NAME": "accounts.strength.NotAFewSigns"},
]

# Idle ends: branch staff 30 minutes, contractors 60; the absolute end is 12 hours (accounts.access.session_limits).
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "netdesk.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "report-uri": "/csp-report",
    }
}
# Everything a form may carry; larger bodies are answered 413 by netdesk.middleware.sound_requests. A file to be attached
# may be larger (netdesk.uploads), and no file waits in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The fonts of the papers are read from the disk, never served: packing them would take half a minute.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "woff2", "ttf", "gz", "br")
# Papers are content-addressed files; web and workers share this folder.
PAPERS_DIR = Path(env("PAPERS_DIR", default=str(VAR_DIR / "papers")))
# Rings {"kid": "base64 of 32 bytes"}: the first entry writes, all read. Only guarantees.keys looks at them.
KEY_RING = env.ring("KEY_RING")
PEPPER_RING = env.ring("PEPPER_RING")

vars().update(env.must_url("EMAIL_URL", "email"))  # EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, ...
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ネットデスク <no-reply@netdesk.example.jp>")
MAIL_DIR = VAR_DIR / "mail"  # where the demo's SMTP sink keeps what it accepted

# What we promise (outbox.Job.kind) and who keeps it.
JOBS = {
    "mint": "guarantees.issuing.mint",
    "amend": "guarantees.amending.amend",
    "render_certificate": "guarantees.issuing.render_certificate",
    "render_notice": "guarantees.issuing.render_notice",
    "render_paper": "guarantees.issuing.render_paper",
    "render_statement": "guarantees.issuing.render_statement",
    "render_copy": "applications.copies.render",
}
JOB_QUEUES = {
    "mint": "mint",
    "amend": "mint",
    "render_certificate": "render",
    "render_notice": "render",
    "render_paper": "render",
    "render_statement": "render",
    "render_copy": "render",
    "mail": "mail",
}
JOB_ATTEMPTS = {
    "mint": 20,
    "amend": 20,
    "render_certificate": 10,
    "render_notice": 10,
    "render_paper": 10,
    "render_statement": 10,
    "render_copy": 10,
}
# What the relay looks after besides, and after how many seconds again.
CHORES = {"guarantees.expiry.remind": 3600, "guarantees.viewing.close": 3600}
# Who writes the link of a letter that opens something without a log-in, at the moment of sending (outbox.links).
LETTER_LINKS = {"invitation": "accounts.invitations.link"}
RELAY_INLINE_AFTER = env.float("RELAY_INLINE_AFTER", default=30)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "netdesk.logs.Redact"}},
    "formatters": {"line": {"()": "netdesk.logs.Lines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "line"}},
    "loggers": {"mail.log": {"level": "WARNING"}},  # the demo's sink would print every line of every letter
    "root": {"handlers": ["console"], "level": "INFO"},
}

REDIS_URL = env("REDIS_URL", default="")
# Celery carries hints only; the Job rows are the truth. Without Redis the hints are files.
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
# A worker waits, and comes back after any outage; whoever sends hints brings less patience along (outbox.hints).
CELERY_BROKER_CONNECTION_TIMEOUT = 5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(BROKER_DIR),
    "data_folder_out": str(BROKER_DIR),
    "control_folder": str(BROKER_DIR / "control"),
    "polling_interval": 0.1,
}
if REDIS_URL:
    CELERY_WORKER_DISABLE_PREFETCH = True
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 5,
        "socket_timeout": 30,  # longer than the blocking pop
        "socket_keepalive": True,
        "health_check_interval": 10,
        "visibility_timeout": 3600,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a lost hint is the relay's to make good
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in ("mint", "render", "mail")}
CELERY_TASK_DEFAULT_QUEUE = "mint"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 110, 120  # the longest of all jobs: a mail
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 700_000  # KB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
