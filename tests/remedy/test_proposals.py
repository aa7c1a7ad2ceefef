"""From the proposal to its execution: authority, the customer's word, the ledger."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from huiyin.cases.models import Case
from huiyin.contact.models import Message, Notice
from huiyin.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from huiyin.kernel.facts import broken_at, history
from huiyin.remedy.actions import (
    Item,
    accept,
    approve_proposal,
    carry_out,
    discuss,
    make_proposal,
    offer,
    refuse,
    send_back,
    withdraw_proposal,
)
from huiyin.remedy.models import LedgerEntry, Proposal
from tests.opened import open_case

pytestmark = pytest.mark.django_db


def refund(amount: str = "80", kind: str = "refund", **more: Any) -> Item:
    return Item(kind, Decimal(amount), basis="本手册商品补偿标准", **more)


@pytest.fixture
def case(now: datetime, staff: Any) -> Case:
    return open_case(now, owner=staff["agent"], code=5001)


@pytest.fixture
def offered(case: Case, actor: Any, now: datetime, drain: Any) -> Proposal:
    made = make_proposal(
        case.number,
        words="核实为我们少发一件",
        items=[refund(), Item("apology")],
        by=actor("agent"),
        now=now,
        offer=True,
    )
    drain(now)
    return made


def state_of(case: Case) -> str:
    return str(Case.objects.values_list("state", flat=True).get(id=case.id))


def test_the_whole_way(case: Case, offered: Proposal, actor: Any, now: datetime, drain: Any) -> None:
    assert state_of(case) == "proposing"
    letter = Message.objects.get(case=case, template="proposal_offered")
    assert "¥80.00" in letter.body
    assert letter.human
    assert not LedgerEntry.objects.exists()
    accept(case.token, proposal_id=offered.pk, now=now + timedelta(hours=1))
    drain(now + timedelta(hours=1))
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.amount, entry.by) == ("refund", Decimal("80.00"), actor("agent").tag)
    offered.refresh_from_db()
    assert offered.state == "executed"
    case.refresh_from_db()
    assert (case.state, case.spent) == ("following", Decimal("80.00"))
    assert broken_at(case.id) is None


def test_beyond_authority_waits_for_the_supervisor(case: Case, actor: Any, now: datetime, drain: Any) -> None:
    made = make_proposal(case.number, words="全额退款", items=[refund("300")], by=actor("agent"), now=now, offer=True)
    assert (made.state, made.needs_role) == ("waiting", "supervisor")
    drain(now)
    assert Notice.objects.filter(kind="approve", role="supervisor", department="service").count() == 1
    with pytest.raises(Forbidden):
        approve_proposal(case.number, by=actor("agent"), now=now)
    with pytest.raises(Conflict):
        offer(case.number, by=actor("agent"), now=now)
    approve_proposal(case.number, by=actor("supervisor"), now=now)
    made.refresh_from_db()
    assert (made.state, made.approver) == ("offered", actor("supervisor").tag)


def test_nobody_approves_his_own(now: datetime, staff: Any, actor: Any, drain: Any) -> None:
    case = open_case(now, owner=staff["manager"], code=5001)
    made = make_proposal(case.number, words="高额赔付", items=[refund("6000")], by=actor("manager"), now=now)
    assert (made.state, made.needs_role) == ("waiting", "manager")
    with pytest.raises(Forbidden, match="own"):
        approve_proposal(case.number, by=actor("manager"), now=now)
    with pytest.raises(Forbidden, match="authority"):
        approve_proposal(case.number, by=actor("supervisor"), now=now)
    made.refresh_from_db()
    assert made.state == "waiting"
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(id=made.pk).update(state="ready", approver=made.maker)


def test_the_database_keeps_unapproved_money_back(case: Case, actor: Any, now: datetime) -> None:
    made = make_proposal(case.number, words="全额退款", items=[refund("300")], by=actor("agent"), now=now)
    for state in ("ready", "offered", "accepted", "executed"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(id=made.pk).update(state=state)


def test_the_day_is_counted_over_cases(now: datetime, staff: Any, actor: Any) -> None:
    for number in range(20):
        case = open_case(now, owner=staff["agent"], code=5001, customer={"name": f"顾客{number}"})
        assert (
            make_proposal(case.number, words="退款", items=[refund("100")], by=actor("agent"), now=now).needs_role == ""
        )
    case = open_case(now, owner=staff["agent"], code=5001)
    assert (
        make_proposal(case.number, words="退款", items=[refund("1")], by=actor("agent"), now=now).needs_role
        == "supervisor"
    )
    case = open_case(now, owner=staff["agent"], code=5001)
    tomorrow = now + timedelta(days=1)
    assert (
        make_proposal(case.number, words="退款", items=[refund("1")], by=actor("agent"), now=tomorrow).needs_role == ""
    )


def test_points_are_no_way_round_the_limit(case: Case, actor: Any, now: datetime) -> None:
    made = make_proposal(
        case.number, words="积分", items=[Item("points", points=100_000, basis="积分")], by=actor("agent"), now=now
    )
    assert (made.amount, made.counted, made.needs_role) == (Decimal("0.00"), Decimal("2500.00"), "manager")


def test_nothing_is_carried_out_before_acceptance(case: Case, offered: Proposal, actor: Any, now: datetime) -> None:
    with pytest.raises(Conflict, match="agreed"):
        carry_out(case.number, by=actor("agent"), now=now, evidence="已转账")
    refuse(case.token, proposal_id=offered.pk, now=now, words="太少了")
    with pytest.raises(Conflict):
        carry_out(case.number, by=actor("agent"), now=now, evidence="已转账")
    with pytest.raises(Conflict):
        accept(case.token, proposal_id=offered.pk, now=now)
    assert not LedgerEntry.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(id=offered.pk).update(state="executed", answered_at=None)


def test_safety_measures_may_come_first(now: datetime, staff: Any, actor: Any, drain: Any) -> None:
    case = open_case(now, owner=staff["supervisor"], code=1402, level=1, flags=("safety",))
    made = make_proposal(
        case.number,
        words="上门取件并全额退款",
        items=[refund("299"), Item("return")],
        by=actor("supervisor"),
        now=now,
        offer=True,
    )
    carry_out(case.number, by=actor("supervisor"), now=now, evidence="顺丰 SF123")
    assert LedgerEntry.objects.get().amount == Decimal("299.00")
    accept(case.token, proposal_id=made.pk, now=now)
    drain(now)
    assert LedgerEntry.objects.count() == 1
    made.refresh_from_db()
    assert made.state == "executed"
    assert [fact.early for fact in history(case.id) if fact.kind == "item.executed"] == [True, True]  # type: ignore[attr-defined]


def test_accepting_and_executing_twice_is_once(
    case: Case, offered: Proposal, actor: Any, now: datetime, drain: Any
) -> None:
    from huiyin.cases.facts import ProposalAccepted
    from huiyin.remedy.actions import execute

    accept(case.token, proposal_id=offered.pk, now=now)
    accept(case.token, proposal_id=offered.pk, now=now)
    drain(now)
    assert execute([ProposalAccepted(case_id=case.id, at=now, by="customer", proposal_id=offered.pk)], now) == []
    carry_out(case.number, by=actor("agent"), now=now)
    assert LedgerEntry.objects.count() == 1
    assert [fact.kind for fact in history(case.id)].count("proposal.accepted") == 1


def test_goods_are_carried_out_by_people_with_evidence(case: Case, actor: Any, now: datetime, drain: Any) -> None:
    made = make_proposal(
        case.number,
        words="退货退款",
        items=[refund("60", kind="return"), Item("points", points=100)],
        by=actor("agent"),
        now=now,
        offer=True,
    )
    drain(now)
    accept(case.token, proposal_id=made.pk, now=now)
    drain(now)
    assert [entry.kind for entry in LedgerEntry.objects.all()] == ["points"]
    assert state_of(case) == "executing"
    assert Message.objects.filter(case=case, template="proposal_accepted").count() == 1
    with pytest.raises(BadInput, match="evidence"):
        carry_out(case.number, by=actor("agent"), now=now)
    carry_out(case.number, by=actor("agent"), now=now, evidence="退件单 YT99")
    drain(now)
    assert state_of(case) == "following"
    assert LedgerEntry.objects.filter(kind="return", amount=Decimal("60.00")).count() == 1


def test_discussing_and_refusing_keep_the_case_open(
    case: Case, offered: Proposal, actor: Any, now: datetime, drain: Any
) -> None:
    with pytest.raises(BadInput):
        discuss(case.token, proposal_id=offered.pk, now=now, words=" ")
    discuss(case.token, proposal_id=offered.pk, now=now, words="我想换货")
    drain(now)
    assert Notice.objects.filter(case=case, kind="discussed").exists()
    offered.refresh_from_db()
    assert (offered.state, offered.answer) == ("discussed", "我想换货")
    again = make_proposal(case.number, words="换货", items=[Item("exchange")], by=actor("agent"), now=now, offer=True)
    drain(now)
    refuse(case.token, proposal_id=again.pk, now=now)
    drain(now)
    assert state_of(case) == "proposing"
    assert Notice.objects.filter(case=case, kind="refused").exists()


def test_one_proposal_at_a_time(case: Case, offered: Proposal, actor: Any, now: datetime) -> None:
    with pytest.raises(Conflict, match="already"):
        make_proposal(case.number, words="又一个", items=[refund("1")], by=actor("agent"), now=now)
    withdraw_proposal(case.number, reason="算错了", by=actor("agent"), now=now)
    make_proposal(case.number, words="又一个", items=[refund("1")], by=actor("agent"), now=now)


def test_sent_back_with_reasons(case: Case, actor: Any, now: datetime, drain: Any) -> None:
    make_proposal(case.number, words="全额退款", items=[refund("300")], by=actor("agent"), now=now)
    with pytest.raises(BadInput):
        send_back(case.number, reason="", by=actor("supervisor"), now=now)
    send_back(case.number, reason="先核实批次", by=actor("supervisor"), now=now)
    drain(now)
    assert Notice.objects.filter(case=case, kind="sent_back", words="先核实批次").exists()


def test_floors_hold_unless_reasons_are_given(now: datetime, staff: Any, actor: Any) -> None:
    case = open_case(now, owner=staff["manager"], code=1301, price="99.00")
    with pytest.raises(BadInput) as told:
        make_proposal(case.number, words="退款", items=[refund("99")], by=actor("manager"), now=now)
    assert told.value.details["floor"] == "599.00"
    assert not Proposal.objects.exists()
    made = make_proposal(
        case.number, words="退款", items=[refund("99")], by=actor("manager"), now=now, below_floor="品牌方鉴定为正品"
    )
    assert (made.floor, made.below_floor) == (Decimal("599.00"), "品牌方鉴定为正品")
    assert made.floor_basis["basis"] == "fraud"
    withdraw_proposal(case.number, reason="改为法定金额", by=actor("manager"), now=now)
    made = make_proposal(
        case.number,
        words="退一赔三",
        items=[refund("99"), refund("500", kind="compensation")],
        by=actor("manager"),
        now=now,
    )
    assert made.below_floor == ""


@pytest.mark.parametrize(
    "items",
    [
        [],
        [Item("bribe", Decimal(1))],
        [Item("refund", Decimal(-1))],
        [Item("refund", Decimal("1.001"))],
        [Item("refund", Decimal("NaN"))],
        [Item("refund")],
        [Item("points")],
        [Item("apology", Decimal(5))],
        [Item("refund", Decimal(5), points=5)],
        [Item("repair")] * 21,
    ],
)
def test_nonsense_is_refused(case: Case, actor: Any, now: datetime, items: list[Item]) -> None:
    with pytest.raises(BadInput):
        make_proposal(case.number, words="x", items=items, by=actor("agent"), now=now)
    assert not Proposal.objects.exists()


def test_strangers_and_readers_cannot_propose(case: Case, actor: Any, now: datetime) -> None:
    for name, error in (("auditor", Forbidden), ("agent2", Forbidden), ("logistics", NotFound)):
        with pytest.raises(error):
            make_proposal(case.number, words="x", items=[refund("1")], by=actor(name), now=now)
    with pytest.raises(NotFound):
        accept("nobodys-token", proposal_id=1, now=now)


def test_another_cases_token_answers_nothing(case: Case, offered: Proposal, now: datetime) -> None:
    other = open_case(now, customer={"name": "别人", "phone": "13900000009"})
    with pytest.raises(Conflict):
        accept(other.token, proposal_id=offered.pk, now=now)
    offered.refresh_from_db()
    assert offered.state == "offered"


def test_silence_reminds_and_then_closes_but_the_offer_stands(
    case: Case, offered: Proposal, now: datetime, drain: Any
) -> None:
    for day in range(1, 8):
        drain(now + timedelta(days=day, minutes=1))
    assert Message.objects.filter(case=case, template="proposal_reminder").count() == 2
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "withdrawn")
    assert Message.objects.filter(case=case, template="closed_by_silence").count() == 1
    offered.refresh_from_db()
    assert offered.state == "offered"
    later = now + timedelta(days=9)
    accept(case.token, proposal_id=offered.pk, now=later)
    drain(later)
    case.refresh_from_db()
    assert case.state == "following"
    assert LedgerEntry.objects.count() == 1
    assert broken_at(case.id) is None


def test_budget_is_told_once(
    now: datetime, staff: Any, actor: Any, drain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiyin.remedy import proposing

    policy = proposing.active()[1]
    small = policy.model_copy(update={"budget": policy.budget.model_copy(update={"monthly": Decimal(200)})})
    monkeypatch.setattr(proposing, "active", lambda: (1, small))
    for number in range(3):
        case = open_case(now, owner=staff["agent"], code=5001, customer={"name": f"顾客{number}"})
        made = make_proposal(case.number, words="退款", items=[refund("90")], by=actor("agent"), now=now)
    drain(now)
    assert made.needs_role == "manager"  # beyond the budget
    assert Notice.objects.filter(kind="budget").count() == len(policy.budget.tell_roles)
