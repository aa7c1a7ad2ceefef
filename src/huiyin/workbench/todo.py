"""What is to be done with a case now: the possible moves of this person, advice in words, and the choices of the forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.cases.facts import CaseMoved
from huiyin.cases.models import Case
from huiyin.cases.rules import MOVES, STEPS, possible
from huiyin.contact.models import Message
from huiyin.kernel.facts import Fact
from huiyin.people.actors import Actor
from huiyin.people.permissions import may
from huiyin.policy.schema import Policy
from huiyin.remedy.models import Proposal
from huiyin.remedy.queries import RUNNING

ASKED: Final = (
    "case.work", "case.answer", "case.note", "case.correct", "case.assign", "case.take", "case.pause", "extension.request", "extension.approve",
    "proposal.make", "proposal.approve", "case.close", "case.close_unresolved", "case.reopen", "message.send",
)  # fmt: skip


@dataclass(frozen=True)
class Button:
    """A move this person can make: its words, how it asks, and whether it is the one to make now."""

    name: str
    label: str
    icon: str
    key: str
    dialog: bool
    primary: bool = False


_BUTTONS: Final[dict[str, tuple[str, str, str, bool]]] = {
    "confirm": (gettext_noop("Confirm"), "check", "m c", False),
    "answer": (gettext_noop("Answer and close"), "reply", "m a", True),
    "investigate": (gettext_noop("Investigate"), "search", "m i", False),
    "propose": (gettext_noop("Propose a solution"), "bulb", "p", False),
    "close": (gettext_noop("Close"), "check", "x", True),
    "close_unresolved": (gettext_noop("Close unresolved"), "close", "", True),
    "reopen": (gettext_noop("Take up again"), "repeat", "x", True),
}
_FIRST: Final = {
    "received": "confirm",
    "confirmed": "investigate",
    "investigating": "propose",
    "proposing": "propose",
    "following": "close",
}


def moves(case: Case, actor: Actor, last: Proposal | None = None) -> list[Button]:
    """Return the moves out of the present state that this person may make, the one to make now first.

    While a proposal is running no other is made, so that move is left out.
    """
    running = last is not None and last.state in RUNNING
    first = (
        "answer"
        if case.state in MOVES["answer"].before and case.kind in MOVES["answer"].only_kinds
        else _FIRST.get(case.state, "")
    )
    made = []
    for move in possible(case.state, case.kind):
        if running and move.name == "propose":
            continue
        if move.name in _BUTTONS and may(actor, move.permission, case):
            label, icon, key, dialog = _BUTTONS[move.name]
            made.append(Button(move.name, _(label), icon, key, dialog, primary=move.name == first))
    return sorted(made, key=lambda button: not button.primary)


def permissions(case: Case, actor: Actor) -> dict[str, bool]:
    """Return what this person may do with this case, by permission with dots written as underscores."""
    return {name.replace(".", "_"): may(actor, name, case) for name in ASKED}


def times(facts: Iterable[Fact]) -> dict[str, datetime]:
    """Return when the case last came to each step."""
    reached: dict[str, datetime] = {}
    for fact in facts:
        if isinstance(fact, CaseMoved):
            place = STEPS.index(fact.after)
            reached = {step: at for step, at in reached.items() if STEPS.index(step) < place}
            reached[fact.after] = fact.at
        elif fact.kind == "case.opened":
            reached["received"] = fact.at
    return reached


def advice(case: Case, policy: Policy, last: Proposal | None) -> str:
    """Return in one sentence what the case waits for."""
    if case.closed_at is not None:
        return _("The case is closed. If the customer is not satisfied, take it up again.")
    if case.paused_at is not None and (last is None or last.state != "offered"):
        return _("Waiting for the customer. As soon as he writes, the clock runs again and the owner is told.")
    if case.owner_id is None:
        return _("Nobody has this case yet. Take it, or give it to somebody.")
    if last is not None and last.state in _BY_PROPOSAL and case.state != "following":
        return _(_BY_PROPOSAL[last.state])
    return _(_BY_STATE.get(case.state, ""))


_BY_PROPOSAL: Final = {
    "waiting": gettext_noop("The proposal waits for approval. Nothing has been promised to the customer yet."),
    "ready": gettext_noop("The proposal may be put before the customer now."),
    "offered": gettext_noop(
        "The customer has the proposal. He accepts, refuses or discusses it on his page; he is reminded by itself."
    ),
    "accepted": gettext_noop("The customer agreed. Carry out what is left and note the evidence."),
    "refused": gettext_noop("The customer refused. Read his words, then look into it again or propose something else."),
    "discussed": gettext_noop("The customer would like something else. Read his words and propose anew."),
}
_BY_STATE: Final = {
    "received": gettext_noop(
        "Read what the customer says, check the judgement, and confirm that the matter is understood. A first reply is due soon."
    ),
    "confirmed": gettext_noop(
        "Find out what happened: collect the evidence below, ask the customer or the department concerned."
    ),
    "investigating": gettext_noop("As soon as the cause is known, propose a solution with its reasons."),
    "proposing": gettext_noop("Propose a solution; the customer decides."),
    "executing": gettext_noop("Carry out what was agreed and note the evidence."),
    "following": gettext_noop(
        "Everything is carried out. Make sure that the customer is satisfied, note responsibility and cause, then close."
    ),
}


def codes(policy: Policy) -> Sequence[tuple[int, str, str]]:
    """Return the leaf codes with their labels in both languages, for the code picker."""
    return tuple((code.code, code.label.zh, code.label.en) for code in policy.codes if not code.retired)


def last_word(messages: Sequence[Message]) -> str:
    """Return who had the last word between us and the customer: "in", "out" or ""."""
    said = [
        message.direction
        for message in messages
        if message.direction in {"in", "out"} and (message.human or message.direction == "in")
    ]
    return said[-1] if said else ""
