"""CSV files: what a spreadsheet makes of them, whatever somebody typed."""

import csv
import datetime as dt
import io

import pytest

from netdesk import tables


def read(answer):
    raw = b"".join(answer.streaming_content)
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_a_file_says_that_it_is_utf_8_and_bears_the_day(monkeypatch):
    monkeypatch.setattr(tables.timezone, "localdate", lambda: dt.date(2026, 6, 1))
    answer = tables.csv_response("status", ["申込番号", "件名"], [["S-2026-00031", "髙﨑　改修"]])
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="status-20260601.csv"'
    assert b"".join(answer.streaming_content) == "\ufeff申込番号,件名\r\nS-2026-00031,髙﨑　改修\r\n".encode()


def test_quotes_commas_and_line_ends_stay_inside_their_cell():
    rows = [['甲"乙', "丙,丁", "一\n二", "三\r\n四"]]
    assert read(tables.csv_response("x", ["a", "b", "c", "d"], rows))[1:] == rows


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_no_cell_begins_with_what_makes_a_spreadsheet_compute(sign):
    assert tables.inert(f'{sign}HYPERLINK("http://x","y")') == f'\'{sign}HYPERLINK("http://x","y")'


@pytest.mark.parametrize(
    ("value", "cell"), [(20_000_000, 20_000_000), (-1, -1), (None, None), ("8-杉教", "8-杉教"), ("", "")]
)
def test_numbers_stay_numbers(value, cell):
    assert tables.inert(value) == cell


def test_rows_are_read_only_while_the_file_is_sent():
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield [number]

    parts = iter(tables.csv_response("x", ["n"], rows()))
    assert taken == []
    next(parts)
    assert len(taken) < 300
    assert sum(part.count(b"\r\n") for part in parts) > 700
    assert len(taken) == 1000


@pytest.mark.parametrize("blank", [" ", "　", "\u00a0", "\ufeff", "  　"])
def test_blanks_before_a_formula_do_not_hide_it(blank):
    assert tables.inert(f"{blank}=1+1") == f"'{blank}=1+1"
    assert tables.inert(f"{blank}名称") == f"{blank}名称"
