"""Who gets a case: spread, shift, skill, “next” under contention, disputes, rising when late, giving over."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from huiyin.cases.facts import AssignmentDisputed, DeadlineMissed
from huiyin.cases.models import Case
from huiyin.dispatch import actions, queries
from huiyin.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from huiyin.kernel.facts import history
from huiyin.people.actions import actor_of
from huiyin.people.models import User
from huiyin.policy.versions import ensure_default
from tests.workbench import shop


def colleague(name: str, **values) -> User:
    return User.objects.create_user(name, None, name=name, **{"role": "member", "department": "quality", **values})


@pytest.mark.django_db
def test_new_cases_are_spread_evenly(staff, now):
    for name in ("one", "two"):
        colleague(name)
    made = [shop.open_case(f"坏了{place}", at=now, code=1101) for place in range(9)]
    owners = [Case.objects.get(pk=case.pk).owner.username for case in made]
    assert {name: owners.count(name) for name in owners} == {"quality": 3, "one": 3, "two": 3}


@pytest.mark.django_db
def test_only_people_on_shift_and_not_away_are_given_cases(staff, now):
    User.objects.filter(username="quality").update(shift="night")
    colleague("here", shift="day")
    colleague("away", away_until=now + timedelta(hours=1))
    colleague("gone", is_active=False)
    morning = [shop.open_case(f"坏了{place}", at=now, code=1101) for place in range(3)]
    assert {Case.objects.get(pk=case.pk).owner.username for case in morning} == {"here"}
    night = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)  # 02:00 in Shanghai
    User.objects.filter(username="away").update(away_until=night + timedelta(days=1))
    case = shop.open_case("半夜坏了", at=night, code=1101)
    assert Case.objects.get(pk=case.pk).owner.username == "quality"


@pytest.mark.django_db
def test_nobody_is_given_more_than_the_policy_says(staff, now, policy):
    most = policy.dispatch.max_open_per_person
    first = shop.open_case("坏了", at=now, code=1101)
    Case.objects.filter(pk=first.pk).update(owner=None)
    row = Case.objects.filter(pk=first.pk).values().get()
    Case.objects.bulk_create(
        [Case(**{**row, "id": None, "number": f"X{place}", "owner_id": staff["quality"].pk}) for place in range(most)]
    )
    case = shop.open_case("又坏了", at=now, code=1101)
    assert Case.objects.get(pk=case.pk).owner is None


@pytest.mark.django_db
def test_next_gives_the_most_urgent_first_and_leads_on(staff, actor, now):
    mild, grave = (shop.open_case("坏了", at=now, code=1101, level=level) for level in (3, 1))
    Case.objects.update(owner=None)
    who = actor("quality")
    assert actions.next_case(by=who, now=now) == grave
    assert actions.next_case(by=who, now=now) == grave
    assert actions.next_case(by=who, now=now, passed=[grave.pk]) == mild
    assert actions.next_case(by=who, now=now, passed=[grave.pk, mild.pk]) is None
    assert Case.objects.filter(owner=staff["quality"]).count() == 2


@pytest.mark.django_db
def test_next_passes_over_what_waits_for_the_customer_and_what_takes_another_skill(staff, actor, now):
    paused, special, plain = (shop.open_case("坏了", at=now, code=1101) for _ in range(3))
    Case.objects.update(owner=None, skill="")
    Case.objects.filter(pk=paused.pk).update(paused_at=now, owner=staff["quality"])
    Case.objects.filter(pk=special.pk).update(skill="food_safety", priority=30_000)
    assert actions.next_case(by=actor("quality"), now=now) == plain
    User.objects.filter(username="quality").update(skills=["food_safety"])
    assert actions.next_case(by=actor("quality"), now=now) == special
    assert actions.next_case(by=actor("logistics"), now=now) is None
    with pytest.raises(Forbidden):
        actions.next_case(by=actor("auditor"), now=now)


@pytest.mark.django_db(transaction=True)
def test_next_never_gives_one_case_to_two_people(now):
    ensure_default(now)
    people = [actor_of(colleague(f"p{place}")) for place in range(6)]
    User.objects.update(away_until=now + timedelta(days=1))
    with transaction.atomic():
        for place in range(12):
            shop.open_case(f"坏了{place}", at=now, code=1101)
    assert Case.objects.unowned().count() == 12
    start = threading.Barrier(len(people))
    given: list[tuple[str, int]] = []

    def press(who) -> None:
        try:
            start.wait()
            passed: list[int] = []
            while case := actions.next_case(by=who, now=now, passed=passed):
                passed.append(case.pk)
                given.append((who.tag, case.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cases = [pk for _tag, pk in given]
    assert sorted(cases) == sorted(set(cases))
    assert len(cases) == 12
    for tag, pk in given:
        assert f"user:{Case.objects.get(pk=pk).owner_id}" == tag


@pytest.mark.django_db
def test_take_is_once_and_release_gives_back(staff, actor, now):
    case = shop.open_case("坏了", at=now, code=1101)
    Case.objects.update(owner=None)
    actions.take(case.number, by=actor("quality"), now=now)
    with pytest.raises(Conflict):
        actions.take(case.number, by=actor("quality_supervisor"), now=now)
    with pytest.raises(Conflict):
        actions.take(case.number, by=actor("quality"), now=now)
    actions.release(case.number, reason="", by=actor("quality"), now=now)
    with pytest.raises(Conflict):
        actions.release(case.number, reason="", by=actor("quality"), now=now)
    with pytest.raises(NotFound):
        actions.take(case.number, by=actor("logistics"), now=now)
    assert Case.objects.get(pk=case.pk).owner is None


@pytest.mark.django_db
def test_a_colleague_cannot_release_what_is_not_his(staff, actor, now):
    case = shop.open_case("坏了", at=now, code=1101)
    other = actor_of(colleague("other"))
    Case.objects.update(owner=staff["quality"])
    with pytest.raises(Forbidden):
        actions.release(case.number, reason="", by=other, now=now)
    assert Case.objects.get(pk=case.pk).owner == staff["quality"]


@pytest.mark.django_db
def test_several_are_given_over_together_or_not_at_all(staff, actor, now):
    made = shop.open_many(3, at=now, owners=[staff["quality"].pk], code=1101)
    numbers = [case.number for case in made]
    boss = actor("supervisor")
    Case.objects.filter(pk=made[2].pk).update(state="closed", closed_at=now, outcome="resolved")
    with pytest.raises(Conflict):
        actions.assign_many(
            numbers, department="logistics", owner_id=staff["logistics"].pk, reason="x", by=boss, now=now
        )
    assert Case.objects.filter(department="quality").count() == 3
    with pytest.raises(BadInput):
        actions.assign_many(
            numbers[:2], department="logistics", owner_id=staff["quality"].pk, reason="x", by=boss, now=now
        )
    actions.assign_many(
        numbers[:2], department="logistics", owner_id=staff["logistics"].pk, reason="x", by=boss, now=now
    )
    assert Case.objects.filter(owner=staff["logistics"], hops=1).count() == 2
    with pytest.raises(Forbidden):
        actions.assign_many(
            numbers[:1], department="quality", owner_id=None, reason="x", by=actor("logistics"), now=now
        )


@pytest.mark.django_db
def test_a_dispute_goes_up_and_its_hops_are_counted(staff, actor, now, policy):
    case = shop.open_case("坏了", at=now, code=1101)
    Case.objects.update(owner=staff["quality"])
    with pytest.raises(BadInput):
        actions.dispute(case.number, reason=" ", by=actor("quality"), now=now)
    assert (
        actions.dispute(case.number, reason="courier", by=actor("quality"), now=now).owner
        == staff["quality_supervisor"]
    )
    case.refresh_from_db()
    assert (case.department, case.hops) == ("quality", 1)
    disputed = [fact for fact in history(case.pk) if isinstance(fact, AssignmentDisputed)]
    assert [(fact.reason, fact.hops) for fact in disputed] == [("courier", 1)]
    Case.objects.update(owner=staff["quality"], hops=policy.dispatch.max_hops)
    assert actions.dispute(case.number, reason="again", by=actor("quality"), now=now).owner == staff["manager"]


@pytest.mark.django_db
def test_a_late_case_rises_once_however_much_it_misses(staff, now, policy):
    case = shop.open_case("坏了", at=now, code=1101, level=2)
    bonus = policy.triage.priority.late_bonus
    for place in range(3):
        missed = DeadlineMissed(
            case_id=case.pk, at=now, deadline_id=place, clock="promise", deadline="respond", due_at=now, rung=0, role=""
        )
        shop.happen(missed, now)
    assert Case.objects.get(pk=case.pk).priority == case.priority + bonus
    law = DeadlineMissed(
        case_id=case.pk, at=now, deadline_id=9, clock="statute", deadline="x", due_at=now, rung=0, role=""
    )
    shop.happen(law, now)
    assert Case.objects.get(pk=case.pk).priority == case.priority + bonus


@pytest.mark.django_db
def test_the_board_counts_what_is_there(staff, actor, now):
    shop.open_many(4, at=now - timedelta(days=2), owners=[staff["quality"].pk, None], code=1101, level=1)
    places = {place.name: place for place in queries.board(actor("manager"), now)}
    quality = places["quality"]
    assert (quality.waiting, quality.late, quality.serious) == (2, 2, 2)
    load = next(one for one in quality.people if one.person == staff["quality"])
    assert (load.open, load.late, load.serious, load.paused) == (2, 2, 2, 0)
    assert quality.open == 2


@pytest.mark.django_db
def test_queue_pages_follow_priority_then_due_time_also_where_there_is_none(staff, actor, now):
    made = shop.open_many(9, at=now, code=1101)
    for place, case in enumerate(made):
        due = None if place % 3 == 0 else now + timedelta(hours=place)
        Case.objects.filter(pk=case.pk).update(priority=100 * (place % 2), due_at=due)
    everything = queries.queue(actor("quality"), queries.Filters(), waiting=True, size=50)
    expected = sorted(
        everything.rows, key=lambda case: (-case.priority, case.due_at is None, case.due_at or now, case.pk)
    )
    assert [case.pk for case in everything.rows] == [case.pk for case in expected]
    seen, older = [], ""
    while True:
        page = queries.queue(actor("quality"), queries.Filters(), waiting=True, size=2, older=older)
        seen += [case.pk for case in page.rows]
        if not page.older:
            break
        back = queries.queue(actor("quality"), queries.Filters(), waiting=True, size=2, older=page.older)
        if back.rows:
            assert [
                case.pk
                for case in queries.queue(
                    actor("quality"), queries.Filters(), waiting=True, size=2, newer=back.newer
                ).rows
            ] == [case.pk for case in page.rows]
        older = page.older
    assert seen == [case.pk for case in expected]
