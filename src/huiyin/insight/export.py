"""Lists of cases as CSV and XLSX, safe to open: nothing in them is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet may run."""

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def guarded(value: Any, zone: ZoneInfo) -> Any:
    """Return a cell's value: times in the shop's zone as text, and text that begins like a formula with an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo) -> bytes:
    """Return a CSV file in UTF-8 with a mark that makes spreadsheets read Chinese right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(value, zone) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo) -> bytes:
    """Return an XLSX file; text stays text."""
    out = io.BytesIO()
    safe = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
        "in_memory": False,
    }
    with xlsxwriter.Workbook(out, safe) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        for line, row in enumerate(rows, 1):
            sheet.write_row(line, 0, [_plain(guarded(value, zone)) for value in row])
    return out.getvalue()


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else str(value)
