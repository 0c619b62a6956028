import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guarantees import clock, keys, lookup
from guarantees.models import Guarantee, Key, Look
from tests import make
from tests.guarantees.looking import UNKNOWN, WRONG, look, opened_by


@pytest.mark.django_db
def test_number_and_key_open_the_version_and_the_look_is_recorded(hashes):
    version = make.issued()
    number, key = opened_by(version)
    hashes.clear()

    outcome = look(number, key, agent="Mozilla")

    assert outcome.result == Look.Result.OPENED
    assert (outcome.version, outcome.guarantee, outcome.key) == (version, version.guarantee, version.keys.get())
    stored = Look.objects.get()
    assert outcome.look == stored
    assert (stored.result, stored.guarantee, stored.visitor, stored.network) == (
        "opened",
        version.guarantee,
        "192.0.2.1",
        "192.0.2.1",
    )
    assert (stored.agent, stored.by, stored.number_hmac) == ("Mozilla", None, keys.number_mark(number))
    assert stored.receipt == f"R-{clock.day(stored.at):%Y%m%d}-{stored.pk:06d}"
    assert len(hashes) == 1


@pytest.mark.django_db
def test_the_spellings_that_mails_and_keyboards_make_open_it_too():
    number, key = opened_by(make.issued())
    wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "-" + number + key}

    for typed in [
        (number.replace("-", ""), key),
        (number.translate(wide), key.translate(wide)),
        (number, f" {key[:4]}-{key[4:8]}\n{key[8:]}\u200b"),
    ]:
        assert look(*typed).result == "opened"


@pytest.mark.django_db
def test_a_wrong_number_and_a_wrong_key_look_and_cost_alike(hashes):
    version, other = make.issued(), make.issued()
    number, key = opened_by(version)
    _, foreign = opened_by(other)
    wrong_case = key.swapcase().translate(str.maketrans("OIlo", "ZZzz"))
    paper = make.issued(format="paper").guarantee.number
    hashes.clear()

    seen = []
    for typed in [(UNKNOWN, key), (number, WRONG), (number, foreign), (number, wrong_case), (paper, key)]:
        with CaptureQueriesContext(connection) as queries:
            outcome = look(*typed)
        row = Look.objects.values().get(pk=outcome.look.pk)
        varying = {"id", "at", "number_hmac"}
        shapes = [query["sql"].split()[0] for query in queries]
        answer = (outcome.result, outcome.guarantee, outcome.version, outcome.key)
        seen.append((answer, {name: value for name, value in row.items() if name not in varying}, shapes))

    assert seen == [seen[0]] * 5
    assert seen[0][0] == (Look.Result.REFUSED, None, None, None)
    assert len(hashes) == 5
    assert Look.objects.count() == 5


@pytest.mark.django_db
def test_all_eight_rows_are_compared_to_the_end(monkeypatch):
    number, key = opened_by(make.issued())
    compared, sound = [], lookup.secrets.compare_digest
    monkeypatch.setattr(lookup.secrets, "compare_digest", lambda a, b: compared.append(1) or sound(a, b))

    counts = []
    for typed in [(number, key), (number, WRONG), (UNKNOWN, key)]:
        compared.clear()
        look(*typed)
        counts.append(len(compared))

    assert counts == [8, 8, 8]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "key", "fields"),
    [
        ("1234-1", WRONG, {"number"}),
        (UNKNOWN, "Z28YUE4J3Bu", {"key"}),
        ("", "", {"number", "key"}),
        ("*", "' OR 1=1 --", {"number", "key"}),
        (UNKNOWN, "Z28YUE4J3Bu0", {"key"}),
    ],
)
def test_what_cannot_be_right_is_told_at_its_field_without_the_database(
    number, key, fields, hashes, django_assert_num_queries
):
    with django_assert_num_queries(0), pytest.raises(lookup.Unreadable) as refusal:
        look(number, key)

    assert set(refusal.value.messages) == fields
    assert all(refusal.value.messages.values())
    assert hashes == []


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["superseded", "revoked", "expired"])
def test_a_key_that_was_right_says_so_and_opens_nothing(status):
    version = make.issued()
    number, key = opened_by(version)
    Key.objects.filter(version=version).update(status=status)

    outcome = look(number, key)

    assert outcome.result == status
    assert (outcome.guarantee, outcome.version, outcome.key) == (version.guarantee, None, None)
    assert Look.objects.get().result == status
    assert look(number, WRONG).result == "refused"


@pytest.mark.django_db
def test_a_key_opens_until_the_end_of_its_last_day(monkeypatch):
    version = make.issued()
    number, key = opened_by(version)
    last = version.keys.get().expires_on

    monkeypatch.setattr(clock, "today", lambda: last)
    assert look(number, key).result == "opened"
    assert lookup.reopen(version.keys.get().pk) == version
    monkeypatch.setattr(clock, "today", lambda: last + dt.timedelta(days=1))
    assert look(number, key).result == "expired"
    assert lookup.reopen(version.keys.get().pk) is None


@pytest.mark.django_db
def test_of_several_keys_each_says_what_it_is():
    version = make.issued()
    number, old = opened_by(version)
    guarantee = version.guarantee
    Key.objects.update(status="superseded")
    new = keys.generate()
    sealed = keys.seal(new, guarantee, 2)
    hashed = keys.verifier(new, guarantee.pk, bytes(guarantee.salt), "test")
    Key.objects.create(
        guarantee=guarantee,
        version=version,
        no=2,
        ciphertext=sealed.data,
        kid=sealed.kid,
        verifier=hashed,
        pepper_id="test",
        expires_on=version.ends_on,
    )

    assert [look(number, typed).result for typed in (old, new, WRONG)] == ["superseded", "opened", "refused"]


@pytest.mark.django_db
def test_after_a_revocation_nothing_opens_any_more():
    version = make.issued()
    number, key = opened_by(version)
    grant = look(number, key).key.pk
    assert lookup.reopen(grant) == version

    Key.objects.update(status="revoked")

    assert lookup.reopen(grant) is None
    assert look(number, key).result == "revoked"


@pytest.mark.django_db
def test_looks_of_logged_in_people_are_their_own_and_do_not_count_as_the_beneficiarys():
    version = make.issued()
    number, key = opened_by(version)
    user = make.person("contractor")

    own = look(number, key, user=user)
    assert own.look.by == user
    assert lookup.opened_by_beneficiary(version.guarantee) is None

    first = look(number, key, user=AnonymousUser())
    look(number, key)
    assert lookup.opened_by_beneficiary(version.guarantee) == first.look
    assert list(lookup.looks(version.guarantee))[-1] == own.look
    assert lookup.looks(version.guarantee).count() == 3


@pytest.mark.django_db
def test_a_key_that_opens_nothing_does_not_count_as_looked_at():
    version = make.issued()
    number, key = opened_by(version)
    Key.objects.update(status="superseded")

    look(number, key)

    assert lookup.opened_by_beneficiary(version.guarantee) is None


@pytest.mark.django_db
def test_what_a_browser_says_of_itself_is_cut_and_kept_as_text():
    look(UNKNOWN, WRONG, agent="<b>" + "x" * 500 + "\0", visitor="203.0.113.9")

    assert Look.objects.get().agent == "<b>" + "x" * 197


@pytest.mark.django_db
def test_an_order_without_a_number_is_found_by_nothing():
    version = make.ordered()

    assert look(UNKNOWN, WRONG).result == "refused"
    assert Guarantee.objects.get(pk=version.guarantee_id).number is None


@pytest.mark.django_db
def test_a_paper_guarantee_is_never_found_even_if_it_had_a_key():
    version = make.issued(format="paper")
    guarantee, key = version.guarantee, keys.generate()
    sealed = keys.seal(key, guarantee, 1)
    hashed = keys.verifier(key, guarantee.pk, bytes(guarantee.salt), "test")
    Key.objects.create(
        guarantee=guarantee,
        version=version,
        no=1,
        ciphertext=sealed.data,
        kid=sealed.kid,
        verifier=hashed,
        pepper_id="test",
        expires_on=version.ends_on,
    )

    assert look(guarantee.number, key).result == "refused"
