"""The table of moves against every state, the diagram made of it, and the chain of the history."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from huiyin.cases import actions, diagram
from huiyin.cases.facts import CaseMoved, JudgementCorrected
from huiyin.cases.models import Case
from huiyin.cases.moves import end, moved
from huiyin.cases.rules import MOVES, OPEN, STEPS, possible
from huiyin.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from huiyin.kernel.facts import broken_at, history
from tests.workbench import shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", STEPS)
@pytest.mark.parametrize("name", MOVES)
def test_a_move_is_possible_exactly_from_where_the_table_says(staff, now, name, state):
    case = shop.open_case("坏了", at=now, kind="consultation")
    Case.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    version = case.version
    if state in MOVES[name].before:
        fact = moved(case, name, by="user:1", now=now)
        assert (fact.before, fact.after, fact.move) == (state, MOVES[name].after, name)
        case.refresh_from_db()
        assert (case.state, case.version, case.state_since) == (MOVES[name].after, version + 1, now)
    else:
        with pytest.raises(Conflict) as refused:
            moved(case, name, by="user:1", now=now)
        assert refused.value.details["state"] == state
        case.refresh_from_db()
        assert (case.state, case.version) == (state, version)


def test_complaints_are_never_answered_and_closed_at_once(staff, now):
    case = shop.open_case("坏了", at=now, kind="complaint")
    with pytest.raises(Conflict):
        end(case, "answer", outcome="answered", by="user:1", now=now)
    assert "answer" not in {move.name for move in possible("received", "complaint")}
    assert "answer" in {move.name for move in possible("received", "praise")}


def test_every_open_step_leads_on_and_only_the_last_is_closed():
    assert frozenset(STEPS) - {"closed"} == OPEN
    for step in STEPS:
        assert possible(step, "complaint"), step
    assert {move.name for move in MOVES.values() if move.after == "closed"} == {
        "answer",
        "close",
        "close_unresolved",
        "withdraw",
    }


def test_the_diagram_in_the_docs_is_current():
    page = Path(__file__).resolve().parents[2] / "docs" / "states.md"
    assert page.read_text(encoding="utf-8") == diagram.page(), "run: python -m huiyin.cases.diagram"
    for move in MOVES.values():
        for before in move.before:
            assert f"    {before} --> {move.after}: {move.name}" in diagram.page()


def test_closing_takes_an_outcome_and_reasons_where_it_is_unresolved(staff, actor, now):
    case = shop.open_case("坏了", at=now)
    manager = actor("manager")
    with pytest.raises(BadInput):
        actions.close(case.number, outcome="unresolved", by=manager, now=now)
    with pytest.raises(BadInput):
        actions.close(case.number, outcome="wonderful", by=manager, now=now)
    with pytest.raises(Conflict):
        actions.close(case.number, outcome="resolved", by=manager, now=now)
    assert Case.objects.get(pk=case.pk).closed_at is None
    actions.close(case.number, outcome="unresolved", reason="no contact, no order", by=manager, now=now)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_at) == ("closed", "unresolved", now)


def test_an_agent_may_not_close_unresolved(staff, actor, now):
    case = shop.open_case("态度差", at=now, code=4101)
    Case.objects.filter(pk=case.pk).update(owner=staff["agent"], department="service")
    with pytest.raises(Forbidden):
        actions.close(case.number, outcome="unresolved", reason="why not", by=actor("agent"), now=now)
    assert Case.objects.get(pk=case.pk).state == "received"


def test_outsiders_are_not_told_that_a_case_exists(staff, actor, now):
    case = shop.open_case("坏了", at=now)
    assert case.department == "quality"
    with pytest.raises(NotFound):
        actions.confirm(case.number, by=actor("logistics"), now=now)
    with pytest.raises(NotFound):
        actions.confirm("HY000", by=actor("manager"), now=now)


def test_a_correction_checks_every_value_and_can_be_taken_back(staff, actor, now):
    case = shop.open_case("坏了", at=now, code=1101, level=2, flags=())
    who = actor("quality")
    for change in (
        {"level": 9},
        {"kind": "rant"},
        {"code": 9999},
        {"flags": ["pretty"]},
        {"owner_id": 3},
        {"sentiment": ""},
    ):
        with pytest.raises(BadInput):
            actions.correct(case.number, change=change, reason="", by=who, now=now)
    actions.correct(case.number, change={"level": 1, "flags": ["safety", "safety"]}, reason="smoke", by=who, now=now)
    case.refresh_from_db()
    assert (case.level, case.flags, case.judged_by, case.needs_person) == (1, ["safety"], who.tag, False)
    actions.take_back_correction(case.number, by=who, now=now)
    case.refresh_from_db()
    assert (case.level, case.flags) == (2, [])
    corrections = [fact for fact in history(case.pk) if isinstance(fact, JudgementCorrected)]
    assert corrections[0].after == {"level": 1, "flags": ["safety"]}
    assert corrections[1].after == {"level": 2, "flags": []}


def test_what_being_late_added_survives_a_correction(staff, actor, now, policy):
    case = shop.open_case("坏了", at=now, level=3)
    bonus = policy.triage.priority.late_bonus
    Case.objects.filter(pk=case.pk).update(priority=case.priority + bonus)
    actions.correct(case.number, change={"level": 2}, reason="", by=actor("quality"), now=now)
    case.refresh_from_db()
    assert case.priority == policy.triage.priority.urgency[2] + bonus


def test_levels_keep_apart_in_the_queue(staff, now, policy):
    ranks = [shop.open_case("坏了", at=now, level=level).priority for level in (1, 2, 3, 4)]
    assert ranks == sorted(set(ranks), reverse=True)


def test_any_change_to_the_past_is_found(staff, actor, now):
    case = shop.open_case("坏了", at=now)
    actions.confirm(case.number, by=actor("quality"), now=now)
    actions.investigate(case.number, by=actor("quality"), now=now, note="asked the supplier")
    assert [type(fact) for fact in history(case.pk)].count(CaseMoved) == 2
    assert broken_at(case.pk) is None
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_fact SET by = 'user:99' WHERE subject = %s", [case.pk])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE kernel_fact SET body = jsonb_set(body, '{by}', '\"user:99\"') WHERE subject = %s AND seq = 2",
            [case.pk],
        )
    assert broken_at(case.pk) == 2
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_fact WHERE subject = %s AND seq = 2", [case.pk])
    assert broken_at(case.pk) == 3


def test_responsibility_knows_its_words(staff, actor, now):
    case = shop.open_case("坏了", at=now)
    with pytest.raises(BadInput):
        actions.set_responsibility(case.number, responsible="the cat", cause="", note="", by=actor("quality"), now=now)
    actions.set_responsibility(
        case.number, responsible="supplier", cause="product", note="bad batch", by=actor("quality"), now=now
    )
    case.refresh_from_db()
    assert (case.responsible, case.cause, case.cause_note) == ("supplier", "product", "bad batch")


def test_looking_at_contacts_is_kept_and_not_for_everybody(staff, actor, now):
    case = shop.open_case("坏了", at=now, item={"customer": {"name": "王小明", "phone": "13800138000"}})
    actions.show_contacts(case.number, by=actor("quality"), now=now)
    assert [fact.kind for fact in history(case.pk)][-1] == "contacts.shown"
    with pytest.raises(Forbidden):
        actions.show_contacts(case.number, by=actor("auditor"), now=now)
    assert [fact.kind for fact in history(case.pk)].count("contacts.shown") == 1
