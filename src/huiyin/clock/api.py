"""HTTP API of `clock`: waiting, running on, and more time. One verb a path."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from huiyin.cases.api import CaseOut, plain
from huiyin.clock import actions
from huiyin.clock.models import Deadline, Extension
from huiyin.kernel import clock
from huiyin.people.api import actor

router = Router(tags=["clock"])


class PauseIn(Schema):
    """Why the promise clock waits: a key of the policy's `pauses.reasons`."""

    reason: str


class ExtendIn(Schema):
    """More time for a deadline (its number is in the case): "24 hours", "2 working days", and the reasons."""

    deadline: int
    length: str
    reason: str


class DecideIn(Schema):
    """Granted or not, and a word to it."""

    granted: bool
    answer: str = ""


class LegalIn(Schema):
    """A legal clock of the policy's `statute_clocks`, and when the event was that the law counts from."""

    key: str
    started_at: datetime


class ExtensionOut(Schema):
    """An application for more time."""

    id: int
    case: str
    deadline: int
    length: str
    reason: str
    granted: bool | None
    answer: str
    asked_at: datetime
    decided_at: datetime | None


def deadline(row: Deadline) -> dict[str, Any]:
    """Return a deadline as the API shows it, with its arithmetic in both languages."""
    return {
        "id": row.pk, "clock": row.clock, "kind": row.kind, "due": row.due_at, "warn_at": row.warn_at, "state": row.state, "calendar": row.calendar, "rule": row.rule,
        "because": row.because, "met_at": row.met_at, "missed_at": row.missed_at, "pauses": row.pauses, "extensions": row.extensions,
    }  # fmt: skip


def extension(row: Extension) -> dict[str, Any]:
    """Return an application as the API shows it."""
    return {
        "id": row.pk, "case": row.case.number, "deadline": row.deadline_id, "length": row.length, "reason": row.reason, "granted": row.granted, "answer": row.answer,
        "asked_at": row.asked_at, "decided_at": row.decided_at,
    }  # fmt: skip


@router.post("/cases/{number}/pause", response=CaseOut)
def pause(request: HttpRequest, number: str, body: PauseIn) -> dict[str, Any]:
    """Let the promise clock wait for the customer."""
    return plain(actions.pause_case(number, reason=body.reason, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/resume", response=CaseOut)
def resume(request: HttpRequest, number: str) -> dict[str, Any]:
    """Let the promise clock run again."""
    return plain(actions.resume_case(number, by=actor(request), now=clock.now()))


@router.post("/cases/{number}/extend", response=ExtensionOut)
def extend(request: HttpRequest, number: str, body: ExtendIn) -> dict[str, Any]:
    """Ask for more time."""
    made = actions.request_extension(
        number, deadline_id=body.deadline, length=body.length, reason=body.reason, by=actor(request), now=clock.now()
    )
    return extension(made)


@router.post("/cases/{number}/legal-clock", response=CaseOut)
def legal(request: HttpRequest, number: str, body: LegalIn) -> dict[str, Any]:
    """Start a legal clock."""
    return plain(
        actions.start_legal(number, key=body.key, started_at=body.started_at, by=actor(request), now=clock.now())
    )


@router.post("/extensions/{extension_id}/decide", response=ExtensionOut)
def decide(request: HttpRequest, extension_id: int, body: DecideIn) -> dict[str, Any]:
    """Grant or refuse more time."""
    return extension(
        actions.decide_extension(
            extension_id, granted=body.granted, answer=body.answer, by=actor(request), now=clock.now()
        )
    )
