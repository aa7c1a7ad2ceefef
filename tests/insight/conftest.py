"""Shops made of rows: what analysis is tried on."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache

ZONE = ZoneInfo("Asia/Shanghai")

DEFAULTS: dict[str, Any] = {
    "kind": "complaint", "code": 1001, "level": 3, "sentiment": "neg", "flags": [], "channel": "web", "department": "quality", "owner_id": None,
    "customer_id": None, "product": "", "brand": "", "merchant": "", "supplier": "", "carrier": "", "region": "", "store": "", "state": "received",
    "outcome": "", "first_reply_at": None, "handled_at": None, "first_closed_at": None, "closed_at": None, "reopened_at": None, "respond_due_at": None,
    "respond_met_at": None, "propose_due_at": None, "propose_met_at": None, "resolve_due_at": None, "result_due_at": None, "result_met_at": None,
    "promised_at": None, "informed": False, "due_at": None, "offered_at": None, "answered_at": None, "accepted": None, "surveyed_at": None, "rated_at": None,
    "rating": None, "visited_at": None, "satisfied": None, "feedbacks": 1, "contacts": 0, "reopened": 0, "hops": 0, "repeat_of": None, "unsure": False,
    "corrected": False, "spent": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def insert(rows: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Write rows into the wide table, each with the case it needs, and return them whole with their ids."""
    from huiyin.cases.models import Case, Customer
    from huiyin.insight.models import CaseFact

    customers = {row["customer_id"] for row in rows if row.get("customer_id") is not None}
    known = set(Customer.objects.filter(id__in=customers).values_list("id", flat=True))
    Customer.objects.bulk_create(
        [Customer(id=one, name="", phone="", email="", created_at=now) for one in sorted(customers - known)]
    )
    whole = [DEFAULTS | {"received_at": now - timedelta(hours=1)} | row for row in rows]
    start = (Case.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    shared = (
        "kind",
        "code",
        "level",
        "channel",
        "department",
        "received_at",
        "closed_at",
        "outcome",
        "customer_id",
        "product",
        "merchant",
        "owner_id",
        "spent",
        "state",
    )
    cases = []
    for number, row in enumerate(whole):
        row.setdefault("case_id", start + number)
        outcome = row["outcome"] or ("answered" if row["closed_at"] else "")
        cases.append(
            Case(
                **{name: row[name] for name in shared} | {"outcome": outcome}, id=row["case_id"], number=f"T{row['case_id']:06d}", token=f"t{row['case_id']}", subject="x",
                opened_at=row["received_at"], state_since=row["received_at"], policy_version=1, need="functional", sentiment="neg",
            )
        )  # fmt: skip
    Case.objects.bulk_create(cases)
    CaseFact.objects.bulk_create(
        [
            CaseFact(**row, number=f"T{row['case_id']:06d}", category=row["code"] // 1000, updated_at=now)
            for row in whole
        ]
    )
    return whole


@pytest.fixture
def fill(db: None, now: datetime) -> Callable[..., list[dict[str, Any]]]:
    """Write rows into the wide table."""
    return lambda *rows: insert(rows, now)
