"""Deadlines as they run: each rung once and in order, also with several workers; pauses, extensions, and what meets a promise."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from huiyin.cases import moves
from huiyin.cases.correcting import correct
from huiyin.cases.models import Case
from huiyin.clock import actions
from huiyin.clock.models import Deadline
from huiyin.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from huiyin.kernel.models import FactRow

pytestmark = pytest.mark.django_db

FAULT = "收到的电饭煲开不了机，要求退货"


def fired(case: Case, kind: str = "deadline.missed") -> list[tuple[str, int]]:
    """The rungs that fired, in the order of the history."""
    bodies = FactRow.objects.filter(subject=case.id, kind=kind).order_by("seq").values_list("body", flat=True)
    return [(body["deadline"], body.get("rung", -1)) for body in bodies]


@pytest.fixture
def case(accept: Callable[..., Case], staff: dict[str, Any]) -> Case:
    """A case of level 2 with an owner."""
    made = accept(FAULT, customer={"name": "周", "phone": "13611112222"})
    assert made.level == 2
    return made


@pytest.fixture
def owner(case: Case) -> Any:
    """The actor who owns the case."""
    from huiyin.people.actions import actor_of

    return actor_of(case.owner)


def test_each_rung_fires_once_and_in_order(case: Case, drain: Callable[..., int], now: datetime) -> None:
    for hours in range(80):
        drain(now + timedelta(hours=hours))
        drain(now + timedelta(hours=hours))
    for kind in ("respond", "propose"):
        assert [rung for deadline, rung in fired(case) if deadline == kind] == [0, 1, 2]
        assert fired(case, "deadline.near").count((kind, -1)) == 1
    case.refresh_from_db()
    assert case.due_at is not None


def test_a_worker_that_slept_for_days_fires_every_rung_all_the_same(
    case: Case, drain: Callable[..., int], now: datetime
) -> None:
    drain(now + timedelta(days=30))
    assert [rung for deadline, rung in fired(case) if deadline == "respond"] == [0, 1, 2]
    near = FactRow.objects.get(subject=case.id, kind="deadline.near", body__deadline="respond")
    missed = FactRow.objects.filter(subject=case.id, kind="deadline.missed", body__deadline="respond").order_by("seq")
    assert near.seq < missed[0].seq


def test_a_promise_that_is_kept_fires_nothing(case: Case, owner: Any, drain: Callable[..., int], now: datetime) -> None:
    moves.confirm(case.number, by=owner, now=now + timedelta(minutes=10))
    drain(now + timedelta(minutes=10))
    drain(now + timedelta(days=2))
    assert "step:confirm" not in {deadline for deadline, _ in fired(case)}
    row = Deadline.objects.get(case=case, kind="step:confirm")
    assert (row.state, row.met_at) == ("met", now + timedelta(minutes=10))


def test_waiting_stops_the_promise_and_not_the_law(
    accept: Callable[..., Case], staff: dict[str, Any], drain: Callable[..., int], now: datetime
) -> None:
    from huiyin.people.actions import actor_of

    case = accept("充电宝着火了，孩子的手受伤，去了医院", customer={"name": "吴", "phone": "13655556666"})
    supervisor = actor_of(staff["manager"])
    before = {row.kind: row for row in case.deadlines.all()}
    actions.pause_case(case.number, reason="information", by=supervisor, now=now + timedelta(minutes=5))
    drain(now + timedelta(minutes=5))
    states = dict(case.deadlines.exclude(kind="claim").values_list("kind", "state"))
    assert all(state == ("paused" if before[kind].clock == "promise" else "running") for kind, state in states.items())
    actions.resume_case(case.number, by=supervisor, now=now + timedelta(hours=3, minutes=5))
    drain(now + timedelta(hours=3, minutes=5))
    for row in case.deadlines.exclude(kind="claim"):
        moved = row.due_at - before[row.kind].due_at
        assert moved == (
            timedelta(hours=3)
            if row.clock == "promise" and row.calendar == "clock"
            else moved
            if row.clock == "promise"
            else timedelta(0)
        )
        assert row.clock == "statute" or moved > timedelta(0)


def test_the_customer_s_word_ends_the_waiting(case: Case, owner: Any, drain: Callable[..., int], now: datetime) -> None:
    from huiyin.cases.facts import CustomerWrote
    from huiyin.kernel.facts import record

    actions.pause_case(case.number, reason="goods", by=owner, now=now)
    drain(now)
    record(CustomerWrote(case_id=case.id, at=now + timedelta(hours=1), by="customer", message_id=0, content=""))
    drain(now + timedelta(hours=1))
    case.refresh_from_db()
    assert case.paused_at is None
    assert case.due_at is not None


def test_waiting_ends_by_itself_after_the_longest_time(
    case: Case, owner: Any, drain: Callable[..., int], now: datetime
) -> None:
    actions.pause_case(case.number, reason="goods", by=owner, now=now)
    drain(now)
    drain(now + timedelta(days=6))
    case.refresh_from_db()
    assert case.paused_at is not None
    drain(now + timedelta(days=8))
    case.refresh_from_db()
    assert case.paused_at is None


def test_more_time_needs_somebody_above(
    case: Case, owner: Any, actor: Callable[[str], Any], staff: dict[str, Any], drain: Callable[..., int], now: datetime
) -> None:
    row = case.deadlines.get(kind="propose")
    with pytest.raises(BadInput):
        actions.request_extension(case.number, deadline_id=row.pk, length="24 hours", reason=" ", by=owner, now=now)
    with pytest.raises(Conflict):
        actions.request_extension(
            case.number, deadline_id=row.pk, length="400 hours", reason="等检测", by=owner, now=now
        )
    asked = actions.request_extension(
        case.number, deadline_id=row.pk, length="24 hours", reason="等检测", by=owner, now=now
    )
    with pytest.raises((Forbidden, NotFound)):
        actions.decide_extension(asked.pk, granted=True, answer="", by=owner, now=now)
    actions.decide_extension(asked.pk, granted=True, answer="同意", by=actor("manager"), now=now)
    drain(now)
    row.refresh_from_db()
    assert row.extensions == 1
    assert row.due_at == now + timedelta(hours=72)
    with pytest.raises(Conflict):
        actions.decide_extension(asked.pk, granted=False, answer="", by=actor("manager"), now=now)


def test_a_refused_extension_moves_nothing(
    case: Case, owner: Any, actor: Callable[[str], Any], drain: Callable[..., int], now: datetime
) -> None:
    row = case.deadlines.get(kind="propose")
    asked = actions.request_extension(
        case.number, deadline_id=row.pk, length="24 hours", reason="等检测", by=owner, now=now
    )
    actions.decide_extension(asked.pk, granted=False, answer="不同意", by=actor("manager"), now=now)
    drain(now)
    assert case.deadlines.get(kind="propose").due_at == row.due_at


def test_a_case_nobody_takes_goes_up(
    accept: Callable[..., Case], drain: Callable[..., int], now: datetime, policy: Any
) -> None:
    case = accept(FAULT)
    assert case.owner_id is None
    claim = case.deadlines.get(kind="claim")
    assert claim.due_at == now + timedelta(minutes=policy.dispatch.unclaimed_minutes[case.level])
    drain(claim.due_at + timedelta(days=2))
    assert [rung for deadline, rung in fired(case) if deadline == "claim"] == [0, 1, 2]


def test_a_corrected_level_promises_anew_from_receipt(
    case: Case, actor: Callable[[str], Any], drain: Callable[..., int], now: datetime
) -> None:
    correct(case.number, change={"level": 1}, reason="有人受伤", by=actor("manager"), now=now + timedelta(minutes=30))
    drain(now + timedelta(minutes=30))
    running = dict(case.deadlines.filter(state="running").values_list("kind", "due_at"))
    assert running["respond"] == now + timedelta(hours=2)
    assert running["propose"] == now + timedelta(hours=24)


@pytest.mark.django_db(transaction=True)
def test_many_workers_fire_each_rung_once(accept: Callable[..., Case], now: datetime) -> None:
    from huiyin.drains import drain_deadlines

    cases = [accept(f"{FAULT}{n}", customer={"phone": f"1370000{n:04}"}) for n in range(6)]
    late = now + timedelta(days=20)

    def work() -> None:
        try:
            for _ in range(200):
                if (
                    not drain_deadlines(late)
                    and not Deadline.objects.filter(state="running", fires_at__lte=late).exists()
                ):
                    break
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for case in cases:
        for kind in ("respond", "propose"):
            assert [rung for deadline, rung in fired(case) if deadline == kind] == [0, 1, 2]
