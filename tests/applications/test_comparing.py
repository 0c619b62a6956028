"""前回の送信から変わったところ, and what we know of a customer."""

from applications import comparing, lifecycle
from applications.models import Line
from guarantees import issuing
from tests import make


def changed(line):
    return {row.label: (row.old, row.value) for rows in comparing.compared(line) for row in rows if row.is_changed}


def test_a_first_sending_has_nothing_to_compare(people):
    application = make.application(people["contractor"])
    for line in application.lines.all():
        assert changed(line) == {}
        assert [len(rows) > 2 for rows in comparing.compared(line)] == [True] * 4 + [False]


def test_a_second_sending_shows_what_was_there_before(people):
    line = make.line(people, "returned", contract_on=None)
    again = make.edited(
        line.application, people["contractor"], price="51,000,000", works_until="2027/12/25", message="直しました。"
    )
    make.sent(again, people["contractor"])
    line = Line.objects.select_related("application").get(pk=line.pk)
    found = changed(line)
    assert found["請負金額（税込）"] == ("50,000,000円", "51,000,000円")
    assert found["お客様から弊社への連絡事項"] == ("入力なし", "直しました。")
    assert found.keys() >= {"工期", "保証期間"}


def test_a_line_that_was_not_sent_again_is_compared_with_nothing(people):
    line = make.line(people, "returned")
    sister = line.application.lines.get(product="contract")
    make.sent(make.edited(line.application, people["contractor"], advance_amount="19,000,000"), people["contractor"])
    assert changed(Line.objects.get(pk=sister.pk)) == {}
    assert changed(Line.objects.get(pk=line.pk)) == {"前払金保証金額": ("20,000,000円", "19,000,000円")}


def test_the_sheet_shows_old_and_new_side_by_side(client, people):
    line = make.line(people, "returned", contract_on=None)
    make.sent(make.edited(line.application, people["contractor"], advance_amount="19,000,000"), people["contractor"])
    client.force_login(people["clerk"])
    page = client.get(f"/admin/lines/{line.pk}/").content.decode()
    assert "前回の送信から<b>1か所</b>変わりました" in page
    assert "<del>20,000,000円</del>" in page
    assert "<ins>19,000,000円</ins>" in page


def test_what_we_know_of_a_customer_is_counted(people, django_assert_num_queries):
    line = make.line(people, "approved", contract_on=None)
    issuing.mint(str(line.issue.guarantee_id))
    back = make.line(people, "returned", contract_on=None)
    make.sent(make.edited(back.application, people["contractor"], price="51,000,000"), people["contractor"])
    lifecycle.move(back, "receive", by=people["clerk"])
    lifecycle.move(back, "return", by=people["clerk"], remark="もう一度お願いします。")
    make.line(people, "approved", contract_on=None)  # ordered and not yet issued
    with django_assert_num_queries(4):
        assert comparing.dealings(line) == comparing.Dealings("1件", 20_000_000, 2)


def test_what_a_change_says_anew_is_marked(people):
    line = make.change(people, make.guaranteed(people), "returned", amount="10,000,000", used="no")
    saved = make.edited(line.application, people["contractor"], used="yes", received="9,000,000")
    make.sent(saved, people["contractor"])
    line.refresh_from_db()

    assert changed(line)["受け取った前払金"] == ("0円", "9,000,000円")
