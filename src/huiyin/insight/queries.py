"""Reading the wide table: indicators, their cases, and the counts charts are drawn from. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from huiyin.insight.measures import MEASURES, Measure, aggregates
from huiyin.insight.rules import Period, Value, poisson, wilson
from huiyin.insight.slices import AGES, DIMENSIONS, Slice
from huiyin.policy.versions import active

IN_ORDERS: Final = frozenset({"product", "merchant", "brand", "carrier", "supplier", "region", "store"})
"""Dimensions that orders have too: only for these can complaints be set against orders."""

SPLITS: Final = {
    "week": "date_trunc('week', f.{at} AT TIME ZONE %(zone)s)::date",
    "day": "(f.{at} AT TIME ZONE %(zone)s)::date",
}
_RELEVANT: Final = "f.received_at < %(until)s AND (f.last_at >= %(start)s OR f.closed_at IS NULL)"
"""What a period can be about at all, by two indexes: cases where something happened since it began, and open ones."""


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: which cases, which period, seen at which moment."""

    slice: Slice
    period: Period
    now: datetime

    @property
    def until(self) -> datetime:
        """The end of the period, or now while it runs."""
        return min(self.period.end, self.now)

    def where(self) -> tuple[str, dict[str, Any]]:
        """Return the condition on the reader's cases and all parameters of a statement."""
        condition, values = self.slice.where()
        _, policy = active()
        common = {
            "start": self.period.start,
            "until": self.until,
            "now": self.now,
            "zone": self.period.zone.key,
            "silence": policy.silence.days,
        }
        return condition, common | values

    def before(self) -> "View":
        """Return the same for the period before."""
        return View(self.slice, self.period.before(), self.now)


def measure(keys: Sequence[str], view: View) -> dict[str, Value]:
    """Return the value of each indicator for a view. One statement, and one more when complaints are set against orders."""
    return measure_by(keys, view, "").get(None, {})


def measure_by(keys: Sequence[str], view: View, by: str) -> dict[Any, dict[str, Value]]:
    """Return the values by a dimension, by `day` or by `week` (all keys then need a period column), in order of the group."""
    wanted = [MEASURES[key] for key in keys]
    condition, values = view.where()
    group = _group(by, wanted)
    numbers = ", ".join(part for one in wanted for part in aggregates(one))
    tail = f"GROUP BY 1 HAVING {group} IS NOT NULL ORDER BY 1" if by else ""
    rows = _rows(f"SELECT {group}, {numbers} FROM insight_fact f WHERE {_RELEVANT} AND {condition} {tail}", values)
    orders = _orders(view, by) if any(one.how == "per_10000" for one in wanted) else {}
    return {
        row[0]: {
            one.key: _value(one, row[place * 3 + 1], row[place * 3 + 2], row[place * 3 + 3], orders.get(row[0]))
            for place, one in enumerate(wanted)
        }
        for row in rows
    }


def _group(by: str, wanted: Sequence[Measure]) -> str:
    if not by:
        return "NULL"
    if by in SPLITS:
        columns = {one.at for one in wanted}
        if len(columns) != 1 or "" in columns:
            raise ValueError(f"indicators by {by} need one period column, these have {columns}")
        return SPLITS[by].format(at=columns.pop())
    return DIMENSIONS[by]


def _value(one: Measure, counted: int, hits: int, taken: float | None, orders: int | None) -> Value:
    if one.how == "count":
        return Value(counted, hits, float(counted))
    if one.how == "per_10000":
        if not orders:
            return Value(counted, hits, None)
        low, high = poisson(counted)
        return Value(counted, hits, counted / orders * 10_000, low / orders * 10_000, high / orders * 10_000)
    if one.how == "share":
        if not counted:
            return Value(0, 0, None)
        low, high = wilson(hits, counted)
        return Value(counted, hits, hits / counted * 100, low * 100, high * 100)
    return Value(counted, hits, taken)


def _orders(view: View, by: str) -> dict[Any, int]:
    """Orders of the same period, by the same dimension; none where orders cannot be told apart like the cases."""
    filters = dict(view.slice.filters)
    if (
        view.slice.department is not None
        or view.slice.owner is not None
        or not filters.keys() <= IN_ORDERS
        or by not in {"", *IN_ORDERS}
    ):
        return {}
    conditions = "".join(f" AND o.{name} = %(f_{name})s" for name in filters)
    group = f"o.{by}" if by else "NULL"
    rows = _rows(
        f"SELECT {group}, count(*) FROM cases_order o WHERE o.placed_at >= %(start)s AND o.placed_at < %(until)s{conditions} GROUP BY 1",
        view.where()[1],
    )
    return dict(rows)


CASE_COLUMNS: Final = (
    "case_id", "number", "kind", "code", "level", "channel", "department", "state", "outcome", "received_at", "first_reply_at", "closed_at",
    "due_at", "rating", "spent", "product", "merchant", "region",
)  # fmt: skip
PARTS: Final = ("counted", "hit", "miss")


def cases_of(
    key: str,
    view: View,
    part: str = "counted",
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Return exactly the cases an indicator counted (`hit`: those meant, `miss`: the others), the newest first.

    A page of them: up to `limit` with ids below `before`, or the nearest above `after`.

    Where customers are counted, each stands there by one case of his.
    """
    one = MEASURES[key]
    condition, values = view.where()
    within = f"{_RELEVANT} AND {condition} AND {one.within}"
    hit = f"coalesce({one.hit}, false)"
    if one.each == "customer_id":
        chosen = {
            "counted": "min(f.case_id)",
            "hit": f"min(f.case_id) FILTER (WHERE {hit})",
            "miss": f"min(f.case_id) FILTER (WHERE NOT {hit})",
        }[part]
        only = {"miss": f"HAVING NOT bool_or({hit})", "hit": f"HAVING bool_or({hit})"}.get(part, "")
        inner = f"f.case_id IN (SELECT {chosen} FROM insight_fact f WHERE {within} GROUP BY f.customer_id {only})"
    else:
        inner = within + {"counted": "", "hit": f" AND {hit}", "miss": f" AND NOT {hit}"}[part]
    page = (
        " AND f.case_id < %(before)s"
        if before is not None
        else " AND f.case_id > %(after)s"
        if after is not None
        else ""
    )
    page += f" ORDER BY f.case_id {'ASC' if after is not None else 'DESC'}" + (" LIMIT %(limit)s" if limit else "")
    columns = ", ".join(f"f.{name}" for name in CASE_COLUMNS)
    rows = _rows(
        f"SELECT {columns} FROM insight_fact f WHERE {inner}{page}",
        values | {"before": before, "after": after, "limit": limit},
    )
    if after is not None:
        rows.reverse()
    return [dict(zip(CASE_COLUMNS, row, strict=True)) for row in rows]


def incoming(view: View) -> dict[str, dict[tuple[Any, ...], int]]:
    """Return how many cases came in, by day and kind, by code, by channel, and by weekday and hour, from one look at the table."""
    condition, values = view.where()
    local = "f.received_at AT TIME ZONE %(zone)s"
    sets = {"day": ("day", "kind"), "code": ("code",), "channel": ("channel",), "heat": ("weekday", "hour")}
    rows = _rows(
        f"SELECT grouping(day, code, channel, weekday), day, kind, code, channel, weekday, hour, count(*) FROM (SELECT ({local})::date AS day, f.kind, f.code, f.channel, "
        f"extract(isodow FROM {local})::int AS weekday, extract(hour FROM {local})::int AS hour FROM insight_fact f "
        f"WHERE f.received_at >= %(start)s AND f.received_at < %(until)s AND {condition}) f "
        "GROUP BY GROUPING SETS ((day, kind), (code), (channel), (weekday, hour))",
        values,
    )
    masks = {0b0111: "day", 0b1011: "code", 0b1101: "channel", 0b1110: "heat"}
    places = {"day": 1, "kind": 2, "code": 3, "channel": 4, "weekday": 5, "hour": 6}
    found: dict[str, dict[tuple[Any, ...], int]] = {name: {} for name in sets}
    for row in rows:
        name = masks[row[0]]
        found[name][tuple(row[places[part]] for part in sets[name])] = row[7]
    return found


def ages(view: View) -> list[tuple[int, int, int, int]]:
    """Return how many cases are open by age at the end of the view: (from day, to day, all, of them late)."""
    condition, values = view.where()
    one = MEASURES["backlog_late_share"]
    parts = ", ".join(
        f"count(*) FILTER (WHERE {here}), count(*) FILTER (WHERE {here} AND coalesce({one.hit}, false))"
        for low, high in AGES
        for here in [
            f"f.received_at <= %(until)s - interval '{low} days' AND f.received_at > %(until)s - interval '{high} days'"
        ]
    )
    row = _rows(f"SELECT {parts} FROM insight_fact f WHERE {_RELEVANT} AND {one.within} AND {condition}", values)[0]
    return [(low, high, row[place * 2], row[place * 2 + 1]) for place, (low, high) in enumerate(AGES)]


def reopened(view: View) -> list[dict[str, Any]]:
    """Return the cases that were taken up again in the period, the newest first."""
    condition, values = view.where()
    columns = ", ".join(f"f.{name}" for name in CASE_COLUMNS)
    rows = _rows(
        f"SELECT {columns} FROM insight_fact f WHERE f.last_at >= %(start)s AND f.reopened_at >= %(start)s AND f.reopened_at < %(until)s AND {condition} "
        "ORDER BY f.case_id DESC",
        values,
    )
    return [dict(zip(CASE_COLUMNS, row, strict=True)) for row in rows]


def spent(view: View) -> list[tuple[str, int, str]]:
    """Return what was given to customers in the period, from the ledger: (kind, how often, sum as a decimal string)."""
    condition, values = view.where()
    rows = _rows(
        f"SELECT l.kind, count(*), sum(l.amount)::text FROM remedy_ledger l JOIN insight_fact f ON f.case_id = l.case_id "
        f"WHERE l.at >= %(start)s AND l.at < %(until)s AND {condition} GROUP BY 1 ORDER BY sum(l.amount) DESC, 1",
        values,
    )
    return [(kind, count, total) for kind, count, total in rows]


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
