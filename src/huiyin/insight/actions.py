"""Keeping the wide table true, and making reports."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection

from huiyin.cases.facts import CaseAssigned, MessageQueued
from huiyin.insight.gather import GATHER, RECEIPT
from huiyin.kernel.facts import Fact
from huiyin.policy.versions import active

_held: ContextVar[set[int] | None] = ContextVar("held", default=None)


@contextmanager
def at_once(now: datetime) -> Iterator[set[int]]:
    """Within the block only note whose rows are to be written, and write each once at its end: for batches of many kinds of facts.

    To be entered inside the transaction of the batch; a block within a block leaves the writing to the outer one.
    """
    outer = _held.get()
    if outer is not None:
        yield outer
        return
    held: set[int] = set()
    mark = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(mark)
    gather(held, now)


def record(batch: Sequence[Fact], now: datetime) -> list[Fact]:
    """Write the rows of the cases these facts are about anew: one statement a batch (a step of the loop).

    Facts that change no number are passed over: automatic receipts, and the assignment of a case that was opened a moment ago.
    """
    changed = {fact.case_id for fact in batch if not _unchanged(fact)}
    held = _held.get()
    if held is None:
        gather(changed, now)
    else:
        held |= changed
    return []


def _unchanged(fact: Fact) -> bool:
    if isinstance(fact, MessageQueued):
        return not fact.human and fact.template.startswith(RECEIPT)
    return isinstance(fact, CaseAssigned) and fact.by == "system" and not fact.hop


def gather(ids: Iterable[int], now: datetime) -> int:
    """Write the rows of these cases and return how many were written."""
    wanted = sorted(set(ids))
    if not wanted:
        return 0
    _, policy = active()
    values: dict[str, Any] = {"ids": wanted, "now": now, "repeat_days": policy.triage.repeat_days, "receipt": RECEIPT}
    with connection.cursor() as cursor:
        cursor.execute(GATHER, values)
        return int(cursor.rowcount)
