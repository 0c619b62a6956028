"""The form shows everything the customers' leaflet shows, and the help explains all of it."""

import re

import pytest
from django.urls import reverse

from applications import progress
from applications.forms import ApplicationForm
from applications.sections import SECTIONS
from tests import make

pytestmark = pytest.mark.django_db
# The labels of the leaflet: both products, the information about the application, buttons and headings.
FRAME = ["申込作成", "申込確認", "送信完了", "全体トップへ", "ログアウト", "保証申込のヘルプ", "営業部・支店", "必須"]
COMMON = ["手続状況", "保証契約番号", "保証証書の形式", "証書（紙）", "電子保証（認証キーを含む）", "保証料計算書（紙）", "希望する", "希望しない"]  # fmt: skip
ADVANCE = [
    "前払金保証を申し込む", "今年度対象額", "出来高予定額または支払限度額", "前払金保証金額", "預託金融機関", "全角", "再預託利用区分",
    "再預託を利用しない", "再預託を利用する", "前払金保証料支払方法", "一括納付", "前払金保証料請求先",
]  # fmt: skip
PERFORMANCE = ["契約保証を申し込む", "契約保証金額", "契約保証料支払方法", "一括納付", "契約保証料請求先"]
INFORMATION = [
    "申込送信先、保証証書受取", "申込送信先", "電子保証発行完了のお知らせ", "メールアドレス", "担当部署", "役職", "担当者名", "連絡先電話番号",
    "お客様から弊社への連絡事項", "弊社からお客様へのお知らせ",
]  # fmt: skip
BUTTONS = ["保証の申込内容をクリア", "インフォメーションをクリア", "検索"]
# What the notes say: ask the body first, when the statement can be seen, when a mail is sent, of what the ratios are.
NOTES = ["発注者が電子保証に対応していることを先に確かめてください", "保証料計算書の画面", "手続き完了後にメールを送信します", "今年度対象額に対して計算します"]  # fmt: skip
HELPED = ["証書の形式について", "今年度対象額とは", "前払金保証金額とは"]


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


@pytest.fixture
def form(owner):
    return owner.get(reverse("applications:new")).content.decode()


def section(page, anchor):
    return re.search(rf'<section [^>]*aria-labelledby="{anchor}".*?</section>', page, re.DOTALL)[0]


def test_every_label_of_the_leaflet_is_on_the_form(form):
    for anchor, labels in (("s2", [*COMMON, *ADVANCE]), ("s3", [*COMMON, *PERFORMANCE])):
        assert [label for label in labels if label not in section(form, anchor)] == []
    assert [label for label in [*FRAME, *INFORMATION, *BUTTONS, *NOTES] if label not in form] == []


def test_every_question_mark_of_the_leaflet_opens_its_help_in_place(form):
    summaries = re.findall(r"<summary>(.*?)</summary>", section(form, "s2"))
    assert [one for one in HELPED if one not in summaries] == []
    assert "証書の形式について" in re.findall(r"<summary>(.*?)</summary>", section(form, "s3"))


def test_the_sentence_about_questions_leads_to_the_office_that_answers(form):
    assert 'href="#side-help">営業部・支店</a>' in form
    assert 'id="side-help"' in form


def test_the_help_explains_every_field_and_is_found_in_menu_and_form(owner, form, text):
    assert form.count(f'href="{reverse("applications:help")}"') == 2
    page = text(owner.get(reverse("applications:help")))
    fields = [field.label for name, field in ApplicationForm.base_fields.items() if not field.widget.is_hidden]
    apart = {"工期の始まり": "工期", "工期の終わり": "工期"}
    assert [label for label in fields if apart.get(label, label) not in page] == []
    assert [label for label in [*ADVANCE, *PERFORMANCE, *INFORMATION] if label not in page and label not in apart] == [
        "再預託を利用しない", "再預託を利用する", "申込送信先、保証証書受取",
    ]  # fmt: skip


def test_the_list_at_the_side_tells_how_far_each_section_has_come(owner, people, text):
    def states(page):
        return re.findall(r'<a href="#s\d">(\d) [^<]+<span class="st chip (\w+)">([^<]+)</span>', page.content.decode())

    assert states(owner.get(reverse("applications:new"))) == [
        ("1", "todo", "未入力"), ("2", "todo", "申し込まない"), ("3", "todo", "申し込まない"),
        ("4", "ok", "入力済み"), ("5", "ok", "入力済み"),
    ]  # fmt: skip
    gaps = {"advance_amount": None, "contract_on": None, "department": None, "person": None, "phone": None}
    draft = make.draft(people["contractor"], **gaps)
    address = reverse("applications:edit", args=[draft.pk])
    known = [("1", "todo", "入力途中"), ("2", "todo", "入力途中"), ("3", "todo", "申し込まない"), ("4", "ok", "入力済み"), ("5", "todo", "任意")]  # fmt: skip
    assert states(owner.get(address))[1:] == known[1:]
    assert states(owner.get(address, {"check": "1"}))[1] == ("2", "bad", "誤り1件")


def test_a_returned_application_tells_which_sections_are_closed(people):
    line = make.line(people, "returned")
    form = ApplicationForm(line.application.typed, contractor=line.contractor)
    opened = dict.fromkeys(SECTIONS, True) | {"s3": False}
    assert progress.of(form, judged=False, opened=opened)["s3"] == progress.State("送信済み", "todo")


def test_format_and_ratio_of_a_closed_product_stand_at_the_side(owner, people, text):
    line = make.line(people, "returned")
    page = owner.get(reverse("applications:edit", args=[line.application_id])).content.decode()
    assert '<output data-note="contract">電子保証・10.0%</output>' in page
