"""The words of the loop: everything that can happen to a feedback and its case.

Moments (`Accepted`, `Judged`) pass through the loop only; facts are written into the case's history as well.
"""

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from huiyin.cases.judgement import Judgement as Judgement  # noqa: PLC0414 - handed on to the stages
from huiyin.kernel.facts import Fact


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that passes through the loop before there is a case to write it down for."""


class FeedbackAccepted(Moment, frozen=True, kw_only=True):
    """A feedback is durable and waits to be understood."""

    feedback_id: int
    text: str
    channel: str
    details: dict[str, Any]


class FeedbackJudged(Moment, frozen=True, kw_only=True):
    """A feedback is understood: the case can be opened."""

    feedback_id: int
    judgement: Judgement


class CaseOpened(Fact, frozen=True, kw_only=True):
    """A case began with a feedback; its content is fixed by digest."""

    kind: ClassVar[str] = "case.opened"
    number: str
    content: str
    channel: str
    policy: int
    judgement: dict[str, Any]


class FeedbackJoined(Fact, frozen=True, kw_only=True):
    """The same customer spoke again on the same matter: his words joined the open case."""

    kind: ClassVar[str] = "feedback.joined"
    feedback_id: int
    number: str
    content: str


class JudgementCorrected(Fact, frozen=True, kw_only=True):
    """A person put the judgement right."""

    kind: ClassVar[str] = "judgement.corrected"
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str = ""


class DeadlinesSet(Fact, frozen=True, kw_only=True):
    """Promises and legal deadlines began to run: (clock, kind, due, rule)."""

    kind: ClassVar[str] = "deadlines.set"
    deadlines: tuple[tuple[str, str, datetime, str], ...]


class DeadlineUnknown(Fact, frozen=True, kw_only=True):
    """A deadline could not be computed: its year's working days are not published yet."""

    kind: ClassVar[str] = "deadline.unknown"
    reason: str


class DeadlineNear(Fact, frozen=True, kw_only=True):
    """A deadline is close."""

    kind: ClassVar[str] = "deadline.near"
    deadline_id: int
    clock: str
    deadline: str
    due_at: datetime


class DeadlineMissed(Fact, frozen=True, kw_only=True):
    """A deadline has passed: rung 0 at the moment itself, then each rung of the ladder once."""

    kind: ClassVar[str] = "deadline.missed"
    deadline_id: int
    clock: str
    deadline: str
    due_at: datetime
    rung: int
    role: str


class DeadlineMet(Fact, frozen=True, kw_only=True):
    """What was promised was done, in time or late."""

    kind: ClassVar[str] = "deadline.met"
    deadline: str
    due_at: datetime
    in_time: bool


class CasePaused(Fact, frozen=True, kw_only=True):
    """The promise clock waits, for the customer."""

    kind: ClassVar[str] = "case.paused"
    reason: str


class CaseResumed(Fact, frozen=True, kw_only=True):
    """The promise clock runs again; `seconds` were not counted."""

    kind: ClassVar[str] = "case.resumed"
    seconds: int


class ExtensionRequested(Fact, frozen=True, kw_only=True):
    """Somebody asked for more time."""

    kind: ClassVar[str] = "extension.requested"
    extension_id: int
    deadline: str
    length: str
    reason: str


class ExtensionDecided(Fact, frozen=True, kw_only=True):
    """Somebody above granted or refused more time."""

    kind: ClassVar[str] = "extension.decided"
    extension_id: int
    granted: bool
    reason: str


class CaseAssigned(Fact, frozen=True, kw_only=True):
    """A case came to a department, and to a person if one was free."""

    kind: ClassVar[str] = "case.assigned"
    department: str
    owner_id: int | None
    because: str
    hop: bool = False


class AssignmentDisputed(Fact, frozen=True, kw_only=True):
    """Somebody said that the case was given to the wrong place."""

    kind: ClassVar[str] = "assignment.disputed"
    reason: str
    hops: int


class ContactsShown(Fact, frozen=True, kw_only=True):
    """Somebody looked at the customer's contacts in full."""

    kind: ClassVar[str] = "contacts.shown"


class CaseMoved(Fact, frozen=True, kw_only=True):
    """A case went from one step to another."""

    kind: ClassVar[str] = "case.moved"
    move: str
    before: str
    after: str
    note: str = ""


class ResponsibilitySet(Fact, frozen=True, kw_only=True):
    """Who caused it and why was found."""

    kind: ClassVar[str] = "responsibility.set"
    responsible: str
    cause: str


class NoteAdded(Fact, frozen=True, kw_only=True):
    """Staff wrote something for staff."""

    kind: ClassVar[str] = "note.added"
    message_id: int
    content: str


class MessageQueued(Fact, frozen=True, kw_only=True):
    """A message to somebody outside stands in the outbox."""

    kind: ClassVar[str] = "message.queued"
    template: str
    channel: str
    content: str
    human: bool = False


class MessageDelivered(Fact, frozen=True, kw_only=True):
    """A message was handed over."""

    kind: ClassVar[str] = "message.delivered"
    message_id: int
    channel: str


class MessageFailed(Fact, frozen=True, kw_only=True):
    """A message could not be handed over."""

    kind: ClassVar[str] = "message.failed"
    message_id: int
    reason: str


class CustomerWrote(Fact, frozen=True, kw_only=True):
    """The customer wrote on his progress page or channel."""

    kind: ClassVar[str] = "customer.wrote"
    message_id: int
    content: str


class ProposalMade(Fact, frozen=True, kw_only=True):
    """A solution was drawn up."""

    kind: ClassVar[str] = "proposal.made"
    proposal_id: int
    amount: str
    needs_role: str


class ProposalApproved(Fact, frozen=True, kw_only=True):
    """Somebody with the authority approved it, or sent it back."""

    kind: ClassVar[str] = "proposal.approved"
    proposal_id: int
    approved: bool
    reason: str = ""


class ProposalOffered(Fact, frozen=True, kw_only=True):
    """The solution was put before the customer."""

    kind: ClassVar[str] = "proposal.offered"
    proposal_id: int


class ProposalAccepted(Fact, frozen=True, kw_only=True):
    """The customer agreed."""

    kind: ClassVar[str] = "proposal.accepted"
    proposal_id: int


class ProposalRefused(Fact, frozen=True, kw_only=True):
    """The customer did not agree."""

    kind: ClassVar[str] = "proposal.refused"
    proposal_id: int


class ProposalDiscussed(Fact, frozen=True, kw_only=True):
    """The customer asked for something else."""

    kind: ClassVar[str] = "proposal.discussed"
    proposal_id: int


class ProposalWithdrawn(Fact, frozen=True, kw_only=True):
    """A proposal was taken back before the customer had answered."""

    kind: ClassVar[str] = "proposal.withdrawn"
    proposal_id: int
    reason: str


class ProposalSilent(Fact, frozen=True, kw_only=True):
    """The customer has not answered a proposal: `then` is remind or call."""

    kind: ClassVar[str] = "proposal.silent"
    proposal_id: int
    reminder: int
    then: str


class ItemExecuted(Fact, frozen=True, kw_only=True):
    """One remedy was carried out; `early`: a safety measure, before the customer had answered."""

    kind: ClassVar[str] = "item.executed"
    proposal_id: int
    item_id: int
    remedy: str
    amount: str
    early: bool = False


class BudgetNear(Fact, frozen=True, kw_only=True):
    """With this case the month's spending passed the share of the budget from which people are told."""

    kind: ClassVar[str] = "budget.near"
    spent: str
    monthly: str


class RemedyExecuted(Fact, frozen=True, kw_only=True):
    """What was agreed was done."""

    kind: ClassVar[str] = "remedy.executed"
    proposal_id: int
    amount: str


class CaseClosed(Fact, frozen=True, kw_only=True):
    """The case ended."""

    kind: ClassVar[str] = "case.closed"
    outcome: str
    reason: str = ""


class CaseReopened(Fact, frozen=True, kw_only=True):
    """The case goes on."""

    kind: ClassVar[str] = "case.reopened"
    reason: str


class VisitPlanned(Fact, frozen=True, kw_only=True):
    """A follow-up visit stands in the calendar."""

    kind: ClassVar[str] = "visit.planned"
    visit_id: int
    due_at: datetime


class VisitDone(Fact, frozen=True, kw_only=True):
    """The customer was visited; `satisfied` is what he said."""

    kind: ClassVar[str] = "visit.done"
    visit_id: int
    satisfied: bool | None


class SurveyAnswered(Fact, frozen=True, kw_only=True):
    """The customer rated the handling from 1 to 5."""

    kind: ClassVar[str] = "survey.answered"
    survey_id: int
    rating: int


class SurveyDue(Fact, frozen=True, kw_only=True):
    """It is time to ask the customer how we did, or to remind him."""

    kind: ClassVar[str] = "survey.due"
    survey_id: int
    reminder: bool = False
