"""With production settings Django's own deployment checks find nothing, and the portal speaks https only."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RING = json.dumps({"a": "A" * 43 + "="})
PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "netdesk.settings",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "portal.example.jp",
    "PORTAL_URL": "https://portal.example.jp",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",
    "EMAIL_URL": "smtp+tls://mail.example.jp:587",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "KEY_RING": RING,
    "PEPPER_RING": RING,
}
ASK = """
import json, django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is collected
django.setup()
from django.test import Client
client = Client(headers={"host": "portal.example.jp"}, raise_request_exception=False)
def told(path, **more):
    answer = client.get(path, **more)
    return [answer.status_code, dict(answer.headers)]
print(json.dumps({"secure": told("/healthz", secure=True), "refused": told("/x?q=%ff", secure=True), "plain": told("/login/?a=1"),
                  "missing": told("/demo/mail/", secure=True), "unready": told("/readyz", secure=True)}))
"""


def run(tmp_path, *command, **env):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=PRODUCTION | {"VAR_DIR": str(tmp_path)} | env,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.slow
def test_the_deployment_checks_warn_of_nothing(tmp_path):
    done = run(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr


@pytest.mark.slow
def test_the_portal_speaks_https_only(tmp_path):
    done = run(tmp_path, "-c", ASK)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    for name, status in {"secure": 200, "refused": 400, "unready": 503}.items():
        assert told[name][0] == status
        assert told[name][1]["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert (told["plain"][0], told["plain"][1]["Location"]) == (301, "https://portal.example.jp/login/?a=1")
    assert "Strict-Transport-Security" not in told["plain"][1]
    assert told["missing"][0] == 404  # the demo's mail exists in the demo only


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["SECRET_KEY", "PORTAL_URL", "EMAIL_URL"])
def test_a_missing_setting_stops_the_process_and_is_named(tmp_path, missing):
    env = {name: value for name, value in PRODUCTION.items() if name != missing} | {"VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert missing in done.stderr.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("empty", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "KEY_RING", "EMAIL_URL"])
def test_an_empty_setting_stops_the_web_process_and_is_named(tmp_path, empty):
    done = run(tmp_path, "-c", "import netdesk.wsgi", **{empty: ""})
    assert done.returncode != 0
    assert empty in done.stderr.splitlines()[-1]
