"""The closed loop as a whole: what follows what, and that nothing is lost on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from huiyin.cases.models import Case, Feedback
from huiyin.kernel import facts
from huiyin.kernel.models import FactRow, PendingFact

pytestmark = pytest.mark.django_db

ORPHANS = """
SELECT number FROM cases_case c WHERE closed_at IS NULL AND (
    department = ''
    OR (due_at IS NULL AND paused_at IS NULL AND kind <> 'praise')
    OR NOT EXISTS (SELECT 1 FROM clock_deadline d WHERE d.case_id = c.id)
    OR NOT EXISTS (SELECT 1 FROM contact_message m WHERE m.case_id = c.id AND m.direction = 'out')
)
"""


def orphans() -> list[str]:
    """Open cases without a place, a date or an acknowledgement."""
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        return [row[0] for row in cursor.fetchall()]


def test_one_feedback_becomes_a_case_with_everything(accept: Callable[..., Any], staff: dict[str, Any]) -> None:
    case = accept(
        "买的锅用了两次涂层就掉了，客服一直不回复，要求退款",
        customer={"name": "王女士", "phone": "13800138000"},
        order_number="A-1",
    )
    kinds = list(FactRow.objects.filter(subject=case.id).order_by("seq").values_list("kind", flat=True))
    assert kinds[0] == "case.opened"
    assert {"deadlines.set", "case.assigned", "message.queued"} <= set(kinds)
    assert case.kind == "complaint"
    assert case.department
    assert case.owner_id is not None
    assert case.due_at is not None
    assert case.policy_version == 1
    assert case.customer.phone == "13800138000"
    assert facts.broken_at(case.id) is None
    assert not orphans()


def test_contacts_are_not_readable_in_the_database(accept: Callable[..., Any]) -> None:
    case = accept("包裹丢了", customer={"name": "欧阳测试", "phone": "13912345678", "email": "someone@example.com"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text || f::text FROM cases_customer c, cases_feedback f WHERE c.id = %s AND f.case_id = %s",
            [case.customer_id, case.id],
        )
        row = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(body::text, '') FROM kernel_fact WHERE subject = %s", [case.id])
        history = cursor.fetchone()[0]
    for secret in ("13912345678", "someone@example.com", "欧阳测试", "3133393132333435363738"):
        assert secret not in row
        assert secret not in history


def test_the_same_customer_on_the_same_order_and_matter_joins(accept: Callable[..., Any]) -> None:
    who = {"name": "李先生", "phone": "13700000001"}
    first = accept("快递三天没有更新，一直显示运输中", customer=who, order_number="B-7")
    second = accept("还是没送到，快递到底在哪", customer=who, order_number="B-7")
    other_order = accept("快递三天没有更新了", customer=who, order_number="B-8")
    stranger = accept(
        "快递三天没有更新，一直显示运输中", customer={"name": "赵", "phone": "13700000002"}, order_number="B-7"
    )
    assert second == first
    assert len({first.id, other_order.id, stranger.id}) == 3
    assert Feedback.objects.filter(case=first).count() == 2


def test_a_flood_leaves_no_orphan(drain: Callable[..., int], now: datetime, policy: Any, staff: dict[str, Any]) -> None:
    from huiyin.intake.actions import accept_many
    from huiyin.intake.rules import read_item

    items = [
        (
            read_item(
                {"text": f"第{n}单收到的杯子碎了，要求退款", "customer": {"phone": f"1390000{n:04}"}},
                policy=policy,
                channel="api",
                now=now,
            ),
            f"k{n}",
        )
        for n in range(700)
    ]
    receipts = accept_many(items, source="test", now=now)
    again = accept_many(items, source="test", now=now)
    drain()
    assert [r.number for r in receipts] == [r.number for r in again]  # type: ignore[union-attr]
    assert Case.objects.count() == 700
    assert not Feedback.objects.filter(drained_at__isnull=True).exists()
    assert not PendingFact.objects.exists()
    assert not orphans()
    assert all(facts.broken_at(case_id) is None for case_id in Case.objects.values_list("id", flat=True)[:50])


def test_a_poisonous_feedback_steps_aside_and_the_others_go_on(
    drain: Callable[..., int], now: datetime, policy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiyin import drains
    from huiyin.cases.facts import FeedbackAccepted
    from huiyin.intake.actions import accept
    from huiyin.intake.rules import read_item
    from huiyin.loop import LOOP

    judge = LOOP[FeedbackAccepted][0]

    def choke(batch: Any, at: datetime) -> Any:
        if any("POISON" in fact.text for fact in batch):
            raise RuntimeError("this text cannot be judged")
        return judge(batch, at)

    monkeypatch.setattr(drains, "LOOP", {**LOOP, FeedbackAccepted: [choke]})
    for text in ("杯子碎了", "POISON", "快递慢"):
        accept(read_item({"text": text}, policy=policy, channel="web", now=now), source="test", now=now)
    drain()
    assert Case.objects.count() == 2
    sick = Feedback.objects.get(drained_at__isnull=True)
    assert "cannot be judged" in sick.error
    assert sick.not_before is not None
    assert sick.not_before > now
    monkeypatch.setattr(drains, "LOOP", LOOP)
    drain(now + timedelta(hours=2))
    assert Case.objects.count() == 3
