import pytest

from accounts.models import User


@pytest.fixture
def officer(db):
    return User.objects.create(email="officer@example.jp", name="見本　花子", role="head")
