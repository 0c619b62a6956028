"""Lists as files (CSV) for spreadsheets: streamed row by row, and inert, whatever somebody typed into a name."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone

# What makes a spreadsheet compute, at the head of a cell, in either width. An apostrophe before it makes it text.
BLANKS = " \u00a0\u3000\ufeff"  # a spreadsheet may drop them before it looks for a formula
STARTS_A_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠−")
ROWS_AT_A_TIME = 200
BOM = "\ufeff"  # without it Excel reads UTF-8 as Shift_JIS


def csv_response(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """Answer with a CSV file (RFC 4180, UTF-8 with BOM) named `name` and the day in Tokyo: "status-20260601.csv".

    `rows` is read while the file is being sent: give a generator over a queryset's iterator() and no list.
    """
    return StreamingHttpResponse(
        lines([header], rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.csv"'},
    )


def lines(*tables: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Write rows as CSV, some at a time, the mark of UTF-8 first."""
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    waiting = 0
    for table in tables:
        for row in table:
            writer.writerow([inert(value) for value in row])
            waiting += 1
            if waiting == ROWS_AT_A_TIME:
                yield _taken(buffer)
                waiting = 0
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def inert(value: object) -> object:
    """Give a cell that no spreadsheet computes. Numbers stay numbers, nothing becomes an empty cell."""
    if value is None or isinstance(value, int):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(BLANKS).startswith(STARTS_A_FORMULA) else text
