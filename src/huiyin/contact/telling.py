"""What customers are told as their case goes on: progress, proposals, results (mission CL-5, CO-2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from huiyin.cases.facts import (
    CaseClosed,
    CaseMoved,
    CaseReopened,
    DeadlineMissed,
    DeadlineNear,
    ExtensionDecided,
    MessageQueued,
    ProposalOffered,
    ProposalSilent,
    SurveyDue,
)
from huiyin.cases.models import Case
from huiyin.contact import offers, rules, words
from huiyin.contact.letters import About, Draft, about, last_told, queue, survey_url, when, write
from huiyin.policy.versions import active

TOLD_PROMISES = frozenset({"respond", "answer", "propose", "result"})


def next_by(case: About, now: datetime, due: datetime | None = None) -> str:
    """Return by when the customer hears from us next: the running promise, else the policy's `contact.progress_every_working_days`."""
    due = due or case.due_at
    later = now + timedelta(days=case.policy.contact.progress_every_working_days)
    return when(case, due if due is not None and due > now else later, now)


def _where(case: About, now: datetime, due: datetime | None = None) -> dict[str, str]:
    return {
        "state": case.policy.states[case.state].label.in_(case.locale),  # type: ignore[index]
        "done": words.done_so_far(case.state, case.locale),
        "next_step": words.next_step(case.state, case.locale),
        "next_by": next_by(case, now, due),
    }


def inform_customer(batch: Sequence[DeadlineNear | DeadlineMissed], now: datetime) -> list[MessageQueued]:
    """At the promised time the customer hears from us, solved or not: once a promise, unless he was told lately."""
    due = [
        fact
        for fact in batch
        if fact.clock == "promise" and fact.deadline in TOLD_PROMISES and getattr(fact, "rung", 0) == 0
    ]
    cases = about({fact.case_id for fact in due})
    told = last_told(cases)
    drafts = []
    for fact in due:
        case = cases[fact.case_id]
        if case.state == "closed" or not rules.wants_telling(
            last_told=told.get(case.id), started=case.received_at, due=fact.due_at, now=now
        ):
            continue
        drafts.append(
            write(case, "progress", _where(case, now, fact.due_at), key=f"progress:{fact.deadline_id}", now=now)
        )
    return queue(drafts, now)


_FORGOTTEN = """
SELECT c.id FROM cases_case c WHERE c.closed_at IS NULL AND c.paused_at IS NULL AND c.due_at < %(since)s AND NOT EXISTS (
    SELECT 1 FROM contact_message m WHERE m.case_id = c.id AND m.direction = 'out' AND m.at > %(since)s)
ORDER BY c.due_at, c.id LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED
"""


def keep_informed(limit: int, now: datetime) -> tuple[int, list[MessageQueued]]:
    """Tell up to `limit` customers whose case is late and who have not heard from us for as long as the policy allows.

    Policy key `contact.progress_every_working_days`, counted in natural days, so never later than promised. Returns how
    many, and the facts of it. The caller's transaction.
    """
    _, policy = active()
    since = now - timedelta(days=policy.contact.progress_every_working_days)
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, {"since": since, "limit": limit})
        cases = about([row[0] for row in cursor.fetchall()])
    drafts = [write(case, "progress", _where(case, now), key=None, now=now) for case in cases.values()]
    return len(drafts), queue(drafts, now)


def explain_extension(batch: Sequence[ExtensionDecided], now: datetime) -> list[MessageQueued]:
    """Tell the customer that it takes longer, why, and until when."""
    granted = [fact for fact in batch if fact.granted]
    cases = about({fact.case_id for fact in granted})
    due = dict(
        Case.objects.filter(extensions__id__in=[fact.extension_id for fact in granted]).values_list(
            "extensions__id", "extensions__deadline__due_at"
        )
    )
    reasons = dict(
        Case.objects.filter(extensions__id__in=list(due)).values_list("extensions__id", "extensions__reason")
    )
    drafts = []
    for fact in granted:
        case = cases[fact.case_id]
        reason = reasons.get(fact.extension_id, "")
        known = case.policy.extensions.reasons.get(reason)
        values = {
            **_where(case, now, due.get(fact.extension_id)),
            "reason": known.label.in_(case.locale) if known else reason or fact.reason,
        }
        drafts.append(write(case, "extension_notice", values, key=f"extension:{fact.extension_id}", now=now))
    return queue(drafts, now)


def ask_customer(batch: Sequence[ProposalOffered], now: datetime) -> list[MessageQueued]:
    """Put a proposal before the customer and ask whether he agrees."""
    return queue(_of_proposals(batch, "proposal_offered", now), now)


def remind_customer(batch: Sequence[ProposalSilent], now: datetime) -> list[MessageQueued]:
    """Remind a customer of a proposal he has not answered."""
    return queue(_of_proposals([fact for fact in batch if fact.then == "remind"], "proposal_reminder", now), now)


def _of_proposals(batch: Sequence[ProposalOffered | ProposalSilent], template: str, now: datetime) -> list[Draft]:
    cases = about({fact.case_id for fact in batch})
    found = offers.by_id([fact.proposal_id for fact in batch])
    drafts = []
    for fact in batch:
        case, offer = cases[fact.case_id], found[fact.proposal_id]
        answer_by = (offer.offered_at or now) + timedelta(days=case.policy.silence.days)
        values = {
            **offers.values(case, offer, listed=template == "proposal_offered"),
            "handling": offer.words,
            "answer_by": when(case, answer_by if answer_by > now else now + timedelta(days=1), now),
            "next_step": words.AFTER_ACCEPTANCE.in_(case.locale),
        }
        reminder = getattr(fact, "reminder", 0)
        human = fact.by.startswith("user:") and not reminder
        drafts.append(
            write(
                case,
                template,
                values,
                key=f"proposal:{fact.proposal_id}:{reminder}",
                now=now,
                author=fact.by,
                human=human,
            )
        )
    return drafts


def confirm_agreement(batch: Sequence[CaseMoved], now: datetime) -> list[MessageQueued]:
    """Thank for the acceptance and say what is done until when, where something is left for people to do."""
    moved = [fact.case_id for fact in batch if fact.move == "execute"]
    if not moved:
        return []
    cases = about(moved)
    drafts = []
    for case_id, offer in offers.accepted(moved).items():
        case = cases[case_id]
        values = {
            **offers.values(case, offer),
            "next_step": words.next_step("executing", case.locale),
            "next_by": next_by(case, now),
        }
        drafts.append(write(case, "proposal_accepted", values, key=f"agreed:{offer.id}", now=now))
    return queue(drafts, now)


def report_result(batch: Sequence[CaseClosed], now: datetime) -> list[MessageQueued]:
    """Tell the customer the result, in four parts. Where it must be written and only a phone is known, the letter stands on his page."""
    cases = about({fact.case_id for fact in batch if fact.outcome != "answered"})
    return queue(
        (draft for fact in batch if fact.case_id in cases for draft in _results(cases[fact.case_id], fact, now)), now
    )


def _results(case: About, fact: CaseClosed, now: datetime) -> list[Draft]:
    key = f"result:{case.id}:{int(fact.at.timestamp())}"
    offer = offers.last_of(case.id)
    values = {
        **offers.values(case, offer),
        **_where(case, now),
        "handling": "\n".join(
            part
            for part in (words.done_so_far("following", case.locale), offer.words if offer else "", fact.reason)
            if part
        ),
        "execution": offers.execution(case, offer, now),
        "outcome": case.policy.outcomes[fact.outcome].label.in_(case.locale),  # type: ignore[index]
        "reason": fact.reason,
        "outside": "\n".join(f"· {way.in_(case.locale)}" for way in case.policy.contact.disclosure.outside),
    }
    if fact.outcome in {"withdrawn", "unresolved"}:
        template = (
            "unresolved"
            if fact.outcome == "unresolved"
            else "closed_by_silence"
            if fact.by == "system"
            else "closed_by_withdrawal"
        )
        return [write(case, template, values, key=key, now=now)]
    survey = offers.survey_of(case.id)
    visit = offers.visit_of(case.id)
    values |= {
        "survey_url": survey_url(survey) if survey else "",
        "visit_on": rules.said_day(visit, case.locale, case.zone) if visit else "",
    }
    way = case.ways()[0]
    letter = write(
        case, "result_feedback", values, key=key, now=now, channel="page" if way == "sms" else way, author=fact.by
    )
    return (
        [letter, write(case, "result_sms", values, key=f"{key}:sms", now=now, channel="sms", author=fact.by)]
        if way == "sms"
        else [letter]
    )


def tell_reopened(batch: Sequence[CaseReopened], now: datetime) -> list[MessageQueued]:
    """Tell the customer that his case is open again."""
    cases = about({fact.case_id for fact in batch})
    drafts = []
    for fact in batch:
        case = cases[fact.case_id]
        values = {**_where(case, now), "reason": fact.reason}
        drafts.append(write(case, "reopened", values, key=f"reopened:{case.id}:{int(fact.at.timestamp())}", now=now))
    return queue(drafts, now)


def invite(batch: Sequence[SurveyDue], now: datetime) -> list[MessageQueued]:
    """Ask the customer to rate us, or remind him."""
    cases = about({fact.case_id for fact in batch})
    tokens = offers.survey_tokens([fact.survey_id for fact in batch])
    drafts = []
    for fact in batch:
        case = cases[fact.case_id]
        reward = case.policy.care.rewards.rules.get("survey_answered")
        values = {"survey_url": survey_url(tokens[fact.survey_id]), "points": str(reward.points if reward else 0)}
        template = "survey_reminder" if fact.reminder else "survey_invitation"
        drafts.append(
            write(case, template, values, key=f"{template}:{fact.survey_id}:{int(fact.at.timestamp())}", now=now)
        )
    return queue(drafts, now)
