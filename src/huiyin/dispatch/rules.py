"""Who gets a case: the department by the policy's routes, then the person on shift with the skill and the least load (mission DI-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiyin.policy.schema import Policy

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Way:
    """Where a case goes, and why in both languages."""

    department: str
    co_departments: tuple[str, ...]
    skill: str
    rule: str
    because: dict[str, str]


@dataclass(slots=True)
class Worker:
    """Somebody who can be given cases, and how many he has open."""

    id: int
    department: str
    skills: frozenset[str]
    load: int


def way_for(policy: Policy, *, kind: str, code: int, flags: Iterable[str], level: int, channel: str) -> Way:
    """Return where a case goes: the first route of the policy that holds (policy key `routes`)."""
    leaf = policy.code(code)
    route = policy.route(kind=kind, code=code, group=leaf.group, flags=frozenset(flags), level=level, channel=channel)
    department = route.department or leaf.department
    return Way(
        department=department,
        co_departments=tuple(name for name in route.co_departments if name != department),
        skill=route.skill or "",
        rule=f"routes.{route.name}",
        because={"zh": route.because.zh, "en": route.because.en},
    )


def minutes_of(text: str) -> int:
    """Return minutes after midnight of "HH:MM"."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def on_shift(week: dict[str, Sequence[str]], local: datetime) -> bool:
    """Tell whether a local moment lies in a shift's weekly hours; "22:00-06:00" runs past midnight."""
    minute = local.hour * 60 + local.minute
    today = WEEKDAYS[local.weekday()]
    yesterday = WEEKDAYS[(local - timedelta(days=1)).weekday()]
    for window in week.get(today, ()):
        begin, end = (minutes_of(part) for part in window.split("-"))
        if begin <= minute and (minute < end or end <= begin):
            return True
    for window in week.get(yesterday, ()):
        begin, end = (minutes_of(part) for part in window.split("-"))
        if end <= begin and minute < end:
            return True
    return False


def choose(workers: Sequence[Worker], *, department: str, skill: str, limit: int) -> Worker | None:
    """Return who of the people on shift takes a case of this department and skill: the one with the least load below `limit`.

    The chosen one's load is counted up, so that a batch is spread evenly. None: the case waits in the queue.
    """
    able = [
        worker
        for worker in workers
        if worker.department == department and worker.load < limit and (not skill or skill in worker.skills)
    ]
    if not able:
        return None
    chosen = min(able, key=lambda worker: (worker.load, worker.id))
    chosen.load += 1
    return chosen
