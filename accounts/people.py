"""Puts people into the register."""

from django.db import transaction

from accounts.forms import PersonForm
from accounts.models import User
from audit import trail


def register(form: PersonForm, *, by: User | None) -> User:
    """Store the person of a valid form and record it; by=None when somebody with the server in his hands does it."""
    with transaction.atomic():
        person = form.save()
        trail.record("user.added", person, by=by, name=person.name, role=person.role)
    return person
