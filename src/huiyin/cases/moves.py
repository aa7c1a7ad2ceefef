"""The verbs of a case: each checks the permission and the table of moves, writes, and records what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from huiyin.cases import facts
from huiyin.cases.correcting import known
from huiyin.cases.locks import lock, lock_for
from huiyin.cases.models import Case
from huiyin.cases.rules import MOVES, Move
from huiyin.kernel.errors import BadInput, Conflict, Forbidden
from huiyin.kernel.facts import Fact, record
from huiyin.people.actors import Actor
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version

CLOSING = ("resolved", "partly", "unresolved")


def _check(move: Move, case: Case) -> None:
    if case.state not in move.before or (move.only_kinds and case.kind not in move.only_kinds):
        raise Conflict(
            "The case is “{state}”, and “{move}” is not possible from there. Reload the page: it may have moved on meanwhile.",
            state=case.state, move=move.name,
        )  # fmt: skip


def moved(case: Case, name: str, *, by: str, now: datetime, note: str = "") -> facts.CaseMoved:
    """Make a move on a locked case and return the fact of it; the caller writes or records the fact.

    Raises:
        Conflict: the table of moves does not allow it from the present state.
    """
    move = MOVES[name]
    _check(move, case)
    before, case.state = case.state, move.after
    case.version += 1
    case.state_since = now
    case.save(update_fields=["state", "state_since", "version"])
    return facts.CaseMoved(case_id=case.id, at=now, by=by, move=name, before=before, after=move.after, note=note[:400])


@transaction.atomic
def make_move(number: str, name: str, *, by: Actor, now: datetime, note: str = "") -> Case:
    """Confirm, or investigate: a plain step forward. Raises NotFound, Forbidden, Conflict."""
    case = lock_for(number, by, MOVES[name].permission)
    record(moved(case, name, by=by.tag, now=now, note=note))
    return case


def confirm(number: str, *, by: Actor, now: datetime) -> Case:
    """Confirm the matter and the promise to the customer."""
    return make_move(number, "confirm", by=by, now=now)


def investigate(number: str, *, by: Actor, now: datetime, note: str = "") -> Case:
    """Begin to find out what happened."""
    return make_move(number, "investigate", by=by, now=now, note=note)


@transaction.atomic
def set_responsibility(number: str, *, responsible: str, cause: str, note: str, by: Actor, now: datetime) -> Case:
    """Write down who caused it and why (mission CA-3, CA-4). `note` is the chain of whys."""
    case = lock_for(number, by, "case.work")
    policy = policy_version(case.policy_version)
    known(policy.responsibles, responsible, "party")
    known(policy.causes, cause, "cause")
    case.responsible, case.cause, case.cause_note = responsible, cause, note[:4000]
    case.save(update_fields=["responsible", "cause", "cause_note"])
    record(facts.ResponsibilitySet(case_id=case.id, at=now, by=by.tag, responsible=responsible, cause=cause))
    return case


@transaction.atomic
def close(number: str, *, outcome: str, by: Actor, now: datetime, reason: str = "") -> Case:
    """Close a handled case. A case that is not followed up yet, or not resolved, takes somebody who may close it unresolved, and reasons.

    Raises:
        BadInput: reasons are missing.
        Conflict: the case cannot be closed from where it stands.
    """
    if outcome not in CLOSING:
        raise BadInput("The outcome is one of: {known}.", known=", ".join(CLOSING), field="outcome")
    name = "close_unresolved" if outcome == "unresolved" else "close"
    case = lock_for(number, by, MOVES[name].permission)
    if name == "close_unresolved" and not reason.strip():
        raise BadInput("Please give the reasons for closing a case that is not resolved.")
    record(*end(case, name, outcome=outcome, by=by.tag, now=now, reason=reason))
    return case


def end(case: Case, move: str, *, outcome: str, by: str, now: datetime, reason: str = "") -> list[Any]:
    """Close a locked case by one of the closing moves and return the facts of it."""
    fact = moved(case, move, by=by, now=now, note=reason)
    case.closed_at, case.outcome, case.paused_at, case.due_at, case.due_kind, case.needs_person = (
        now,
        outcome,
        None,
        None,
        "",
        False,
    )
    case.handled_at = case.handled_at or now
    case.save(update_fields=["closed_at", "outcome", "paused_at", "due_at", "due_kind", "handled_at", "needs_person"])
    return [fact, facts.CaseClosed(case_id=case.id, at=now, by=by, outcome=outcome, reason=reason[:400])]


@transaction.atomic
def reopen(number: str, *, reason: str, by: Actor, now: datetime) -> Case:
    """Take a closed case up again. Raises BadInput without a reason."""
    case = lock_for(number, by, "case.reopen")
    if not reason.strip():
        raise BadInput("Please say why the case is taken up again.")
    record(*begin_again(case, reason=reason, by=by.tag, now=now))
    return case


def begin_again(case: Case, *, reason: str, by: str, now: datetime) -> list[Any]:
    """Reopen a locked case and return the facts of it."""
    fact = moved(case, "reopen", by=by, now=now, note=reason)
    case.closed_at, case.handled_at, case.outcome, case.reopened = None, None, "", case.reopened + 1
    case.save(update_fields=["closed_at", "handled_at", "outcome", "reopened"])
    return [fact, facts.CaseReopened(case_id=case.id, at=now, by=by, reason=reason[:400])]


@transaction.atomic
def show_contacts(number: str, *, by: Actor, now: datetime) -> Case:
    """Let somebody see the customer's contacts in full; the history keeps that he did.

    Raises:
        Forbidden: his role does not see personal data (policy key `roles.*.sees_personal_data`).
    """
    case = lock_for(number, by, "case.view")
    role = active()[1].roles.get(by.role)
    if role is None or not role.sees_personal_data:
        raise Forbidden("Your role does not see personal data.")
    record(facts.ContactsShown(case_id=case.id, at=now, by=by.tag))
    return case


# --- steps of the loop -----------------------------------------------------------------------------------------------


def propose(batch: Sequence[facts.ProposalOffered], now: datetime) -> list[facts.CaseMoved]:
    """A proposal was put before the customer: the case is at “propose”."""
    return _move_all(batch, "propose", now)


def execute(batch: Sequence[facts.ProposalAccepted], now: datetime) -> list[facts.CaseMoved]:
    """The customer agreed: the case is at “execute”."""
    return _move_all(batch, "execute", now)


def follow_up(batch: Sequence[facts.RemedyExecuted], now: datetime) -> list[facts.CaseMoved]:
    """What was agreed is done: the case is at “follow up”, and handling has ended."""
    brought = _move_all(batch, "follow_up", now)
    Case.objects.filter(id__in=[fact.case_id for fact in brought], handled_at__isnull=True).update(handled_at=now)
    return brought


def await_decision(batch: Sequence[facts.ProposalOffered], now: datetime) -> list[facts.CasePaused]:
    """The customer has the word: our promises wait until he answers."""
    cases = lock({fact.case_id for fact in batch})
    return [waiting(case, reason="decision", by="system", now=now) for case in cases.values() if case.paused_at is None]


def waiting(case: Case, *, reason: str, by: str, now: datetime) -> facts.CasePaused:
    """Let the promise clock of a locked case wait for the customer and return the fact of it."""
    case.paused_at, case.pause_reason = now, reason
    case.save(update_fields=["paused_at", "pause_reason"])
    return facts.CasePaused(case_id=case.id, at=now, by=by, reason=reason)


def hear_customer(batch: Sequence[Fact], now: datetime) -> list[facts.CaseResumed]:
    """The customer answered: a case that waited for him waits no longer."""
    cases = lock({fact.case_id for fact in batch})
    return [resumed(case, by="customer", now=now) for case in cases.values() if case.paused_at is not None]


def resumed(case: Case, *, by: str, now: datetime) -> facts.CaseResumed:
    """Let the promise clock of a locked, paused case run again and return the fact of it."""
    assert case.paused_at is not None
    seconds = max(0, int((now - case.paused_at).total_seconds()))
    case.paused_at, case.pause_reason = None, ""
    case.save(update_fields=["paused_at", "pause_reason"])
    return facts.CaseResumed(case_id=case.id, at=now, by=by, seconds=seconds)


def _move_all(batch: Sequence[Any], name: str, now: datetime) -> list[facts.CaseMoved]:
    cases = lock({fact.case_id for fact in batch})
    return [
        moved(case, name, by=fact.by, now=now)
        for fact in batch
        if (case := cases[fact.case_id]).state in MOVES[name].before and case.state != MOVES[name].after
    ]
