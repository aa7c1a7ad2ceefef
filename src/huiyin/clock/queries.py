"""Reading deadlines: what is late and whom it was told, what is near, who asks for more time, what waits for the customer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from huiyin.cases.keyset import DUE, Key, Page, cut
from huiyin.cases.models import Case, CaseQuerySet
from huiyin.cases.queries import listed
from huiyin.clock.models import Deadline, Extension
from huiyin.people.actors import Actor
from huiyin.people.permissions import Scope, scope_of
from huiyin.policy.versions import version as policy_version

PAUSED: tuple[Key, ...] = (Key("paused_at"), Key("id"))
MANY = 100


def overseen(actor: Actor, department: str = "") -> CaseQuerySet:
    """Return the open cases this person watches over (permission `late.view`), of one department if one is named."""
    rows = listed(actor).open()
    if scope_of(actor, "late.view") is not Scope.ALL:
        rows = rows.filter(department=actor.department)
    return rows.filter(department=department) if department else rows


def late(actor: Actor, now: datetime, department: str, *, size: int, older: str = "", newer: str = "") -> Page[Case]:
    """Return cases with a promise that has passed, the longest late first, each with whom it was escalated to (`told`)."""
    page = cut(overseen(actor, department).filter(due_at__lt=now), DUE, size=size, older=older, newer=newer)
    _add_told(page.rows)
    return page


def near(
    actor: Actor, now: datetime, within: timedelta, department: str, *, size: int, older: str = "", newer: str = ""
) -> Page[Case]:
    """Return cases with a promise that falls due soon, the first due first."""
    rows = overseen(actor, department).filter(due_at__gte=now, due_at__lt=now + within)
    return cut(rows, DUE, size=size, older=older, newer=newer)


def waiting(actor: Actor, department: str, *, size: int, older: str = "", newer: str = "") -> Page[Case]:
    """Return cases whose promise clock waits for the customer, the longest first."""
    return cut(overseen(actor, department).filter(paused_at__isnull=False), PAUSED, size=size, older=older, newer=newer)


def applications(actor: Actor, department: str = "") -> list[Extension]:
    """Return the applications for more time that wait for a decision, the oldest first; at most a hundred."""
    rows = Extension.objects.filter(
        decided_at__isnull=True,
        deadline__state__in=["running", "paused"],
        case__in=overseen(actor, department).only("id"),
    )
    return list(rows.select_related("case", "deadline", "asked_by").defer("case__search").order_by("asked_at")[:MANY])


def shown(rows: CaseQuerySet) -> str:
    """Return how many cases these are, counted up to a hundred: “7”, “99+”."""
    count = rows.order_by().only("id")[:MANY].count()
    return f"{MANY - 1}+" if count == MANY else str(count)


def _add_told(cases: Sequence[Case]) -> None:
    stages: dict[int, int] = {}
    running = Deadline.objects.filter(
        case_id__in=[case.pk for case in cases], clock="promise", state="running", missed_at__isnull=False
    )
    for case_id, stage in running.values_list("case_id", "stage"):
        stages[case_id] = max(stages.get(case_id, 0), stage)
    for case in cases:
        rungs = policy_version(case.policy_version).escalation
        fired = stages.get(case.pk, 0)
        case.told = rungs[min(fired, len(rungs)) - 1].label if fired else None  # type: ignore[attr-defined]
