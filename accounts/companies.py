"""What a company says about itself: its 法人番号 and its 建設業許可番号. All else in its record is kept by its branch."""

from django.db import IntegrityError, transaction

from accounts import colleagues
from accounts.licences import Licence
from accounts.models import Contractor, User
from audit import trail


class Refused(Exception):
    """Numbers that cannot be kept; `field` names where it is to be said."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


# Told alike whether another customer has the number or it was mistyped: who our customers are is nobody's business.
_TAKEN = "この番号は登録できません。番号を確かめ、正しいときは取扱店へご連絡ください"
_FIELDS = {
    "a_corporate_number_belongs_to_one_contractor": "corporate_no",
    "a_licence_number_belongs_to_one_contractor": "licence_no",
}


def keep(corporate_no: str, licence: Licence | None, *, by: User) -> Contractor:
    """Keep the numbers of the company of `by`, as accounts.numbers and accounts.licences read them; "" and None take them out.

    One transaction with its audit entry. The same again changes nothing. Raises Refused, colleagues.NotAllowed.
    """
    with colleagues.managing(by) as company:
        before = _told(company)
        company.corporate_no = corporate_no
        company.licence_authority, company.licence_kind, company.licence_year, company.licence_no = licence or (
            "",
            "",
            None,
            "",
        )
        after = _told(company)
        if changed := {label: [before[label], after[label]] for label in before if before[label] != after[label]}:
            _store(company)
            trail.record("contractor.changed", company, by=by, name=company.name, fields=changed)
    return company


def _store(company: Contractor) -> None:
    names = ["corporate_no", "licence_authority", "licence_kind", "licence_year", "licence_no"]
    try:
        with transaction.atomic():
            company.save(update_fields=names)
    except IntegrityError as fault:
        for constraint, field in _FIELDS.items():
            if constraint in str(fault):
                raise Refused(_TAKEN, field) from None
        raise


def _told(company: Contractor) -> dict[str, str]:
    return {"法人番号": company.corporate_no, "建設業許可番号": str(company.licence or "")}
