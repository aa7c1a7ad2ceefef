"""Files are safe to open: nothing in a cell is taken for a formula."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from huiyin.insight.export import as_csv, as_xlsx, guarded

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert guarded(start + "cmd|' /C calc'!A0", ZONE) == "'" + start + "cmd|' /C calc'!A0"


@given(st.text())
def test_no_cell_of_text_begins_like_a_formula(text: str) -> None:
    assert not guarded(text, ZONE).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert guarded(text, ZONE).removeprefix("'") == text.removeprefix("'")


def test_csv_keeps_figures_and_shows_the_shop_s_time() -> None:
    body = as_csv(
        ["a", "b", "c", "d", "e"], [["=1+1", -3, Decimal("-1.50"), datetime(2026, 3, 10, 2, tzinfo=UTC), None]], ZONE
    )
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[1] == ["'=1+1", "-3", "-1.50", "2026-03-10 10:00:00", ""]


def test_xlsx_holds_text_and_no_formula() -> None:
    body = as_xlsx(["商户", "n"], [['=HYPERLINK("http://x")', 5], ["http://example.org/", 6], ["百味坊", 7]], ZONE)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.get_sheet_by_index(0).to_python() == [
        ["商户", "n"],
        ['\'=HYPERLINK("http://x")', 5.0],
        ["http://example.org/", 6.0],
        ["百味坊", 7.0],
    ]
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
