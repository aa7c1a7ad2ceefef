"""Reading files of feedback: CSV, XLSX and JSON Lines, row by row, each with its line and its source."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from huiyin.intake import csvfile, sheets
from huiyin.intake.columns import fields_of, item_of
from huiyin.intake.encodings import broken, encoding_of, leniency
from huiyin.kernel.errors import BadInput, HuiyinError, TooLarge
from huiyin.policy.schema.intake import Limits

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
JSON_NAMES = (".jsonl", ".ndjson", ".json")
HEADER_WITHIN = 10
"""A sheet may have a title above its header; among so many rows the header is looked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: the item it means, or the fault that keeps it from meaning one."""

    line: int
    item: dict[str, Any] | None
    source: str
    own_id: str = ""
    fault: HuiyinError | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An opened file: `expected` is about how many rows it has, None when that is not known before reading."""

    format: str
    encoding: str
    expected: int | None
    rows: Callable[[], Iterator[Row]]


def open_file(content: bytes, name: str, limits: Limits) -> File:
    """Find out what the file is and get ready to read its rows. The content decides, the name only between text formats.

    Raises:
        BadInput: it cannot be read at all; while rows are read, too.
        TooLarge: it is larger than the policy's `intake.limits` allow.
    """
    if len(content) > limits.file_bytes:
        raise TooLarge(
            "The file has {size} bytes; at most {most} are allowed.", size=len(content), most=limits.file_bytes
        )
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadInput("The file is empty.")
    if content.startswith(ZIP):
        sheets.check(content, limits.file_bytes)
        return File("xlsx", "utf-8", None, lambda: _sheet_rows(content, limits.columns))
    if content.startswith(OLE):
        raise BadInput(
            "This is an old or encrypted Office file. Save it in Excel as .xlsx without a password, or as .csv."
        )
    encoding = encoding_of(content)
    if _is_binary(content, encoding):
        raise BadInput("This is not a text file. CSV, XLSX and JSON Lines can be imported.")
    breaks = content.count(b"\n")
    if name.lower().endswith(JSON_NAMES) or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return File("jsonl", encoding, breaks + (not content.endswith(b"\n")), lambda: _json_rows(content, encoding))
    delimiter = csvfile.delimiter_of(content, encoding)
    names = _header(csvfile.records(content, encoding, delimiter), limits.columns)
    return File(
        "csv",
        encoding,
        max(breaks - 1, 0) + (not content.endswith(b"\n")),
        lambda: _csv_rows(content, encoding, delimiter, names),
    )


def _is_binary(content: bytes, encoding: str) -> bool:
    head = content[:65536]
    control = sum(head.count(code) for code in (*range(9), *range(14, 32)))
    return "16" not in encoding and control > max(8, len(head) // 50)


def _header(records: Iterator[tuple[int, str, list[str] | None]], columns: int) -> list[str]:
    names = next((cells for _, _, cells in records if cells is None or any(cell.strip() for cell in cells)), None)
    if names is None:
        raise BadInput("The first line must name the columns; its quotation marks are not closed.")
    _check_header(names, columns)
    return names


def _check_header(names: Sequence[str], columns: int) -> None:
    if len(names) > columns:
        raise TooLarge("The file has {columns} columns; at most {most} are allowed.", columns=len(names), most=columns)
    if "text" not in fields_of(tuple(names)):
        found = ", ".join(name.strip()[:40] or "…" for name in names[:12])
        raise BadInput(
            "No column holds the words of the customer: name one “text” or “内容” in the first line. Found: {found}",
            found=found,
        )


def _csv_rows(content: bytes, encoding: str, delimiter: str, names: list[str]) -> Iterator[Row]:
    started = False
    for line, source, cells in csvfile.records(content, encoding, delimiter):
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        if not started:
            started = True
            continue
        if cells is None:
            yield Row(line, None, source, fault=BadInput("A quotation mark is opened and not closed."))
        elif broken(source):
            yield Row(
                line,
                None,
                source,
                fault=BadInput(
                    "The row holds bytes that are no {encoding} text. Save the file as UTF-8.",
                    encoding=encoding.removesuffix("-sig").upper(),
                ),
            )
        else:
            yield _row(line, source, names, cells)


def _row(line: int, source: str, names: Sequence[str], cells: Sequence[object], sheet: str = "") -> Row:
    over = [cell for cell in cells[len(names) :] if cell is not None and str(cell).strip()]
    if over:
        fault = BadInput(
            "The row has {cells} cells, but the first line names {columns} columns. Put quotation marks round text with delimiters.",
            cells=len(cells), columns=len(names),
        )  # fmt: skip
        return Row(line, None, source, fault=fault, sheet=sheet)
    values = [*cells[: len(names)], *([""] * (len(names) - len(cells)))]
    item, own_id = item_of(names, [value.strip() if isinstance(value, str) else value for value in values])
    return Row(line, item, source, own_id, sheet=sheet)


def _json_rows(content: bytes, encoding: str) -> Iterator[Row]:
    text = (
        content
        if encoding == "utf-8"
        else content.decode(encoding, leniency(encoding)).encode("utf-8", "surrogateescape")
    )
    for number, raw in enumerate(text.split(b"\n"), start=1):
        line = raw.strip()
        if not line:
            continue
        value = parse_line(line)
        source = line.decode("utf-8", "surrogateescape")
        if isinstance(value, HuiyinError):
            yield Row(number, None, source, fault=value)
        else:
            item, own_id = item_of(tuple(value), tuple(value.values()))
            yield Row(number, item, source, own_id)


def parse_line(line: bytes) -> dict[str, Any] | HuiyinError:
    """Return the object that a line of JSON is, or what is wrong with it."""
    try:
        value = msgspec.json.decode(line)
    except UnicodeDecodeError:
        return BadInput("This is not UTF-8 text.")
    except RecursionError:
        return BadInput("This is nested too deeply.")
    except msgspec.DecodeError as error:
        return BadInput("This is not valid JSON: {reason}.", reason=str(error))
    return value if isinstance(value, dict) else BadInput("This is not an object such as {“text”: …}.")


def _sheet_rows(content: bytes, columns: int) -> Iterator[Row]:
    """Yield the rows of every sheet that has a column of text; sheets without one (instructions, lists) are passed over."""
    names: list[str] | None = None
    read = False
    first: Exception | None = None
    for sheet, line, cells in sheets.rows(content):
        if isinstance(cells, int):
            names = None
            continue
        filled = [str(cell) for cell in cells if cell is not None and str(cell).strip()]
        if not filled:
            continue
        if names is not None:
            yield _row(line, msgspec.json.encode(cells).decode(), names, cells, sheet)
        elif line <= HEADER_WITHIN:
            try:
                names = _sheet_header(cells, columns)
                read = True
            except (BadInput, TooLarge) as error:
                first = first or error
    if not read:
        raise first or BadInput("The workbook has no rows.")


def _sheet_header(cells: Sequence[object], columns: int) -> list[str]:
    names = [str(cell).strip() if cell is not None else "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    _check_header(names, columns)
    return names
