"""Reading CSV as people make it: several delimiters, quotes over lines, rows too long or too short, quotes never closed. Pure."""

import csv
import io
from collections import deque
from collections.abc import Iterator

from huiyin.intake.columns import fields_of
from huiyin.intake.encodings import leniency

DELIMITERS = ",;\t|，"
LONGEST_RECORD = 400
"""Lines a quoted cell may go on for; beyond, its quotation mark was never closed."""

csv.field_size_limit(1 << 30)  # sizes are limited by the policy, with a clear error


class _NotClosedError(Exception):
    """A quotation mark is opened and the record does not end."""


class Lines:
    """The lines of a file, with a way back to the beginning of a record."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self._file = io.TextIOWrapper(io.BytesIO(content), encoding, errors=leniency(encoding), newline="")
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LONGEST_RECORD:
            raise _NotClosedError
        try:
            line = self._back.popleft() if self._back else next(self._file)
        except StopIteration:
            if self.taken:
                raise _NotClosedError from None
            raise
        self.taken.append(line)
        return line

    def done(self) -> tuple[int, str]:
        """Return the line number and the source of the record just read, and begin the next."""
        first, source = self.number + 1, "".join(self.taken)
        self.number += len(self.taken)
        self.taken = []
        return first, source

    def only_first(self) -> None:
        """Keep the first line of the record and read the others again."""
        self._back.extendleft(reversed(self.taken[1:]))
        self.taken = self.taken[:1]


def records(content: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, str, list[str] | None]]:
    """Yield (line, source, cells) of every record; cells are None where a quotation mark is never closed.

    After such a line reading goes on with the next one, so that a single stray mark does not swallow the rest.
    """
    lines = Lines(content, encoding)
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield (*lines.done(), cells)
        except (csv.Error, _NotClosedError):
            lines.only_first()
            found = _leniently(lines.taken[0], delimiter)
            yield (*lines.done(), found)
        else:
            return


def _leniently(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line with stray quotation marks, None when they do not come in pairs."""
    return next(csv.reader([line], delimiter=delimiter), None) if line.count('"') % 2 == 0 else None


def delimiter_of(content: bytes, encoding: str) -> str:
    """Return the delimiter under which the first line names most known columns."""
    head = next(
        (line for line in io.TextIOWrapper(io.BytesIO(content), encoding, errors=leniency(encoding)) if line.strip()),
        "",
    )

    def known(delimiter: str) -> tuple[int, int]:
        names = _leniently(head, delimiter) or []
        return sum(1 for field in fields_of(tuple(names)) if field), len(names)

    return max(DELIMITERS, key=known)
