"""Surveys and visits after a case is closed, and taking it up again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.care.actions import answer_survey, plan_another, record_visit
from huiyin.care.models import Survey, Visit
from huiyin.care.queries import customer_file, due_visits
from huiyin.cases.actions import close
from huiyin.cases.models import Case
from huiyin.contact.models import Message, Notice
from huiyin.kernel import clock
from huiyin.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from huiyin.kernel.facts import broken_at, history
from huiyin.remedy.actions import Item, accept, make_proposal
from tests.opened import open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(now: datetime, actor: Any, staff: Any, drain: Any) -> Case:
    """A level-2 complaint, settled with an apology and points, and closed."""
    case = open_case(now, owner=staff["agent"], code=5001)
    made = make_proposal(
        case.number,
        words="查明原因，向您致歉",
        items=[Item("apology"), Item("points", points=200)],
        by=actor("agent"),
        now=now,
        offer=True,
    )
    drain()
    accept(case.token, proposal_id=made.pk, now=now)
    drain()
    close(case.number, outcome="resolved", by=actor("agent"), now=now)
    drain()
    case.refresh_from_db()
    return case


def templates(case: Case) -> list[str]:
    return list(Message.objects.filter(case=case, direction="out").order_by("id").values_list("template", flat=True))


def test_survey_is_sent_reminded_once_and_then_left(closed: Case, now: datetime, drain: Any) -> None:
    drain(now + timedelta(hours=23))
    assert "survey_invitation" not in templates(closed)
    drain(now + timedelta(hours=24))
    assert templates(closed).count("survey_invitation") == 1
    for day in (2, 4, 5, 10, 14):
        drain(now + timedelta(days=day, hours=1))
    assert templates(closed).count("survey_invitation") == 1
    assert templates(closed).count("survey_reminder") == 1
    survey = Survey.objects.get(case=closed)
    assert f"/s/{survey.token}" in Message.objects.get(case=closed, template="survey_reminder").body


def test_who_has_answered_is_not_reminded(closed: Case, now: datetime, drain: Any) -> None:
    answer_survey(Survey.objects.get(case=closed).token, rating=5, now=now + timedelta(hours=1))
    for day in range(1, 8):
        drain(now + timedelta(days=day))
    assert not any(name.startswith("survey") for name in templates(closed))


def test_nobody_is_asked_twice_a_week(closed: Case, now: datetime, actor: Any, staff: Any, drain: Any) -> None:
    case = open_case(now, kind="consultation", code=5001, level=4, sentiment="neu", owner=staff["agent"])
    from huiyin.contact.actions import answer

    answer(case.number, text="可以", by=actor("agent"), now=now)
    drain(now + timedelta(days=2))
    assert "survey_invitation" in templates(closed)
    assert "survey_invitation" not in templates(case)


def test_a_low_rating_takes_the_case_up_again(closed: Case, now: datetime, drain: Any, staff: Any) -> None:
    later = now + timedelta(days=2)
    survey = Survey.objects.get(case=closed)
    answer_survey(survey.token, rating=2, dimensions={"service_efficiency": 1}, words="没有收到积分", now=later)
    drain(later)
    closed.refresh_from_db()
    assert (closed.state, closed.reopened, closed.outcome) == ("investigating", 1, "")
    assert templates(closed).count("reopened") == 1
    assert Notice.objects.filter(case=closed, kind="reopened", user=staff["agent"]).exists()
    assert Notice.objects.filter(case=closed, kind="reopened", role="supervisor").exists()
    assert broken_at(closed.id) is None


def test_a_good_rating_leaves_it_closed_and_can_be_changed(closed: Case, now: datetime, drain: Any) -> None:
    survey = Survey.objects.get(case=closed)
    answer_survey(survey.token, rating=4, now=now)
    drain()
    closed.refresh_from_db()
    assert closed.state == "closed"
    answer_survey(survey.token, rating=4, now=now)  # the same again changes nothing
    assert [fact.kind for fact in history(closed.id)].count("survey.answered") == 1
    answer_survey(survey.token, rating=1, now=now + timedelta(days=3))
    drain(now + timedelta(days=3))
    closed.refresh_from_db()
    assert closed.state == "investigating"
    with pytest.raises(Conflict):
        answer_survey(survey.token, rating=5, now=now + timedelta(days=40))


@pytest.mark.parametrize(("rating", "dimensions"), [(0, {}), (6, {}), (-1, {}), (3, {"price": 9}), (3, {"secret": 3})])
def test_nonsense_ratings(closed: Case, now: datetime, rating: int, dimensions: dict[str, int]) -> None:
    survey = Survey.objects.get(case=closed)
    with pytest.raises(BadInput):
        answer_survey(survey.token, rating=rating, dimensions=dimensions, now=now)
    survey.refresh_from_db()
    assert survey.rating is None
    with pytest.raises(NotFound):
        answer_survey("nobody", rating=5, now=now)


def test_surveys_of_reopened_cases_are_not_sent(closed: Case, now: datetime, actor: Any, drain: Any) -> None:
    from huiyin.cases.actions import reopen

    reopen(closed.number, reason="顾客来电", by=actor("agent"), now=now)
    drain(now + timedelta(days=5))
    assert not any(name.startswith("survey") for name in templates(closed))


def test_visits_are_made_and_repeated(closed: Case, now: datetime, actor: Any, drain: Any) -> None:
    visit = Visit.objects.get(case=closed)
    assert visit.due_at == now + timedelta(days=3)
    assert list(due_visits(actor("agent"), now + timedelta(days=3))) == [visit]
    assert list(due_visits(actor("logistics"), now + timedelta(days=3))) == []
    record_visit(visit.pk, result="satisfied", words="很好", by=actor("agent"), now=visit.due_at)
    again = Visit.objects.get(case=closed, done_at=None)
    assert (again.round, again.due_at) == (1, visit.due_at + timedelta(days=30))
    with pytest.raises(Conflict):
        record_visit(visit.pk, result="satisfied", by=actor("agent"), now=now)
    with pytest.raises(NotFound):
        record_visit(0, result="satisfied", by=actor("agent"), now=now)


def test_a_dissatisfied_visit_takes_the_case_up_again(closed: Case, now: datetime, actor: Any, drain: Any) -> None:
    visit = Visit.objects.get(case=closed)
    with pytest.raises(BadInput):
        record_visit(visit.pk, result="dissatisfied", by=actor("agent"), now=now)
    with pytest.raises(BadInput):
        record_visit(visit.pk, result="whatever", words="x", by=actor("agent"), now=now)
    for name, error in (("auditor", Forbidden), ("logistics", NotFound)):
        with pytest.raises(error):
            record_visit(visit.pk, result="satisfied", by=actor(name), now=now)
    record_visit(visit.pk, result="dissatisfied", words="又坏了", by=actor("agent"), now=now)
    drain()
    closed.refresh_from_db()
    assert closed.state == "investigating"


def test_unreachable_is_tried_again_tomorrow(closed: Case, now: datetime, actor: Any) -> None:
    for attempt in (1, 2, 3):
        visit = Visit.objects.get(case=closed, done_at=None)
        assert visit.attempt == attempt
        record_visit(visit.pk, result="unreachable", by=actor("agent"), now=now)
    assert not Visit.objects.filter(case=closed, done_at=None).exists()
    with pytest.raises(BadInput):
        plan_another(closed.number, due_at=now, channel="phone", by=actor("agent"), now=now)
    plan_another(closed.number, due_at=now + timedelta(days=1), channel="phone", by=actor("agent"), now=now)


def test_the_customers_file(closed: Case, now: datetime, actor: Any) -> None:
    answer_survey(Survey.objects.get(case=closed).token, rating=5, now=now)
    assert closed.customer is not None
    seen = customer_file(closed.customer, actor("agent"))
    assert [case.id for case in seen.cases] == [closed.id]
    assert (seen.complaints, seen.mean_rating, seen.points) == (1, 5.0, 200)
    assert [row["ledger__kind"] for row in seen.given] == ["points"]
    assert customer_file(closed.customer, actor("logistics")).cases == []


def test_survey_page(client: Client, closed: Case, now: datetime) -> None:
    token = Survey.objects.get(case=closed).token
    with clock.travel(now):
        page = client.get(f"/s/{token}")
        assert page.status_code == 200
        assert closed.subject in page.content.decode()
        assert client.post(f"/s/{token}", {}).status_code == 422
        done = client.post(f"/s/{token}", {"rating": "5", "price": "4", "words": "<b>好</b>"})
        assert done.status_code == 200
        survey = Survey.objects.get(case=closed)
        assert (survey.rating, survey.dimensions, survey.words) == (5, {"price": 4}, "<b>好</b>")
        assert "<b>好" not in client.get(f"/s/{token}").content.decode()
        as_json = client.post(
            f"/s/{token}",
            {"rating": 4, "dimensions": {"price": 5}},
            content_type="application/json",
            HTTP_ACCEPT="application/json",
        )
        assert as_json.json()["rating"] == 4
        assert (
            client.post(f"/s/{token}", "[", content_type="application/json", HTTP_ACCEPT="application/json").status_code
            == 422
        )
        assert client.get("/s/nobody").status_code == 404
        assert client.get("/s/nobody", HTTP_ACCEPT="application/json").status_code == 404
    with clock.travel(now + timedelta(days=60)):
        assert client.post(f"/s/{token}", {"rating": "1"}).status_code in {409, 422}


def test_visits_page(client_for: Any, closed: Case, now: datetime) -> None:
    with clock.travel(now + timedelta(days=3)):
        agent = client_for("agent")
        page = agent.get("/visits/")
        assert closed.number in page.content.decode()
        visit = Visit.objects.get(case=closed)
        assert client_for("auditor").get("/visits/").status_code == 403
        agent.post(f"/visits/{visit.pk}/", {"result": "satisfied", "words": "好"})
        visit.refresh_from_db()
        assert visit.result == "satisfied"
