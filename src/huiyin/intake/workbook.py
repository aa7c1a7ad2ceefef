"""Reads a workbook in a process of its own: hostile files can neither fill the memory of the house nor stop it.

Called as ``python -m huiyin.intake.workbook BYTES SECONDS`` with the file on standard input. Prints a JSON line a sheet
(`{"sheet", "rows"}`) and a row (an array of cells). Formulas give the values kept in the file; nothing in it is run.
"""

import io
import resource
import sys
from datetime import timedelta

import msgspec
import python_calamine

EXACT = 2**53


def cell(value: object) -> object:
    """Return a cell as JSON has it: whole numbers without a point, times in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    return str(value) if isinstance(value, timedelta) else value


def main() -> None:
    """Print every visible sheet."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    out = sys.stdout.buffer
    for about in book.sheets_metadata:
        if (
            about.visible != python_calamine.SheetVisibleEnum.Visible
            or about.typ != python_calamine.SheetTypeEnum.WorkSheet
        ):
            continue
        sheet = book.get_sheet_by_name(about.name)
        out.write(msgspec.json.encode({"sheet": about.name, "rows": sheet.total_height}) + b"\n")
        for row in sheet.iter_rows():
            out.write(msgspec.json.encode([cell(value) for value in row]) + b"\n")
    out.write(b'{"end":true}\n')


if __name__ == "__main__":
    main()
