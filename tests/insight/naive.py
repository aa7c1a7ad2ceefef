"""The indicators once more, in plain Python over a list of rows: what the SQL is held against."""

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

Row = dict[str, Any]
DAY = timedelta(days=1)


class Shop:
    """Rows, orders and the moment they are looked at from."""

    def __init__(
        self, rows: list[Row], orders: list[Row], start: datetime, end: datetime, now: datetime, silence: int
    ) -> None:
        self.rows, self.orders, self.start, self.end, self.now, self.silence = rows, orders, start, end, now, silence
        self.until = min(end, now)

    def at(self, column: str, ripe: timedelta = timedelta()) -> list[Row]:
        last = min(self.until, self.now - ripe)
        return [row for row in self.rows if row[column] is not None and self.start <= row[column] < last]

    def complaints(self, column: str, ripe: timedelta = timedelta()) -> list[Row]:
        return [row for row in self.at(column, ripe) if row["kind"] == "complaint"]

    def open(self) -> list[Row]:
        return [
            row
            for row in self.rows
            if row["received_at"] < self.until and (row["closed_at"] is None or row["closed_at"] >= self.until)
        ]

    def again(self, row: Row, column: str, days: int) -> bool:
        if row[column] is None:
            return False
        return any(
            other["repeat_of"] == row["case_id"] and other["received_at"] < row[column] + days * DAY
            for other in self.rows
        )

    def kept(self, row: Row) -> bool:
        closed = row["first_closed_at"]
        return any(
            order["customer_id"] == row["customer_id"] and closed < order["placed_at"] <= closed + 90 * DAY
            for order in self.orders
        )


def in_time(row: Row, done: str, due: str) -> bool:
    return row[done] is not None and row[done] <= row[due]


def hours(row: Row, end: datetime) -> float:
    return (end - row["received_at"]).total_seconds() / 3600


def solved(row: Row) -> bool:
    done = row["handled_at"] or row["first_closed_at"]
    return done is not None and done <= row["resolve_due_at"]


def once(shop: Shop, row: Row) -> bool:
    return (
        row["first_closed_at"] is not None
        and row["contacts"] <= 1
        and row["feedbacks"] <= 1
        and row["reopened"] == 0
        and not shop.again(row, "first_closed_at", 7)
    )


COUNTED: dict[str, Callable[[Shop], list[Row]]] = {
    "received": lambda s: s.at("received_at"),
    "handled": lambda s: s.at("first_closed_at"),
    "first_response_time": lambda s: s.at("first_reply_at"),
    "first_response_p90": lambda s: s.at("first_reply_at"),
    "informed_rate": lambda s: s.at("promised_at"),
    "visit_satisfaction": lambda s: [row for row in s.at("visited_at") if row["satisfied"] is not None],
    "handling_time": lambda s: s.at("first_closed_at"),
    "handling_time_p90": lambda s: s.at("first_closed_at"),
    "respond_on_time": lambda s: s.at("respond_due_at"),
    "propose_on_time": lambda s: s.at("propose_due_at"),
    "resolved_in_time": lambda s: s.at("resolve_due_at"),
    "result_feedback_on_time": lambda s: s.at("result_due_at"),
    "outcome_resolved": lambda s: s.complaints("first_closed_at"),
    "outcome_partly": lambda s: s.complaints("first_closed_at"),
    "outcome_unresolved": lambda s: s.complaints("first_closed_at"),
    "customer_reply_rate": lambda s: s.at("offered_at", s.silence * DAY),
    "repeat_rate": lambda s: [row for row in s.complaints("received_at", 30 * DAY) if row["customer_id"] is not None],
    "reopen_rate": lambda s: s.at("first_closed_at", 30 * DAY),
    "success_rate": lambda s: s.complaints("first_closed_at"),
    "first_contact_resolution": lambda s: s.at("received_at", 7 * DAY),
    "complaint_rate": lambda s: s.complaints("received_at"),
    "backlog": Shop.open,
    "backlog_age_p50": Shop.open,
    "backlog_age_p90": Shop.open,
    "backlog_late_share": Shop.open,
    "response_rate": lambda s: s.at("received_at"),
    "solution_rate": lambda s: s.complaints("received_at"),
    "csat": lambda s: [row for row in s.at("rated_at") if row["rating"] is not None],
    "survey_response_rate": lambda s: s.at("surveyed_at"),
    "proposal_acceptance": lambda s: s.at("answered_at"),
    "compensation_per_case": lambda s: s.complaints("first_closed_at"),
    "hops_per_case": lambda s: s.at("first_closed_at"),
    "automatic_share": lambda s: s.at("received_at"),
    "correction_rate": lambda s: s.at("received_at"),
    "retention_rate": lambda s: [
        row for row in s.complaints("first_closed_at", 90 * DAY) if row["customer_id"] is not None
    ],
}

HIT: dict[str, Callable[[Shop, Row], bool]] = {
    "informed_rate": lambda s, row: row["informed"],
    "visit_satisfaction": lambda s, row: row["satisfied"] is True,
    "respond_on_time": lambda s, row: in_time(row, "first_reply_at", "respond_due_at"),
    "propose_on_time": lambda s, row: in_time(row, "propose_met_at", "propose_due_at"),
    "resolved_in_time": lambda s, row: solved(row),
    "result_feedback_on_time": lambda s, row: in_time(row, "result_met_at", "result_due_at"),
    "outcome_resolved": lambda s, row: row["outcome"] == "resolved",
    "outcome_partly": lambda s, row: row["outcome"] == "partly",
    "outcome_unresolved": lambda s, row: row["outcome"] == "unresolved",
    "customer_reply_rate": lambda s, row: row["answered_at"] is not None,
    "repeat_rate": lambda s, row: s.again(row, "received_at", 30),
    "reopen_rate": lambda s, row: (
        row["reopened_at"] is not None and row["reopened_at"] < row["first_closed_at"] + 30 * DAY
    ),
    "success_rate": lambda s, row: row["outcome"] == "resolved" and row["rating"] not in {1, 2},
    "first_contact_resolution": once,
    "backlog_late_share": lambda s, row: row["due_at"] is not None and row["due_at"] < s.until,
    "response_rate": lambda s, row: row["first_reply_at"] is not None,
    "solution_rate": lambda s, row: row["outcome"] in {"resolved", "partly"},
    "csat": lambda s, row: row["rating"] >= 4,
    "survey_response_rate": lambda s, row: row["rated_at"] is not None,
    "proposal_acceptance": lambda s, row: row["accepted"] is True,
    "automatic_share": lambda s, row: not row["unsure"] and not row["corrected"],
    "correction_rate": lambda s, row: row["corrected"],
    "retention_rate": lambda s, row: s.kept(row),
}

TAKEN: dict[str, Callable[[Shop, list[Row]], float]] = {
    "first_response_time": lambda s, rows: mean([hours(row, row["first_reply_at"]) for row in rows]),
    "first_response_p90": lambda s, rows: percentile([hours(row, row["first_reply_at"]) for row in rows], 0.9),
    "handling_time": lambda s, rows: mean([hours(row, row["first_closed_at"]) for row in rows]),
    "handling_time_p90": lambda s, rows: percentile([hours(row, row["first_closed_at"]) for row in rows], 0.9),
    "backlog_age_p50": lambda s, rows: percentile([hours(row, s.until) for row in rows], 0.5),
    "backlog_age_p90": lambda s, rows: percentile([hours(row, s.until) for row in rows], 0.9),
    "compensation_per_case": lambda s, rows: mean([float(row["spent"]) for row in rows]),
    "hops_per_case": lambda s, rows: mean([row["hops"] for row in rows]),
}
CUSTOMERS = {"repeat_rate", "retention_rate"}


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def percentile(values: list[float], share: float) -> float:
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def expected(shop: Shop, key: str) -> tuple[int, int, float | None]:
    """How many count, how many are meant, and the value in the indicator's unit."""
    rows = COUNTED[key](shop)
    hits = [row for row in rows if HIT[key](shop, row)] if key in HIT else rows
    counted, meant = len(rows), len(hits)
    if key in CUSTOMERS:
        counted, meant = len({row["customer_id"] for row in rows}), len({row["customer_id"] for row in hits})
    if key == "complaint_rate":
        orders = sum(shop.start <= order["placed_at"] < shop.until for order in shop.orders)
        return counted, meant, counted / orders * 10_000 if orders else None
    if key in HIT:
        return counted, meant, meant / counted * 100 if counted else None
    if key in TAKEN:
        return counted, meant, TAKEN[key](shop, rows) if rows else None
    return counted, meant, float(counted)
