"""What the head office kept as one row for a body becomes a rule for each product."""

import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("issuers", "0001_initial")], [("issuers", "0002_rules")]


def migrate(to):
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return executor.loader.project_state(to).apps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_row_becomes_a_rule_for_each_product_that_it_said_something_about():
    old = migrate(BEFORE)
    try:
        issuers, rows = old.get_model("issuers", "Issuer"), old.get_model("issuers", "SubmissionRule")
        full, limits, odd, bare = (
            issuers.objects.create(code=code, name=code, kana="", kind="other", prefecture="東京都", search=code)
            for code in ("900010", "900028", "900036", "901016")
        )
        handed_in = {"office": "契約担当課", "email": "keiyaku@city.example.jp", "subject": "【電子保証】{work_name}"}
        rows.objects.create(issuer=full, advance_percent="35.5", advance_cap_yen=1, advance_unit_yen=10, **handed_in)
        rows.objects.create(issuer=limits, advance_percent=40)
        rows.objects.create(issuer=odd, advance_percent=101, advance_cap_yen=0, advance_unit_yen=-1, subject="{0}")
        rows.objects.create(issuer=bare)
    finally:
        new = migrate(AFTER)
    rules = new.get_model("issuers", "Rule").objects.order_by("issuer__code", "product")
    columns = "issuer product percent cap_yen unit_yen ways office email subject".split()
    told = ["契約担当課", "keiyaku@city.example.jp", "【電子保証】{work_name}"]
    assert [
        [str(value) if name == "percent" else value for name, value in row.items()] for row in rules.values(*columns)
    ] == [
        [full.pk, "advance", "35.5", 1, 10, ["mail"], *told],
        [full.pk, "contract", "None", None, None, ["mail"], *told],
        [limits.pk, "advance", "40.0", None, None, [], "", "", ""],
        [odd.pk, "advance", "None", None, None, [], "", "", "{0}"],
        [odd.pk, "contract", "None", None, None, [], "", "", "{0}"],
        [bare.pk, "advance", "None", None, None, [], "", "", ""],
    ]
    assert set(rules.values_list("valid_from", "work_kind")) == {(dt.date(2000, 1, 1), "")}
