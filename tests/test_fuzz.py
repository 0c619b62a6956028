"""No form of the portal answers nonsense with an error of ours. `make fuzz POSTS=20000` makes the long run."""

import json
import logging
import os
from pathlib import Path

import pytest
from django.urls import reverse

from accounts import invitations
from guarantees import documents
from tests import fuzzing, make

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
POSTS, SEED = int(os.environ.get("POSTS", "600")), int(os.environ.get("SEED", "20261126"))


@pytest.mark.django_db
def test_no_random_post_breaks_the_portal(settings, tmp_path, monkeypatch):
    settings.PAPERS_DIR, settings.MAIL_DIR = tmp_path / "papers", tmp_path / "mail"
    settings.MAIL_DIR.mkdir()
    monkeypatch.setattr(logging.root, "handlers", [])  # refusals by the thousand are nothing to read
    monkeypatch.setattr(documents, "render", lambda kind, snapshot, **more: b"%PDF- nothing")
    people = make.people()
    for status in ("submitted", "received", "under_review", "returned", "approved"):
        make.line(people, status)
    draft = make.draft(people["contractor"])
    guest = invitations.invite("guest@example.jp", "見本　新人", "viewer", by=people["contractor"])
    start = {
        "contractor": [
            "/",
            reverse("applications:new"),
            reverse("applications:edit", args=[draft.pk]),
            reverse("applications:confirm", args=[draft.pk]),
            reverse("register:people"),
            reverse("register:numbers"),
        ],
        "viewer": ["/", reverse("register:overview")],
        "colleague": ["/", reverse("applications:drafts")],
        "clerk": [reverse("admin:queue")],
        "approver": [reverse("admin:queue")],
        "head": [reverse("admin:manage"), reverse("admin:queue")],
        "stranger": [
            "/",
            reverse("verify:form"),
            reverse("accounts:login"),
            reverse("accounts:invitation", args=[invitations.token(guest.pk)]),
        ],
    }

    fuzz, told = fuzzing.run(people, POSTS, SEED, start=start)

    if "POSTS" in os.environ:
        evidence = Path(settings.BASE_DIR) / "docs" / "evidence" / "fuzz.json"
        evidence.parent.mkdir(parents=True, exist_ok=True)
        evidence.write_text(json.dumps(told, indent=1) + "\n")
    assert fuzz.broken == []
