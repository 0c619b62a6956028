"""Settings of the portal under fire: the product's own with short waits; the environment says where everything lies."""

from datetime import timedelta

from netdesk import settings as ours
from outbox import waits

globals().update({name: value for name, value in vars(ours).items() if name.isupper()})
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as the test made the people
STORAGES = ours.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_TIMEOUT = 1
RELAY_INLINE_AFTER = 2

# What takes minutes in production takes seconds here. The lease must outlive an attempt to send (outbox.smtp.SPARE).
waits.LEASE = timedelta(seconds=14)
waits.HINT_AFTER = timedelta(seconds=0.5)
waits.HINT_AGAIN = timedelta(seconds=2)
waits.FIRST_RETRY = timedelta(seconds=0.3)
waits.RESEND = (timedelta(seconds=1),)
waits.AFTER_UNKNOWN = timedelta(seconds=1)
