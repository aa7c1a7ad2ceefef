"""Setting deadlines running, and stopping, moving and meeting them. Two clocks: the promise, which may pause, and the statute."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Q

from huiyin.cases import facts
from huiyin.cases.locks import lock, lock_for
from huiyin.cases.models import Case
from huiyin.cases.moves import resumed, waiting
from huiyin.cases.rules import STEPS
from huiyin.clock.models import Deadline, Extension
from huiyin.clock.rules import (
    Paused,
    approver_of,
    deadlines_and_gaps,
    escalation_times,
    extension_refusals,
    result_deadline,
    shift_by_pause,
    step_deadlines,
)
from huiyin.clock.rules import extend as extended
from huiyin.clock.said import Due, Said
from huiyin.clock.statute import statute_deadlines
from huiyin.kernel.bulk import copy_rows
from huiyin.kernel.errors import BadInput, Conflict, Forbidden
from huiyin.kernel.facts import Fact, record
from huiyin.kernel.models import FactRow
from huiyin.people.actors import Actor
from huiyin.policy.schema import Policy
from huiyin.policy.schema.span import Span
from huiyin.policy.versions import version as policy_version
from huiyin.web.words import in_reader_language

FROM_RECEIPT = ("respond", "answer", "propose", "step:confirm")
CLAIM = "claim"
FIRST_ANSWERS = frozenset({"respond"})
ANSWERS = frozenset({"respond", "answer"})
SOLUTIONS = frozenset({"respond", "answer", "propose"})
RESULT_TEMPLATES = frozenset(
    {"result_feedback", "result_phone", "result_sms", "unresolved", "closed_by_withdrawal", "closed_by_silence"}
)
COLUMNS = (
    "case_id",
    "clock",
    "kind",
    "rule",
    "calendar",
    "because",
    "started_at",
    "due_at",
    "warn_at",
    "pauses",
    "extensions",
    "state",
    "stage",
    "fires_at",
)


def due_of(row: Deadline) -> Due:
    """Return a running deadline as the rules know it."""
    because = tuple(Said(words["zh"], words["en"]) for words in row.because)
    return Due(
        row.clock, row.kind, row.started_at, row.due_at, row.warn_at or row.due_at, row.calendar, row.rule, because
    )


def _words(due: Due) -> list[dict[str, str]]:
    return [{"zh": said.zh, "en": said.en} for said in due.because]


def fires_next(policy: Policy, due: Due, level: int, fired: int) -> datetime | None:
    """Return when the next rung of the ladder fires after `fired` of them, or None when nothing is left to fire.

    A legal time limit fires only where it is our duty (policy key `statute_clocks.*.nature`).
    """
    if due.clock == "statute" and policy.statute_clocks[due.kind].nature != "duty":
        return None
    rungs = escalation_times(policy, due, level)
    return rungs[fired].at if fired < len(rungs) else None


def _start(pairs: Iterable[tuple[Case, Due]]) -> None:
    rows = []
    for case, due in pairs:
        fires = fires_next(policy_version(case.policy_version), due, case.level, 0)
        because = msgspec.json.encode(_words(due)).decode()
        rows.append(
            (
                case.id,
                due.clock,
                due.kind,
                due.rule,
                due.calendar,
                because,
                due.started_at,
                due.due_at,
                due.warn_at,
                0,
                0,
                "running",
                0,
                fires,
            )
        )
    copy_rows("clock_deadline", COLUMNS, rows)


def _show_next(ids: Iterable[int]) -> None:
    """Keep on each case the promise that falls due first."""
    wanted = sorted(set(ids))
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case c SET due_at = d.due_at, due_kind = coalesce(d.kind, '') FROM unnest(%s::bigint[]) AS t(id) LEFT JOIN LATERAL "
            "(SELECT due_at, kind FROM clock_deadline WHERE case_id = t.id AND clock = 'promise' AND state = 'running' AND kind <> 'claim' ORDER BY due_at, id LIMIT 1) d ON true "
            "WHERE c.id = t.id",
            [wanted],
        )


def _set_fact(case: Case, dues: Sequence[Due], now: datetime) -> facts.DeadlinesSet:
    return facts.DeadlinesSet(
        case_id=case.id, at=now, deadlines=tuple((due.clock, due.kind, due.due_at, due.rule) for due in dues)
    )


def _marks(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "code": case.code,
        "level": case.level,
        "channel": case.channel,
        "flags": frozenset(case.flags),
    }


# --- steps of the loop -----------------------------------------------------------------------------------------------


def promise(batch: Sequence[facts.CaseOpened], now: datetime) -> list[Fact]:
    """Start the promises and legal deadlines of new cases.

    A deadline that needs a year whose working days are not published yet is left out, and the history says so; the others run.
    """
    cases = Case.objects.in_bulk([fact.case_id for fact in batch])
    pairs: list[tuple[Case, Due]] = []
    brought: list[Fact] = []
    for case in cases.values():
        dues, gaps = deadlines_and_gaps(
            policy_version(case.policy_version), received_at=case.received_at, **_marks(case)
        )
        pairs += [(case, due) for due in dues]
        brought.append(_set_fact(case, dues, now))
        brought += [facts.DeadlineUnknown(case_id=case.id, at=now, reason=str(gap)) for gap in gaps]
    _start(pairs)
    _show_next(cases)
    return brought


def promise_anew(batch: Sequence[facts.JudgementCorrected], now: datetime) -> list[Fact]:
    """A judgement was put right: what still runs from receipt is promised anew from the time of receipt."""
    cases = lock([fact.case_id for fact in batch if fact.after.keys() & {"kind", "code", "level", "flags"}])
    brought: list[Fact] = []
    for case in cases.values():
        if case.closed_at is not None:
            continue
        running = {
            row.kind: row
            for row in case.deadlines.filter(
                state__in=["running", "paused"], kind__in=FROM_RECEIPT, extensions=0, pauses=0
            )
        }
        dues, _ = deadlines_and_gaps(policy_version(case.policy_version), received_at=case.received_at, **_marks(case))
        fresh = [
            due
            for due in dues
            if due.kind in running and due.clock == "promise" and due.due_at != running[due.kind].due_at
        ]
        Deadline.objects.filter(id__in=[running[due.kind].id for due in fresh]).update(state="cancelled", fires_at=None)
        _start((case, due) for due in fresh)
        brought.append(_set_fact(case, fresh, now))
    _show_next(cases)
    return brought


def promise_again(batch: Sequence[facts.CaseReopened], now: datetime) -> list[Fact]:
    """A case is taken up again: a new solution is promised from now."""
    cases = lock([fact.case_id for fact in batch])
    brought: list[Fact] = []
    for case in cases.values():
        dues, _ = deadlines_and_gaps(policy_version(case.policy_version), received_at=now, **_marks(case))
        again = [due for due in dues if due.clock == "promise" and due.kind in SOLUTIONS]
        case.deadlines.filter(state__in=["running", "paused"], clock="promise").update(state="cancelled", fires_at=None)
        _start((case, due) for due in again)
        brought.append(_set_fact(case, again, now))
    _show_next(cases)
    return brought


def step(batch: Sequence[facts.CaseMoved], now: datetime) -> list[Fact]:
    """A case moved on: limits of steps that ended are met, those of the step that begins start to run."""
    cases = lock({fact.case_id for fact in batch})
    brought: list[Fact] = _meet((fact.case_id, _ended(cases[fact.case_id], fact), fact.at) for fact in batch)
    running = _running({fact.case_id for fact in batch})
    started: list[tuple[Case, Due]] = []
    for fact in batch:
        case = cases[fact.case_id]
        dues = [due for due in _begun(case, fact) if (case.id, due.kind) not in running]
        running |= {(case.id, due.kind) for due in dues}
        started += [(case, due) for due in dues]
        if dues:
            brought.append(_set_fact(case, dues, now))
    _start(started)
    _show_next(cases)
    return brought


def _ended(case: Case, fact: facts.CaseMoved) -> set[str]:
    limits = policy_version(case.policy_version).stage_limits
    ended = {f"step:{name}" for name, limit in limits.items() if _reached(fact.after, limit.ends)}
    return ended | (SOLUTIONS if fact.after == "proposing" else set())


def _begun(case: Case, fact: facts.CaseMoved) -> list[Due]:
    policy = policy_version(case.policy_version)
    dues = list(step_deadlines(policy, state=fact.after, level=case.level, entered_at=fact.at))
    if fact.after == "following" and (due := result_deadline(policy, handled_at=fact.at, **_marks(case))):
        dues.append(due)
    return dues


def _running(ids: Iterable[int]) -> set[tuple[int, str]]:
    rows = Deadline.objects.filter(case_id__in=list(ids), state__in=["running", "paused"])
    return set(rows.values_list("case_id", "kind"))


def _reached(state: str, end: str) -> bool:
    return end in STEPS and STEPS.index(state) >= STEPS.index(end)


def answer(batch: Sequence[facts.MessageQueued], now: datetime) -> list[Fact]:
    """A person wrote to the customer: the first reply is met, and the answer in substance once the matter was looked into."""
    human = [fact for fact in batch if fact.human or fact.template in RESULT_TEMPLATES]
    cases = lock({fact.case_id for fact in human})
    brought = _meet((fact.case_id, _answered(cases[fact.case_id], fact), fact.at) for fact in human)
    _show_next(cases)
    return brought


def _answered(case: Case, fact: facts.MessageQueued) -> set[str]:
    met: set[str] = {"result"} if fact.template in RESULT_TEMPLATES else set()
    if fact.human:
        met |= FIRST_ANSWERS if case.state in {"received", "confirmed"} and fact.template != "answer" else ANSWERS
    return met


def watch_queue(batch: Sequence[facts.CaseAssigned], now: datetime) -> list[Fact]:
    """A case that waits in a queue goes up when nobody takes it in time (policy key `dispatch.unclaimed_minutes`)."""
    cases = lock({fact.case_id for fact in batch})
    waiting = set(
        Deadline.objects.filter(case_id__in=cases, kind=CLAIM, state="running").values_list("case_id", flat=True)
    )
    claimed = [fact for fact in batch if cases[fact.case_id].owner_id is not None and fact.case_id in waiting]
    unclaimed = [
        case for case in cases.values() if case.owner_id is None and case.id not in waiting and case.closed_at is None
    ]
    _start((case, _claim(case, now)) for case in unclaimed)
    return _meet((fact.case_id, {CLAIM}, fact.at) for fact in claimed)


def _claim(case: Case, now: datetime) -> Due:
    minutes = policy_version(case.policy_version).dispatch.unclaimed_minutes[case.level]  # type: ignore[index]
    due = now + timedelta(minutes=minutes)
    said = Said(
        f"{case.level}级：{minutes}分钟内须有人领取", f"level {case.level}: to be taken within {minutes} minutes"
    )
    return Due("promise", CLAIM, now, due, due, "clock", f"dispatch/unclaimed_minutes/{case.level}", (said,))


def finish(batch: Sequence[facts.CaseClosed], now: datetime) -> list[Fact]:
    """A case is closed: promises still running are met by it; what the customer may still do runs on."""
    cases = lock({fact.case_id for fact in batch})
    rows = Deadline.objects.filter(case_id__in=cases, state__in=["running", "paused"]).exclude(kind="result")
    running: dict[int, set[str]] = {}
    for case_id, kind in rows.filter(Q(fires_at__isnull=False) | Q(clock="promise")).values_list("case_id", "kind"):
        running.setdefault(case_id, set()).add(kind)
    brought = _meet((fact.case_id, running.get(fact.case_id, set()), fact.at) for fact in batch)
    _show_next(cases)
    return brought


def _meet(done: Iterable[tuple[int, Collection[str], datetime]]) -> list[Fact]:
    """Mark deadlines as met, given as (case, kinds, when it was done), and return the facts of it."""
    rows = [(case_id, kind, at) for case_id, kinds, at in done for kind in kinds]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clock_deadline d SET state = 'met', met_at = t.at, fires_at = NULL "
            "FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS t(case_id, kind, at) "
            "WHERE d.case_id = t.case_id AND d.kind = t.kind AND d.state IN ('running', 'paused') RETURNING d.due_at, d.id, d.case_id, d.kind, t.at",
            [list(column) for column in zip(*rows, strict=True)],
        )
        met = sorted(cursor.fetchall())
    return [
        facts.DeadlineMet(case_id=case_id, at=at, deadline=kind, due_at=due_at, in_time=at <= due_at)
        for due_at, _, case_id, kind, at in met
    ]


def pause(batch: Sequence[facts.CasePaused], now: datetime) -> list[Fact]:
    """The promise clock waits for the customer; the statute's does not."""
    ids = [fact.case_id for fact in batch]
    Deadline.objects.filter(case_id__in=ids, clock="promise", state="running").exclude(kind=CLAIM).update(
        state="paused", fires_at=None
    )
    _show_next(ids)
    return []


def resume(batch: Sequence[facts.CaseResumed], now: datetime) -> list[Fact]:
    """The promise clock runs again: each deadline keeps the working time it had left."""
    cases = lock({fact.case_id for fact in batch})
    for fact in batch:
        waited = Paused(since=fact.at - timedelta(seconds=fact.seconds), until=fact.at)
        _move(cases[fact.case_id], "paused", partial(_after_pause, waited), counted="pauses")
    _show_next(cases)
    return []


def extend(batch: Sequence[facts.ExtensionDecided], now: datetime) -> list[Fact]:
    """More time was granted: the deadline moves."""
    granted = {fact.extension_id: fact for fact in batch if fact.granted}
    cases = lock({fact.case_id for fact in granted.values()})
    for extension in Extension.objects.filter(id__in=granted).select_related("deadline"):
        span = Span.parse(extension.length)
        case = cases[extension.case_id]
        _move(case, extension.deadline.state, partial(_longer, span), counted="extensions", only=extension.deadline_id)
    _show_next(cases)
    return []


def _after_pause(waited: Paused, policy: Policy, due: Due) -> Due:
    return shift_by_pause(policy, due, waited)


def _longer(span: Span, policy: Policy, due: Due) -> Due:
    return extended(policy, due, span)


def _move(case: Case, state: str, move: Callable[[Policy, Due], Due], *, counted: str, only: int | None = None) -> None:
    policy = policy_version(case.policy_version)
    rows = case.deadlines.filter(state=state, clock="promise")
    for row in rows.filter(id=only) if only is not None else rows:
        before = due_of(row)
        due = move(policy, before)
        row.due_at, row.warn_at, row.because = due.due_at, due.warn_at, _words(due)
        if due.due_at > before.due_at and row.missed_at is None:
            row.stage = min(row.stage, 1)
        setattr(row, counted, getattr(row, counted) + 1)
        row.state = "paused" if case.paused_at is not None else "running"
        row.fires_at = fires_next(policy, due, case.level, row.stage) if row.state == "running" else None
        row.save()


# --- verbs of people -------------------------------------------------------------------------------------------------


@transaction.atomic
def pause_case(number: str, *, reason: str, by: Actor, now: datetime) -> Case:
    """Stop the promise clock while we wait for the customer. `reason` is a key of the policy's `pauses.reasons`.

    Raises:
        BadInput: the policy knows no such reason.
        Conflict: the case is closed or waits already, or has been paused as often as the policy allows.
    """
    case = lock_for(number, by, "case.pause")
    policy = policy_version(case.policy_version)
    if reason not in policy.pauses.reasons:
        raise BadInput("Choose a reason: {known}.", known=", ".join(policy.pauses.reasons), field="reason")
    if case.closed_at is not None or case.paused_at is not None:
        raise Conflict("The case is closed or is waiting already.")
    if _asked_to_wait(case) >= policy.pauses.max_times:
        raise Conflict(
            "This case has waited {times} times, which is as often as the policy allows.", times=policy.pauses.max_times
        )
    record(waiting(case, reason=reason, by=by.tag, now=now))
    return case


def _asked_to_wait(case: Case) -> int:
    """How often people have let this case wait; waiting for the answer to a proposal does not count."""
    return FactRow.objects.filter(subject=case.id, kind=facts.CasePaused.kind, by__startswith="user:").count()


@transaction.atomic
def resume_case(number: str, *, by: Actor, now: datetime) -> Case:
    """Let the promise clock run again. Raises Conflict when it does not wait."""
    case = lock_for(number, by, "case.pause")
    if case.paused_at is None:
        raise Conflict("The case is not waiting.")
    record(resumed(case, by=by.tag, now=now))
    return case


@transaction.atomic
def request_extension(
    number: str, *, deadline_id: int, length: str, reason: str, by: Actor, now: datetime
) -> Extension:
    """Ask for more time for one promise, with reasons. `length` as the policy writes spans: "24 hours", "2 working days".

    Raises:
        BadInput: reasons are missing, or the length cannot be read.
        Conflict: the policy does not allow it; the message says why.
    """
    case = lock_for(number, by, "extension.request")
    if by.user_id is None:
        raise Forbidden("Only a person can ask for more time.")
    if not reason.strip():
        raise BadInput("Please give the reasons for more time.")
    try:
        span = Span.parse(length)
    except ValueError as error:
        raise BadInput("This is not a length of time: {reason}", reason=error, field="length") from None
    row = case.deadlines.filter(id=deadline_id, state__in=["running", "paused"]).first()
    if row is None:
        raise Conflict("This deadline does not run any more.")
    if row.extension_set.filter(decided_at__isnull=True).exists():
        raise Conflict("An application for this deadline is waiting for a decision already.")
    refusals = extension_refusals(
        policy_version(case.policy_version), due_of(row), level=case.level, granted=row.extensions, by=span
    )
    if refusals:
        raise Conflict("{reasons}", reasons="; ".join(in_reader_language(text) for text in refusals))
    extension = Extension.objects.create(
        case=case, deadline=row, length=str(span), reason=reason[:400], asked_by_id=by.user_id, asked_at=now
    )
    record(
        facts.ExtensionRequested(
            case_id=case.id,
            at=now,
            by=by.tag,
            extension_id=extension.pk,
            deadline=row.kind,
            length=str(span),
            reason=reason[:400],
        )
    )
    return extension


@transaction.atomic
def decide_extension(extension_id: int, *, granted: bool, answer: str, by: Actor, now: datetime) -> Extension:
    """Grant or refuse more time. Nobody decides his own application; the policy says which role decides (`extensions.approvers`).

    Raises:
        Forbidden: it is his own, or his role is not the one that decides.
        Conflict: it is decided already.
    """
    extension = Extension.objects.select_related("case", "deadline").filter(id=extension_id).first()
    if extension is None:
        raise BadInput("There is no such application.")
    case = lock_for(extension.case.number, by, "extension.approve")
    extension = Extension.objects.select_for_update(of=("self",)).select_related("deadline").get(id=extension_id)
    policy = policy_version(case.policy_version)
    if extension.decided_at is not None:
        raise Conflict("This application is decided already.")
    if extension.asked_by_id == by.user_id:
        raise Forbidden("Nobody decides his own application.")
    needed = approver_of(policy, extension.deadline.extensions)
    if (
        needed in policy.ladder
        and by.role in policy.ladder
        and policy.ladder.index(by.role) < policy.ladder.index(needed)
    ):
        raise Forbidden("This extension is decided by: {role}.", role=policy.roles[needed].label.en)
    if granted and extension.deadline.state not in {"running", "paused"}:
        raise Conflict("This deadline does not run any more.")
    extension.granted, extension.answer, extension.decided_by_id, extension.decided_at = (
        granted,
        answer[:400],
        by.user_id,
        now,
    )
    extension.save()
    record(
        facts.ExtensionDecided(
            case_id=case.id, at=now, by=by.tag, extension_id=extension.pk, granted=granted, reason=answer[:400]
        )
    )
    return extension


@transaction.atomic
def start_legal(number: str, *, key: str, started_at: datetime, by: Actor, now: datetime) -> Case:
    """Start a legal clock from the event the law counts from, such as a regulator's hand-over.

    Raises:
        BadInput: the policy knows no such clock, or the event lies in the future.
        Conflict: it runs already.
    """
    case = lock_for(number, by, "case.work")
    policy = policy_version(case.policy_version)
    if key not in policy.statute_clocks:
        raise BadInput("There is no legal clock “{key}”.", key=key[:60])
    if started_at > now:
        raise BadInput("The event cannot lie in the future.")
    if case.deadlines.filter(clock="statute", kind=key, state__in=["running", "paused"]).exists():
        raise Conflict("This legal clock runs already.")
    dues = statute_deadlines(policy, key, started_at)
    _start((case, due) for due in dues)
    record(_set_fact(case, dues, now))
    return case
