"""What the tests of the look-up share."""

from guarantees import keys, lookup

UNKNOWN = "26999-999999"
WRONG = "23456789ABCD"


def look(number, key, *, visitor="192.0.2.1", agent="Test", user=None):
    return lookup.find(number, key, visitor=visitor, agent=agent, user=user)


def opened_by(version):
    """The number and the key that open a version."""
    return version.guarantee.number, keys.reveal(version.keys.get())
