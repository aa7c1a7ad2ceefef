"""Planning what follows a closed case: the visit, the survey and its reminder. Steps of the loop, and the drain of what is due."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Min, Q

from huiyin.care.models import Survey, Visit
from huiyin.care.rules import first_visit, next_reminder
from huiyin.cases.facts import CaseClosed, SurveyDue, VisitPlanned
from huiyin.cases.locks import lock
from huiyin.cases.models import Case
from huiyin.kernel.ids import new_token
from huiyin.policy.versions import version as policy_version


def _closed(batch: Sequence[CaseClosed]) -> list[Case]:
    return list(Case.objects.filter(id__in=[fact.case_id for fact in batch]).select_related("customer"))


def plan_visit(batch: Sequence[CaseClosed], now: datetime) -> list[VisitPlanned]:
    """Plan the follow-up visit of each closed complaint; visits of an earlier closing that were not made are overtaken."""
    cases = _closed(batch)
    Visit.objects.filter(case__in=cases, done_at__isnull=True).update(done_at=now, result="overtaken")
    visits = []
    for case in cases:
        plan = first_visit(
            policy_version(case.policy_version), number=case.number, kind=case.kind, level=case.level, outcome=case.outcome, closed_at=case.closed_at or now,
            has_phone=bool(case.customer and case.customer.phone_index), has_email=bool(case.customer and case.customer.email_index),
        )  # fmt: skip
        if plan is not None:
            visits.append(Visit(case=case, channel=plan.channel, due_at=plan.due_at, owner_id=case.owner_id))
    Visit.objects.bulk_create(visits)
    return [VisitPlanned(case_id=visit.case_id, at=now, visit_id=visit.pk, due_at=visit.due_at) for visit in visits]


def plan_survey(batch: Sequence[CaseClosed], now: datetime) -> list[SurveyDue]:
    """Open a survey for each closed case, so that the result letter can name it (policy key `care.survey`).

    An invitation of its own is sent only for the kinds the policy surveys, to customers who can be reached and were
    not asked lately.
    """
    cases = [case for case in _closed(batch) if case.outcome != "withdrawn"]
    Survey.objects.filter(case__in=cases, answered_at__isnull=True).update(send_at=None, remind_at=None)
    asked = _asked_lately(cases, now)
    surveys = []
    for case in cases:
        rule = policy_version(case.policy_version).care.survey
        reachable = case.customer is not None and bool(case.customer.phone_index or case.customer.email_index)
        invited = case.kind in rule.kinds and reachable and case.customer_id not in asked
        send_at = now + timedelta(hours=rule.after_hours)
        surveys.append(
            Survey(
                case=case,
                token=new_token(),
                send_at=send_at if invited else None,
                open_until=send_at + timedelta(days=rule.open_days),
            )
        )
        if invited and case.customer_id:
            asked.add(case.customer_id)
    Survey.objects.bulk_create(surveys)
    return []


def _asked_lately(cases: Sequence[Case], now: datetime) -> set[int]:
    customers = {case.customer_id for case in cases if case.customer_id}
    if not customers:
        return set()
    days = max(policy_version(case.policy_version).care.survey.at_most_one_per_days for case in cases)
    since = now - timedelta(days=days)
    lately = Survey.objects.filter(
        Q(sent_at__gte=since) | Q(sent_at__isnull=True, send_at__isnull=False), case__customer_id__in=customers
    )
    return {customer for customer in lately.values_list("case__customer_id", flat=True) if customer}


def send_due(limit: int, now: datetime) -> tuple[int, list[SurveyDue]]:
    """Take up to `limit` surveys to be sent or reminded of; return how many, and the facts of it. The caller's transaction.

    Nobody is asked about a case that is open again, nor reminded after he has answered.
    """
    due = Survey.objects.filter(
        Q(sent_at__isnull=True, send_at__lte=now) | Q(answered_at__isnull=True, remind_at__lte=now)
    )
    found = dict(due.order_by("id").values_list("id", "case_id")[:limit])
    if not found:
        return 0, []
    cases = lock(set(found.values()))
    rows = list(due.filter(id__in=found).select_for_update(skip_locked=True).order_by("id"))
    facts = []
    for survey in rows:
        case = cases[survey.case_id]
        reminder = survey.sent_at is not None
        wanted = case.closed_at is not None and survey.answered_at is None
        if wanted:
            facts.append(SurveyDue(case_id=case.id, at=now, survey_id=survey.pk, reminder=reminder))
        survey.reminders += reminder
        survey.sent_at = survey.sent_at or (now if wanted else None)
        survey.send_at = survey.send_at if survey.sent_at else None
        following = (
            next_reminder(policy_version(case.policy_version), survey.sent_at, survey.reminders)
            if wanted and survey.sent_at
            else None
        )
        survey.remind_at = max(following, now + timedelta(hours=1)) if following else None
    Survey.objects.bulk_update(rows, ["sent_at", "send_at", "remind_at", "reminders"])
    return len(rows), facts


def next_due() -> datetime | None:
    """Return when the next survey is to be sent or reminded of."""
    sending = Survey.objects.filter(sent_at__isnull=True, send_at__isnull=False).aggregate(first=Min("send_at"))[
        "first"
    ]
    reminding = Survey.objects.filter(answered_at__isnull=True, remind_at__isnull=False).aggregate(
        first=Min("remind_at")
    )["first"]
    return min((moment for moment in (sending, reminding) if moment is not None), default=None)
