"""Cases with a judgement of the test's own choosing, taken through the loop as the system does it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from huiyin.cases.facts import FeedbackJudged, Judgement
from huiyin.cases.models import Case, Feedback, Order
from huiyin.intake.actions import accept
from huiyin.intake.rules import read_item
from huiyin.kernel.loop import follow
from huiyin.policy.versions import active

PHONE = "13800000001"
EMAIL = "li@example.com"


def open_case(
    now: datetime,
    *,
    kind: str = "complaint",
    code: int = 1001,
    level: int = 2,
    flags: tuple[str, ...] = (),
    sentiment: str = "neg",
    strength: float = 0.5,
    text: str = "水壶用了三天就不加热了",
    price: str = "",
    owner: Any = None,
    customer: dict[str, str] | None = None,
    **fields: Any,
) -> Case:
    """Accept a feedback and open its case with this judgement; `owner` is then given the case."""
    from huiyin.drains import LOOP

    if price:
        number = fields.setdefault("order_number", f"T{Order.objects.count() + 1:04d}")
        Order.objects.create(
            number=number,
            placed_at=now,
            amount=Decimal(price),
            items=[{"product": "水壶", "quantity": 1, "price": price}],
            product="水壶",
        )
    sender = {"name": "李女士", "phone": PHONE} if customer is None else customer
    item = read_item({"text": text, "customer": sender, **fields}, policy=active()[1], channel="web", now=now)
    judged = Judgement(
        kind=kind, code=code, level=level, sentiment=sentiment, need="functional", flags=flags, strength=strength,
        confidence={"kind": 1.0, "category": 1.0, "level": 1.0, "sentiment": 1.0}, model="test",
    )  # fmt: skip
    with transaction.atomic():
        receipt = accept(item, source="test", now=now)
        row = Feedback.objects.get(number=receipt.number)
        follow(LOOP, [FeedbackJudged(feedback_id=row.id, judgement=judged)], now)
    row.refresh_from_db()
    assert row.case is not None
    case = row.case
    if owner is not None:
        Case.objects.filter(id=case.id).update(owner=owner, department=owner.department or case.department)
        case.refresh_from_db()
    return case
