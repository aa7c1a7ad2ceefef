"""Taking waiting work for the loop: accepted feedback and recorded facts, each by one worker only."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from huiyin.cases.facts import FeedbackAccepted
from huiyin.kernel.facts import Fact

RETRY = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))


def take_feedback(limit: int, now: datetime) -> list[FeedbackAccepted]:
    """Lock up to `limit` accepted feedbacks nobody else is working on, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, text, channel, details FROM cases_feedback WHERE drained_at IS NULL AND (not_before IS NULL OR not_before <= %s) "
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [now, limit],
        )
        return [
            FeedbackAccepted(
                feedback_id=row[0],
                text=row[1],
                channel=row[2],
                details=json.loads(row[3]) if isinstance(row[3], str) else row[3],
            )
            for row in cursor.fetchall()
        ]


def take_facts(limit: int, now: datetime) -> list[tuple[int, Fact]]:
    """Take up to `limit` recorded facts whose consequences are still to be drawn, with their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_pending WHERE id IN (SELECT id FROM kernel_pending WHERE not_before <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) "
            "RETURNING id, body, not_before, attempts",
            [now, limit],
        )
        rows = sorted(cursor.fetchall())
        return [(row[0], Fact.read(_json(row[1]))) for row in rows]


def _json(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else value  # type: ignore[no-any-return]


def step_feedback_aside(ids: Sequence[int], reason: str, now: datetime) -> None:
    """Put feedback that could not be worked on aside for a while, with the reason, so that what follows goes on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_feedback SET attempts = attempts + 1, error = %s, not_before = %s + (%s::interval[])[least(attempts + 1, %s)] WHERE id = ANY(%s)",
            [reason[:2000], now, list(RETRY), len(RETRY), list(ids)],
        )


def step_fact_aside(fact_id: int, reason: str, now: datetime) -> None:
    """Put a recorded fact aside for a while, with the reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_pending SET attempts = attempts + 1, error = %s, not_before = %s + (%s::interval[])[least(attempts + 1, %s)] WHERE id = %s",
            [reason[:2000], now, list(RETRY), len(RETRY), fact_id],
        )


def facts_due(limit: int, now: datetime) -> list[int]:
    """Return the ids of recorded facts that are due, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kernel_pending WHERE not_before <= %s ORDER BY id LIMIT %s", [now, limit])
        return [row[0] for row in cursor.fetchall()]


def take_fact(fact_id: int) -> Fact | None:
    """Take one recorded fact; None when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_pending WHERE id IN (SELECT id FROM kernel_pending WHERE id = %s FOR UPDATE SKIP LOCKED) RETURNING body",
            [fact_id],
        )
        row = cursor.fetchone()
        return Fact.read(_json(row[0])) if row else None


def next_feedback() -> datetime | None:
    """Return when the next feedback that stepped aside is to be tried again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(not_before) FROM cases_feedback WHERE drained_at IS NULL")
        return _moment(cursor.fetchone())


def next_fact() -> datetime | None:
    """Return when the next recorded fact is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(not_before) FROM kernel_pending")
        return _moment(cursor.fetchone())


def _moment(row: tuple[datetime | None] | None) -> datetime | None:
    return row[0] if row else None
