"""The clock of the world. Only the edges (pages, API, jobs, commands) ask it; everything below is told the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_offset: ContextVar[timedelta | None] = ContextVar("offset", default=None)


def now() -> datetime:
    """Return the present moment in UTC, shifted when the caller travels in time."""
    moment = datetime.now(UTC)
    offset = _offset.get()
    return moment + offset if offset is not None else moment


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Let `now()` start at `to` (aware) and run on from there within the block."""
    mark = _offset.set(to - datetime.now(UTC))
    try:
        yield
    finally:
        _offset.reset(mark)
