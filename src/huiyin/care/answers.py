"""What customers say afterwards: the survey, the visit; and taking a case up again when they are not satisfied."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from huiyin.care.models import Survey, Visit
from huiyin.care.rules import goes_on, next_visit
from huiyin.cases.facts import SurveyAnswered, VisitDone, VisitPlanned
from huiyin.cases.locks import lock, lock_for
from huiyin.cases.models import Case
from huiyin.cases.moves import begin_again
from huiyin.cases.tokens import is_token
from huiyin.kernel.errors import BadInput, Conflict, NotFound
from huiyin.kernel.facts import record
from huiyin.people.actors import Actor
from huiyin.policy.versions import version as policy_version

WORDS = 4000
RESULTS = {"satisfied": True, "dissatisfied": False, "unreachable": None}


def survey_of_token(token: str, now: datetime) -> Survey:
    """Return the survey a token opens. Raises NotFound when there is none, or it is over and was not answered."""
    survey = Survey.objects.filter(token=token).select_related("case").first() if is_token(token) else None
    if survey is None or (survey.open_until is not None and now > survey.open_until and survey.answered_at is None):
        raise NotFound("This survey does not exist (any more).")
    return survey


@transaction.atomic
def answer_survey(
    token: str, *, rating: int, now: datetime, dimensions: Mapping[str, int] | None = None, words: str = ""
) -> Survey:
    """Keep the customer's rating from 1 to 5, overall and by dimension. It can be changed until the survey ends.

    Raises:
        BadInput: a rating is out of range, or the policy knows no such dimension.
        Conflict: the survey is over.
        NotFound: the token opens nothing.
    """
    found = survey_of_token(token, now)
    case = lock([found.case_id])[found.case_id]
    survey = Survey.objects.select_for_update().get(id=found.pk)
    rule = policy_version(case.policy_version).care.survey
    given = {name: value for name, value in (dimensions or {}).items() if value is not None}
    if not 1 <= rating <= rule.scale or any(not 1 <= value <= rule.scale for value in given.values()):
        raise BadInput("A rating lies between 1 and {scale}.", scale=rule.scale, field="rating")
    if unknown := sorted(set(given) - set(rule.dimensions)):
        raise BadInput("There is nothing called “{unknown}” to rate.", unknown=unknown[0][:40], field="dimensions")
    if survey.open_until is not None and now > survey.open_until:
        raise Conflict("This survey is over. Thank you for your answer.")
    if survey.answered_at is not None and (survey.rating, survey.dimensions, survey.words) == (
        rating,
        given,
        words.strip()[:WORDS],
    ):
        return survey
    survey.rating, survey.dimensions, survey.words = rating, given, words.strip()[:WORDS]
    survey.changed_at = now if survey.answered_at is not None else None
    survey.answered_at, survey.remind_at = survey.answered_at or now, None
    survey.save()
    record(SurveyAnswered(case_id=case.id, at=now, by="customer", survey_id=survey.pk, rating=rating))
    return survey


@transaction.atomic
def record_visit(visit_id: int, *, result: str, by: Actor, now: datetime, words: str = "") -> Visit:
    """Write down how a visit went; the next one is planned where the policy wants it.

    Raises:
        BadInput: the result is none of satisfied, dissatisfied, unreachable; or he was dissatisfied and it is not said why.
        Conflict: the visit was made already.
        NotFound: there is no such visit, or it is not one's to see.
    """
    number = Visit.objects.filter(id=visit_id).values_list("case__number", flat=True).first()
    if number is None:
        raise NotFound("There is no such visit.")
    case = lock_for(number, by, "visit.record")
    visit = Visit.objects.select_for_update(of=("self",)).get(id=visit_id)
    if result not in RESULTS:
        raise BadInput("Choose a result: {known}.", known=", ".join(RESULTS), field="result")
    if result == "dissatisfied" and not words.strip():
        raise BadInput("Please note what the customer is not satisfied with.", field="words")
    if visit.done_at is not None:
        raise Conflict("This visit has been recorded already.")
    visit.result, visit.words, visit.done_at = result, words.strip()[:WORDS], now
    visit.save(update_fields=["result", "words", "done_at"])
    done = VisitDone(case_id=case.id, at=now, by=by.tag, visit_id=visit.pk, satisfied=RESULTS[result])
    record(done, *_again(case, visit, now))
    return visit


def _again(case: Case, visit: Visit, now: datetime) -> list[VisitPlanned]:
    policy = policy_version(case.policy_version)
    plan = next_visit(
        policy, level=case.level, result=visit.result, round_=visit.round, attempt=visit.attempt, done_at=now
    )
    if plan is None or case.closed_at is None:
        return []
    planned = Visit.objects.create(
        case=case, channel=visit.channel, owner_id=visit.owner_id, round=plan[0], attempt=plan[1], due_at=plan[2]
    )
    return [VisitPlanned(case_id=case.id, at=now, visit_id=planned.pk, due_at=planned.due_at)]


@transaction.atomic
def plan_another(number: str, *, due_at: datetime, channel: str, by: Actor, now: datetime) -> Visit:
    """Plan a visit besides those the policy asks for.

    Raises:
        BadInput: the time lies in the past.
        Conflict: the case is not closed.
    """
    case = lock_for(number, by, "visit.record")
    if due_at <= now:
        raise BadInput("A visit is planned for a later time.", field="due_at")
    if case.closed_at is None:
        raise Conflict("Visits follow a closed case; this one is open.")
    visit = Visit.objects.create(case=case, channel=channel[:20] or "phone", owner_id=by.user_id, due_at=due_at)
    record(VisitPlanned(case_id=case.id, at=now, by=by.tag, visit_id=visit.pk, due_at=due_at))
    return visit


def reopen_if_unhappy(batch: Sequence[SurveyAnswered | VisitDone], now: datetime) -> list[Any]:
    """A customer who is not satisfied gets his case taken up again: the loop goes on until he is."""
    cases = lock({fact.case_id for fact in batch})
    brought: list[Any] = []
    for fact in batch:
        case = cases[fact.case_id]
        policy = policy_version(case.policy_version)
        rating = fact.rating if isinstance(fact, SurveyAnswered) else None
        satisfied = fact.satisfied if isinstance(fact, VisitDone) else None
        if goes_on(policy, closed_at=case.closed_at, now=now, rating=rating, satisfied=satisfied):
            brought += begin_again(case, reason=_reason(case, rating), by="customer", now=now)
    return brought


def _reason(case: Case, rating: int | None) -> str:
    zh = case.locale.startswith("zh")
    if rating is not None:
        return f"评价 {rating} 分" if zh else f"rated {rating} of 5"
    return "回访时表示不满意" if zh else "not satisfied when we asked again"
