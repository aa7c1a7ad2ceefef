"""What people say: staff to the customer, staff to staff, and the customer to us."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from huiyin.cases import facts
from huiyin.cases.locks import lock_for
from huiyin.cases.models import Case
from huiyin.cases.moves import begin_again, end, waiting
from huiyin.cases.rules import MOVES
from huiyin.cases.tokens import locked_case_of_token
from huiyin.contact.letters import Draft, about, not_before, queue, when, write
from huiyin.contact.models import Message
from huiyin.contact.rules import WRITABLE
from huiyin.kernel.errors import BadInput, Conflict, TooLarge
from huiyin.kernel.facts import record
from huiyin.kernel.ids import digest
from huiyin.people.actors import CUSTOMER, Actor
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
WAITING_FOR_HIM = "information"
CHANNELS = frozenset({"", "page", "phone", *WRITABLE})


def cleaned(text: str) -> str:
    """Return what somebody wrote without control signs.

    Raises:
        BadInput: nothing is left.
        TooLarge: it is longer than the policy's `intake.limits.text_characters`.
    """
    text = CONTROL.sub(" ", text).replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("Please write something first.", field="text")
    _, policy = active()
    if len(text) > policy.intake.limits.text_characters:
        raise TooLarge(
            "This is longer than {text_characters} characters. Please shorten it.",
            text_characters=f"{policy.intake.limits.text_characters:,}",
            field="text",
        )
    return text


@transaction.atomic
def send_message(number: str, *, text: str, by: Actor, now: datetime, channel: str = "", subject: str = "") -> Case:
    """Write to the customer, or note what was said to him on the phone (channel "phone"). Counts as an answer by a person.

    Raises:
        BadInput: nothing was written, or there is no such way to him.
        NotFound, Forbidden: see `lock_for`.
    """
    case = lock_for(number, by, "message.send")
    record(*queue([_own_words(case, cleaned(text), channel, subject, by, now)], now))
    return case


def _own_words(case: Case, text: str, channel: str, subject: str, by: Actor, now: datetime) -> Draft:
    known = about([case.id])[case.id]
    if channel not in CHANNELS:
        raise BadInput(
            "There is no channel “{channel}”. Choose one of: {known}.",
            channel=channel,
            known=", ".join(sorted(CHANNELS - {""})),
            field="channel",
        )
    if (channel == "sms" and not known.has_phone) or (channel == "email" and not known.has_email):
        raise BadInput(
            "The customer has left no contact for this channel. Write on his page, or choose another.", field="channel"
        )
    if channel == "phone":
        # spoken already: it stands in the timeline, and there is nothing to send
        return Draft(
            case_id=case.id,
            channel="page",
            template="spoken",
            subject="",
            body=text,
            key=None,
            author=by.tag,
            human=True,
        )
    way = channel or known.ways()[0]
    title = subject.strip() or f"[{known.policy.meta.shop.in_(case.locale)}] {case.number}"
    return Draft(
        case_id=case.id,
        channel=way,
        template="",
        subject=" ".join(title.split())[:200],
        body=text,
        key=None,
        author=by.tag,
        human=True,
        wait_for=not_before(known, way, "", now),
    )


@transaction.atomic
def add_note(number: str, *, text: str, by: Actor, now: datetime) -> Message:
    """Write something for colleagues only: its audience is empty."""
    case = lock_for(number, by, "case.note")
    words = cleaned(text)
    message = Message.objects.create(
        case=case, direction="note", audience=[], author=by.tag, channel="page", body=words, at=now
    )
    record(facts.NoteAdded(case_id=case.id, at=now, by=by.tag, message_id=message.pk, content=digest(words)))
    return message


@transaction.atomic
def answer(number: str, *, text: str, by: Actor, now: datetime) -> Case:
    """Answer a simple matter and close it at once (mission CA-2).

    Raises:
        Conflict: it is a complaint, or no longer at one of the first steps.
    """
    case = lock_for(number, by, MOVES["answer"].permission)
    words = cleaned(text)
    if case.state not in MOVES["answer"].before or case.kind not in MOVES["answer"].only_kinds:
        raise Conflict(
            "Only questions, suggestions and praise at their first steps are answered and closed at once.",
            state=case.state,
        )
    letter = write(about([case.id])[case.id], "answer", {"answer": words}, key=None, now=now, author=by.tag, human=True)
    record(*queue([letter], now), *end(case, "answer", outcome="answered", by=by.tag, now=now))
    return case


@transaction.atomic
def ask_info(number: str, *, questions: Sequence[str], by: Actor, now: datetime) -> Case:
    """Ask the customer for missing facts; the promise clock waits for him (policy key `pauses`).

    Raises:
        BadInput: no question was asked.
        Conflict: the case is closed.
    """
    case = lock_for(number, by, "message.send")
    asked = [cleaned(question) for question in questions if question.strip()]
    if not asked:
        raise BadInput("Please write at least one question.", field="questions")
    if case.closed_at is not None:
        raise Conflict("The case is closed; reopen it first.")
    known = about([case.id])[case.id]
    answer_by = now + timedelta(days=3)
    values = {
        "questions": "\n".join(f"{place}. {question}" for place, question in enumerate(asked, 1)),
        "answer_by": when(known, answer_by, now),
    }
    record(
        *queue([write(known, "info_request", values, key=None, now=now, author=by.tag, human=True)], now),
        *_pause(case, by, now),
    )
    return case


def _pause(case: Case, by: Actor, now: datetime) -> list[facts.CasePaused]:
    """Let the clock wait, unless it waits already or has waited as often as the policy allows."""
    policy = policy_version(case.policy_version)
    waited = max(
        Case.objects.filter(id=case.id, deadlines__isnull=False).values_list("deadlines__pauses", flat=True), default=0
    )
    if case.paused_at is not None or waited >= policy.pauses.max_times:
        return []
    return [waiting(case, reason=WAITING_FOR_HIM, by=by.tag, now=now)]


# --- the customer, by the token of his page --------------------------------------------------------------------------


@transaction.atomic
def customer_writes(token: str, *, text: str, now: datetime, reopen: bool = False) -> Message:
    """Keep what the customer wrote on his page. A closed case is taken up again when he asks for it, or had left it unsettled.

    Raises:
        BadInput, TooLarge: there is nothing to read, or too much.
        NotFound: the token opens nothing.
    """
    words = cleaned(text)
    case = locked_case_of_token(token, now)
    message = Message.objects.create(
        case=case, direction="in", audience=["customer"], author="customer", channel="page", body=words, at=now
    )
    wrote: list[Any] = [
        facts.CustomerWrote(case_id=case.id, at=now, by="customer", message_id=message.pk, content=digest(words))
    ]
    if case.closed_at is not None and (reopen or case.outcome in {"withdrawn", "unresolved"}):
        wrote = [*begin_again(case, reason="asked for by the customer", by="customer", now=now), *wrote]
    record(*wrote)
    return message


@transaction.atomic
def withdraw(token: str, *, now: datetime, reason: str = "") -> Case:
    """The customer takes his matter back. Raises Conflict when it is too late for that, NotFound for a token that opens nothing."""
    case = locked_case_of_token(token, now)
    record(
        *end(
            case,
            "withdraw",
            outcome="withdrawn",
            by=CUSTOMER.tag,
            now=now,
            reason=" ".join(reason.split())[:400] or _no_reason(case),
        )
    )
    return case


def _no_reason(case: Case) -> str:
    return "顾客撤回" if case.locale.startswith("zh") else "withdrawn by the customer"
