"""Files as people make them."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from huiyin.intake.columns import fields_of, item_of, moment
from huiyin.intake.encodings import encoding_of, leniency
from huiyin.intake.reading import Row, open_file
from huiyin.kernel.errors import BadInput, HuiyinError, TooLarge
from huiyin.policy.schema import Policy

CHINESE = "内容,姓名,手机号,订单号,颜色\n包裹五天没有更新,王女士,13800138000,A1,红\n退款没到账,李,,A2,\n"


@pytest.fixture
def read(house_policy: Policy) -> Any:
    """Read a file from bytes."""

    def rows(content: bytes, name: str = "feedback.csv") -> list[Row]:
        return list(open_file(content, name, house_policy.intake.limits).rows())

    return rows


def workbook(*sheets: Sequence[Sequence[Any]], **options: Any) -> bytes:
    """Make a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, options)
    for rows in sheets:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(line, column, value, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(line, column, value, None, "the kept value")
                else:
                    sheet.write(line, column, value)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_english_in_two_bytes_a_sign_is_recognised_without_a_mark(read: Any, encoding: str) -> None:
    (row,) = read("text,a,b,c\nthe parcel is late,1,2,3\n".encode(encoding))
    assert row.item["text"] == "the parcel is late"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_usual_encoding_is_recognised(read: Any, encoding: str) -> None:
    rows = read(CHINESE.encode(encoding))
    assert rows[0].item == {
        "text": "包裹五天没有更新",
        "order_number": "A1",
        "customer": {"name": "王女士", "phone": "13800138000"},
        "extra": {"颜色": "红"},
    }
    assert rows[1].item == {"text": "退款没到账", "order_number": "A2", "customer": {"name": "李"}}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_the_delimiter_is_found(read: Any, delimiter: str) -> None:
    (row,) = read(
        delimiter.join(["text", "order_number", "note"]).encode() + b"\n" + delimiter.join(["late", "A1", "n"]).encode()
    )
    assert row.item == {"text": "late", "order_number": "A1", "extra": {"note": "n"}}


def test_quotes_go_over_lines_and_lines_are_counted_as_in_an_editor(read: Any) -> None:
    rows = read(b'text,order\n"one\ntwo, ""three""",A1\nlast,A2\n')
    assert [(row.line, row.item["text"]) for row in rows] == [(2, 'one\ntwo, "three"'), (4, "last")]


def test_a_quotation_mark_never_closed_costs_one_row_only(read: Any) -> None:
    rows = read(b'text,order\n"broken,A1\n' + b"".join(b"row %d,A\n" % number for number in range(900)))
    assert str(rows[0].fault).startswith("A quotation mark")
    assert rows[0].source == '"broken,A1\n'
    assert len(rows) == 901
    assert not any(row.fault for row in rows[1:])


def test_stray_quotation_marks_are_read_as_they_are_meant(read: Any) -> None:
    rows = read(b'text,order\nhe said "no" to me,A1\n5" screen is 4" only,A2\n')
    assert [row.item["text"] for row in rows] == ['he said "no" to me', '5" screen is 4" only']


def test_ragged_rows(read: Any) -> None:
    short, over, padded = read(b"text,order,product\nshort\nI waited, and waited, and waited, in vain\npadded,A1,p,,\n")
    assert short.item == {"text": "short"}
    assert "4 cells" in str(over.fault)
    assert padded.item == {"text": "padded", "order_number": "A1", "product": "p"}


def test_rows_with_unreadable_bytes_are_told_one_by_one(read: Any) -> None:
    rows = read("text\n好\n".encode() + b"caf\xe9\n" + "坏\n".encode())
    assert [bool(row.fault) for row in rows] == [False, True, False]
    assert "UTF-8" in str(rows[1].fault)


def test_nul_and_blank_lines(read: Any) -> None:
    rows = read(b"text,a\n\n ,\nx\x00y,1\n")
    assert [row.line for row in rows] == [4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \r\n\n", "empty", id="blank"),
        pytest.param(b"a,b\n1,2\n", "No column", id="no text column"),
        pytest.param(b"text" + b",c" * 10_000 + b"\nx\n", "10001 columns", id="10,000 columns"),
        pytest.param(bytes(range(256)) * 40, "not a text file", id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(200), "not a text file", id="picture"),
        pytest.param(b"PK\x03\x04 no archive", "damaged", id="broken archive"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or encrypted", id="old Office file"),
        pytest.param(b'"text\nnever closed\n', "quotation marks", id="open header"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read: Any, content: bytes, words: str) -> None:
    with pytest.raises((BadInput, TooLarge), match=words):
        read(content)


def test_a_workbook(read: Any) -> None:
    when = dt.datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001 - a sheet knows no zones
    rows = read(
        workbook(
            [
                ["Feedback of March"],
                [],
                ["内容", "手机号", "时间", "ok"],
                ["漏水", 13800138000, when, True],
                ["=1+1", "", ""],
                [],
                ["last"],
            ]
        ),
        "f.xlsx",
    )
    assert [(row.line, row.sheet) for row in rows] == [(4, "Sheet1"), (5, "Sheet1"), (7, "Sheet1")]
    assert rows[0].item == {
        "text": "漏水",
        "occurred_at": "2026-03-01T08:30:00",
        "customer": {"phone": 13800138000},
        "extra": {"ok": "TRUE"},
    }
    assert rows[1].item == {"text": "the kept value"}


def test_every_sheet_with_words_is_read(read: Any) -> None:
    rows = read(workbook([["How to fill in this file"]], [["text"], ["one"]], [["内容"], ["two"]]), "f.xlsx")
    assert [(row.sheet, row.item["text"]) for row in rows] == [("Sheet2", "one"), ("Sheet3", "two")]


def test_a_workbook_without_words_is_refused(read: Any) -> None:
    with pytest.raises(BadInput, match="No column"):
        read(workbook([["a", "b"], [1, 2]]), "f.xlsx")


def test_cells_far_apart_are_refused_before_they_take_memory(read: Any) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "text")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(TooLarge, match="reaches to row"):
        read(out.getvalue(), "f.xlsx")


def test_a_zip_bomb_is_refused(house_policy: Policy) -> None:
    limits = house_policy.intake.limits.model_copy(update={"file_bytes": 1_000_000})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(9_000_000))
    assert len(out.getvalue()) < 20_000
    with pytest.raises(TooLarge, match="unpacks"):
        open_file(out.getvalue(), "f.xlsx", limits)


def test_an_archive_that_is_no_workbook_is_refused(read: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(BadInput, match="not an Excel workbook"):
        read(out.getvalue(), "f.xlsx")


def test_a_damaged_sheet_is_refused(read: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(BadInput, match="cannot be read"):
        read(out.getvalue(), "f.xlsx")


def test_json_lines(read: Any) -> None:
    good = (
        '{"id": 7, "text": "好", "customer": {"phone": "1"}, "customer_name": "Li", "extra": {"a": 1}, "colour": "red"}'
    )
    rows = read(
        f'{good}\n\n[1]\n{{"text": }}\n"x"\n'.encode() + b'{"text": "\xff"}\n' + b'{"a":' + b"[" * 100_000, "f.jsonl"
    )
    assert rows[0].item == {"text": "好", "customer": {"phone": "1", "name": "Li"}, "extra": {"a": 1, "colour": "red"}}
    assert rows[0].own_id == "7"
    assert [row.line for row in rows] == [1, 3, 4, 5, 6, 7]
    assert all(row.fault for row in rows[1:])


def test_the_surest_column_is_the_text_and_the_others_are_kept() -> None:
    assert fields_of(("评论", "content", "内容")) == ("", "", "text")
    assert fields_of(("投诉原因", "编号")) == ("text", "id")
    assert fields_of(("Customer_Phone", "  ORDER NUMBER ", "联系电话（必填）")) == (
        "customer_phone",
        "order_number",
        "",
    )
    item, own_id = item_of(("text", "note", "note", "id", "external_id"), ("x", 1, 2, "7", "8"))
    assert item == {"text": "x", "external_id": "8", "extra": {"note": 1, "note (2)": 2}}
    assert own_id == ""


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2026/3/1", "2026-03-01"), ("2026年3月1日", "2026-03-01"), ("2026.03.01 8:05", "2026-03-01T08:05:00"),
        ("2026年3月1日 14时30分", "2026-03-01T14:30:00"), ("2026-03-01 14:30:59.5", "2026-03-01T14:30:59"), ("soon", "soon"), (5, 5),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(said: object, iso: object) -> None:
    assert moment(said) == iso


@given(st.binary(max_size=400))
def test_any_bytes_have_an_encoding(content: bytes) -> None:
    encoding = encoding_of(content)
    content.decode(encoding, leniency(encoding))


@given(
    content=st.binary(max_size=300),
    name=st.sampled_from(["f.csv", "f.jsonl"]),
    head=st.sampled_from([b"", b"text,a\n", "内容;x\n".encode("gb18030")]),
)
def test_any_bytes_are_rows_or_a_clear_error(house_policy: Policy, content: bytes, name: str, head: bytes) -> None:
    if content.startswith(b"PK"):
        return
    try:
        for row in open_file(head + content, name, house_policy.intake.limits).rows():
            assert (row.item is None) == (row.fault is not None)
            assert row.line >= 1
    except HuiyinError as error:
        assert str(error)  # noqa: PT017 - most bytes are rows, no error


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd"), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_csv_writer_writes_is_read_back(house_policy: Policy, table: list[list[str]]) -> None:
    import csv

    out = io.StringIO(newline="")
    csv.writer(out).writerows([["text", "a", "b"], *[["x", *row[1:]] for row in table]])
    rows = list(open_file(out.getvalue().encode(), "f.csv", house_policy.intake.limits).rows())
    assert not any(row.fault for row in rows)
    assert [(row.item or {}).get("extra", {}).get("a", "") for row in rows] == [row[1].strip() for row in table]
