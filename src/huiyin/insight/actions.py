"""Keeping the wide table true, and making reports."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huiyin.cases.facts import CaseAssigned, MessageQueued
from huiyin.insight.gather import GATHER, RECEIPT
from huiyin.kernel.facts import Fact
from huiyin.policy.versions import active


def record(batch: Sequence[Fact], now: datetime) -> list[Fact]:
    """Write the rows of the cases these facts are about anew: one statement a batch (a step of the loop).

    Facts that change no number are passed over: automatic receipts, and the assignment of a case that was opened a moment ago.
    """
    gather({fact.case_id for fact in batch if not _unchanged(fact)}, now)
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
