"""Firing deadlines: warning, miss and every rung of the ladder once each, in order, also with many workers and after a crash.

A deadline row carries the time its next rung fires. Firing moves that time on in the same transaction that records the fact, so
either both happened or neither.
"""

from datetime import datetime

from django.db.models import Min

from huiyin.cases.facts import CaseResumed, DeadlineMissed, DeadlineNear
from huiyin.cases.models import Case
from huiyin.cases.moves import resumed
from huiyin.clock.actions import due_of
from huiyin.clock.models import Deadline
from huiyin.clock.rules import Rung, escalation_times, pause_ends
from huiyin.policy.versions import version as policy_version


def fire(limit: int, now: datetime) -> tuple[int, list[DeadlineNear | DeadlineMissed]]:
    """Fire up to `limit` due deadlines, one rung each, and return how many and the facts of it. The caller's transaction."""
    due = Deadline.objects.filter(state="running", fires_at__lte=now)
    wanted = set(due.order_by("fires_at", "id").values_list("case_id", flat=True)[:limit])
    if not wanted:
        return 0, []
    # cases first, as every other action does, and only those nobody else is working on
    cases = {
        case.id: case
        for case in Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(id__in=wanted).order_by("id")
    }
    rows = list(due.filter(case_id__in=cases).select_for_update().order_by("fires_at", "id")[:limit])
    facts = [_fire(row, cases[row.case_id], now) for row in rows]
    Deadline.objects.bulk_update(rows, ["stage", "fires_at", "missed_at"])
    return len(rows), facts


def _fire(row: Deadline, case: Case, now: datetime) -> DeadlineNear | DeadlineMissed:
    policy = policy_version(case.policy_version)
    rungs = escalation_times(policy, due_of(row), case.level)
    rung = rungs[row.stage]
    row.stage += 1
    row.fires_at = rungs[row.stage].at if row.stage < len(rungs) else None
    if policy.escalation[rung.index].at == "warning":
        return DeadlineNear(
            case_id=case.id, at=now, deadline_id=row.id, clock=row.clock, deadline=row.kind, due_at=row.due_at
        )
    row.missed_at = row.missed_at or row.due_at
    return DeadlineMissed(
        case_id=case.id, at=now, deadline_id=row.id, clock=row.clock, deadline=row.kind, due_at=row.due_at,
        rung=_missed_rungs(rungs, rung, policy.escalation), role=rung.role or "",
    )  # fmt: skip


def _missed_rungs(rungs: tuple[Rung, ...], rung: Rung, ladder: object) -> int:
    first = next(place.index for place in rungs if ladder[place.index].at == "deadline")  # type: ignore[index]
    return rung.index - first


def next_due() -> datetime | None:
    """Return when the next deadline fires."""
    first: datetime | None = Deadline.objects.filter(state="running", fires_at__isnull=False).aggregate(
        first=Min("fires_at")
    )["first"]
    return first


def end_long_pauses(limit: int, now: datetime) -> list[CaseResumed]:
    """Let cases that have waited for the customer as long as the policy allows run again (policy key `pauses.max_length`)."""
    waiting = (
        Case.objects.filter(paused_at__isnull=False, closed_at__isnull=True)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("paused_at")[:limit]
    )
    over = [
        case
        for case in waiting
        if case.paused_at and pause_ends(policy_version(case.policy_version), case.paused_at) <= now
    ]
    return [resumed(case, by="system", now=now) for case in over]
