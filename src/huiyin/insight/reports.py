"""The weekly report: its numbers, as they were at the time, in keys and codes; words come in when it is shown.

Content, all numbers of the reader's reach: {"schema", "week", "zone", "numbers": [{key, value, before, counted, hits, low, high, target, met}],
"levels": {level: {key: …}}, "departments": {department: {key: …}}, "codes": [{code, count, before}], "late": [{number, level, code, department, hours}],
"serious": [{number, code, department, state, outcome, received, hours}], "spent": [{kind, count, amount}], "reopened": [{number, code, department}],
"days": [{day, kind, count}]}. No names, contacts or texts stand in it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from huiyin.insight import queries
from huiyin.insight.measures import MEASURES
from huiyin.insight.models import Report
from huiyin.insight.queries import View
from huiyin.insight.rules import NOTHING, Period, Value, week_name
from huiyin.insight.slices import Slice, reach
from huiyin.people.actors import Actor
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active

SCHEMA: Final = 1
FIRST: Final = ("received", "handled")
LAST: Final = ("success_rate", "csat", "visit_satisfaction", "reopen_rate")
BY_LEVEL: Final = ("received", "respond_on_time", "propose_on_time", "resolved_in_time")
BY_DEPARTMENT: Final = ("received", "handled", "first_response_time", "propose_on_time", "csat")
TOP_CODES: Final = 12
WORST: Final = 10
LISTED: Final = 50


@transaction.atomic
def make_weekly(period: Period, *, by: Actor, now: datetime) -> Report:
    """Make the report of a week for the cases this actor may see, and keep it.

    Raises:
        Forbidden: his role has no reports.
    """
    number, policy = active()
    seen = reach(by, "report.view")
    content = weekly_content(View(seen, period, now), policy)
    report = Report(
        kind="weekly",
        first_day=period.first,
        last_day=period.last,
        department=seen.department or "",
        made_at=now,
        made_by=by.tag,
        policy_version=number,
        content=content,
    )
    report.save()
    return report


def weekly_content(view: View, policy: Policy) -> dict[str, Any]:
    """Return the content of a weekly report."""
    keys = [
        key for key in dict.fromkeys((*FIRST, *policy.insight.reports["weekly"].indicators, *LAST)) if key in MEASURES
    ]
    now, before = queries.measure(keys, view), queries.measure(keys, view.before())
    incoming, earlier = queries.incoming(view), queries.incoming(view.before())
    return {
        "schema": SCHEMA, "week": week_name(view.period.first), "zone": view.period.zone.key, "until": view.until.isoformat(),
        "numbers": [{"key": key} | _number(key, now.get(key, NOTHING), before.get(key), policy) for key in keys],
        "levels": _split(view, "level", BY_LEVEL, policy), "departments": _split(view, "department", BY_DEPARTMENT, policy),
        "codes": _codes(incoming["code"], earlier["code"]), "late": _late(view), "serious": _serious(view),
        "spent": [{"kind": kind, "count": count, "amount": amount} for kind, count, amount in queries.spent(view)],
        "reopened": [_case(row) for row in queries.reopened(view)[:LISTED]],
        "days": [{"day": day.isoformat(), "kind": kind, "count": count} for (day, kind), count in sorted(incoming["day"].items())],
    }  # fmt: skip


def _number(key: str, value: Value, before: Value | None, policy: Policy) -> dict[str, Any]:
    indicator = policy.indicators.get(key)
    return {
        "value": _rounded(value.value), "before": _rounded(before.value) if before else None, "counted": value.counted, "hits": value.hits,
        "low": _rounded(value.low), "high": _rounded(value.high),
        "target": str(indicator.target) if indicator and indicator.target is not None else None,
        "met": indicator.met(round(value.value, 6)) if indicator and value.value is not None else None,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _split(view: View, dimension: str, keys: tuple[str, ...], policy: Policy) -> dict[str, Any]:
    found = queries.measure_by(keys, view, dimension)
    return {
        str(group): {key: _number(key, value, None, policy) for key, value in values.items()}
        for group, values in found.items()
    }


def _codes(now: dict[tuple[Any, ...], int], before: dict[tuple[Any, ...], int]) -> list[dict[str, int]]:
    order = sorted(now.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP_CODES]
    return [{"code": code, "count": count, "before": before.get((code,), 0)} for (code,), count in order]


def _case(row: dict[str, Any]) -> dict[str, Any]:
    return {"number": row["number"], "level": row["level"], "code": row["code"], "department": row["department"]}


def _late(view: View) -> list[dict[str, Any]]:
    rows = [row for row in queries.cases_of("backlog_late_share", view, "hit", limit=2000) if row["due_at"]]
    rows.sort(key=lambda row: (row["due_at"], row["case_id"]))
    return [_case(row) | {"hours": round((view.until - row["due_at"]) / timedelta(hours=1), 1)} for row in rows[:WORST]]


def _serious(view: View) -> list[dict[str, Any]]:
    first = View(view.slice.with_filter(level=1), view.period, view.now)
    return [
        _case(row) | {"state": row["state"], "outcome": row["outcome"], "received": row["received_at"].isoformat(),
                      "hours": round(((row["closed_at"] or view.until) - row["received_at"]) / timedelta(hours=1), 1), "open": row["closed_at"] is None}
        for row in queries.cases_of("received", first, limit=LISTED)
    ]  # fmt: skip


def visible_reports(actor: Actor) -> Any:
    """Return the reports this actor may read, the newest first. Raises Forbidden."""
    seen = reach(actor, "report.view")
    rows = Report.objects.order_by("-first_day", "-made_at", "-id")
    return rows if seen == Slice() else rows.filter(department=seen.department) if seen.department else rows.none()
