import pytest
from django.db import transaction

from audit import trail
from guarantees import orders
from guarantees.models import Guarantee, Terms, Version
from outbox.models import Job
from tests import make


@pytest.mark.django_db
def test_an_order_freezes_the_terms_and_promises_the_issuing():
    officer, company = make.person("approver"), make.contractor()
    terms = make.terms()

    version = orders.place(terms, contractor=company, by=officer)

    guarantee = Guarantee.objects.get()
    assert (guarantee.status, guarantee.number, guarantee.contractor) == ("ordered", None, company)
    assert (guarantee.product, guarantee.format) == ("advance", "electronic")
    assert (guarantee.branch, guarantee.issuer) == (terms.branch, terms.issuer)
    assert len(bytes(guarantee.salt)) == 16
    stored = Version.objects.get()
    assert stored == version
    assert (stored.guarantee, stored.no, stored.status, stored.ordered_by) == (guarantee, 0, "ordered", officer)
    assert stored.content() == terms.content()
    assert stored.fingerprint() == stored.terms_digest == terms.terms_digest
    assert list(Job.objects.values_list("kind", "ref", "purpose", "status")) == [
        ("mint", str(guarantee.pk), f"mint:{guarantee.pk}", "ready")
    ]
    entry = trail.of(guarantee).get()
    assert (entry.action, entry.actor) == ("guarantee.ordered", officer)
    assert entry.data == {"version": 0, "terms_digest": terms.terms_digest}


@pytest.mark.django_db
def test_every_guarantee_has_a_salt_of_its_own():
    assert make.ordered().guarantee.salt != make.ordered().guarantee.salt


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [field.name for field in Terms._meta.fields if field.name in {"amount_yen", "ends_on", "work_name"}]
)
def test_terms_that_changed_after_approval_are_not_ordered(name):
    officer, company, terms = make.person("approver"), make.contractor(), make.terms()
    other = make.terms(amount_yen=19_999_999, ends_on=terms.works_from, work_name="別の工事")
    setattr(terms, name, getattr(other, name))

    with pytest.raises(orders.TermsChanged, match="承認した内容と一致しません"):
        orders.place(terms, contractor=company, by=officer)

    assert (Guarantee.objects.count(), Version.objects.count(), Job.objects.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_an_order_is_placed_inside_the_approving_transaction_only():
    officer, company, terms = make.person("approver"), make.contractor(), make.terms()

    with pytest.raises(transaction.TransactionManagementError):
        orders.place(terms, contractor=company, by=officer)

    assert Guarantee.objects.count() == 0


@pytest.mark.django_db
def test_an_order_falls_with_its_transaction():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make.ordered()
        raise ZeroDivisionError

    assert (Guarantee.objects.count(), Version.objects.count(), Job.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_the_digest_covers_every_field_of_the_terms():
    base = make.terms()
    fields = [field.attname for field in Terms._meta.fields if field.name != "terms_digest"]

    left_out = ["ruled_on", "purpose", "changed_on", "change_reason"]  # while they are empty
    assert list(base.content()) == [name for name in fields if name not in left_out]
    for name in fields:
        changed = make.terms()
        setattr(changed, name, "changed")
        assert changed.fingerprint() != base.fingerprint(), name
