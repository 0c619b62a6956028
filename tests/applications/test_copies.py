"""What was sent is kept in words, each time."""

import pytest

from applications import copies, lifecycle
from applications.models import Copy
from tests import make

pytestmark = pytest.mark.django_db


def test_each_sending_keeps_what_was_sent(people):
    ours = people["contractor"]
    application = make.application(ours, price="50,000,000")
    line = application.lines.get(product="advance")
    for name in ("receive", "return"):
        lifecycle.move(line, name, by=people["clerk"], remark="請負金額を確かめてください。")
    make.sent(make.edited(application, ours, price="55,000,000", phone="03-0000-0999"), ours)

    first, second = Copy.objects.filter(application=application)

    assert [(copy.no, copy.by, copy.size) for copy in (first, second)] == [(1, ours, None), (2, ours, None)]
    assert [section["title"] for section in copies.sections(first)] == [
        "契約の内容", "前払金保証", "契約保証", "申込送信先・お知らせ", "連絡先",
    ]  # fmt: skip
    assert copies.changes(first, second) == {
        ("contract", "請負金額（税込）"): "50,000,000円",
        ("contact", "連絡先電話番号"): "03-0000-0123",
    }
