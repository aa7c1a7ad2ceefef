"""XLSX through a reader process of its own, after a look at the archive: nothing that unpacks to more than it may."""

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec

from huiyin.kernel.errors import BadInput, TooLarge

UNPACKED = 8
"""A workbook may unpack to so many times the largest file allowed."""
MEMORY = 2 << 30
SECONDS = 300
CELLS = 30_000_000
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})?(\d{1,7})["']""")
SHEETS = "xl/worksheets/"


def check(content: bytes, file_bytes: int) -> None:
    """Refuse an archive that is no workbook, is damaged, or would unpack to too much.

    Raises:
        BadInput: it is not a workbook that can be read.
        TooLarge: it is, but too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > UNPACKED * file_bytes or len(parts) > 5000:
                raise TooLarge(
                    "The workbook unpacks to more than is allowed. Save only the sheet with the feedback, as XLSX or CSV."
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise BadInput("The file is an archive, but not an Excel workbook (.xlsx). Save it as .xlsx or .csv.")
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BadInput(
            "The workbook is damaged or locked by a password ({reason}). Open it in Excel, save it again without a password, and send that.",
            reason=str(error),
        ) from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack one part to its end: a wrong size or sum shows; and a sheet must not claim cells far apart."""
    wide = high = 0
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            if not part.filename.startswith(SHEETS):
                continue
            for letters, number in _PLACE.findall(tail + chunk):
                high = max(high, int(number))
                wide = max(wide, _column(letters))
            tail = chunk[-32:]
    if wide * high > CELLS:
        raise TooLarge(
            "The sheet reaches to row {row} and column {column}. Delete the empty rows and columns around the feedback.",
            row=high,
            column=wide,
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def rows(content: bytes) -> Iterator[tuple[str, int, list[Any] | int]]:
    """Yield (sheet, 0, number of rows) at the beginning of each sheet and (sheet, line, cells) for each row.

    Raises:
        BadInput: the reader could not make sense of the file.
    """
    command = [sys.executable, "-m", "huiyin.intake.workbook", str(MEMORY), str(SECONDS)]
    environment = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as reader:
        try:
            yield from _told(reader, content)
        finally:
            reader.kill()


def _told(reader: "subprocess.Popen[bytes]", content: bytes) -> Iterator[tuple[str, int, list[Any] | int]]:
    if reader.stdin is None or reader.stdout is None:  # pragma: no cover - both are pipes
        return
    try:
        with reader.stdin as pipe:
            pipe.write(content)
    except BrokenPipeError:
        pass
    sheet, line, ended = "", 0, False
    for told in reader.stdout:
        value = msgspec.json.decode(told)
        if isinstance(value, dict):
            sheet, line, ended = value.get("sheet", sheet), 0, "end" in value
            if not ended:
                yield sheet, 0, int(value["rows"])
        else:
            line += 1
            yield sheet, line, value
    if not ended:
        raise BadInput(
            "The workbook cannot be read: it is damaged or too large. Save it again in Excel as .xlsx, or as .csv."
        )
