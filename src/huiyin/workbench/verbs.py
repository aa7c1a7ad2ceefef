"""The verbs of the case page: what a form's fields ask for, done by the stage whose verb it is, and what to say afterwards.

Each verb reads its fields, calls one action, and returns the words of the toast and the address that undoes it ("" where
nothing undoes it). Permission and the table of moves are checked in the actions.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from huiyin.cases import actions as cases
from huiyin.cases.models import Case
from huiyin.clock import actions as clock
from huiyin.contact import actions as contact
from huiyin.dispatch import actions as dispatch
from huiyin.kernel.errors import BadInput
from huiyin.people.actors import Actor
from huiyin.remedy import actions as remedy


class Done(NamedTuple):
    """What to say about a verb that was carried out, and the verb with its fields that undoes it."""

    words: str
    undo: str = ""
    undo_fields: dict[str, str] = {}

    def undo_url(self, number: str) -> str:
        """Return the address a POST to which undoes it."""
        if not self.undo:
            return ""
        query = f"?{urlencode(self.undo_fields)}" if self.undo_fields else ""
        return reverse("workbench:verb", args=[number, self.undo]) + query


Verb = Callable[[str, QueryDict, Actor, datetime], Done]


def _whole(data: QueryDict, name: str) -> int:
    value = data.get(name, "")
    if not value.isdecimal() or len(value) > 15:
        raise BadInput("Something is missing in the form. Please reload the page.", field=name)
    return int(value)


def _confirm(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    cases.confirm(number, by=by, now=now)
    return Done(_("Confirmed."))


def _investigate(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    cases.investigate(number, by=by, now=now, note=data.get("note", ""))
    return Done(_("The investigation has begun."))


def _close(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    cases.close(number, outcome=data.get("outcome", ""), by=by, now=now, reason=data.get("reason", ""))
    return Done(_("Closed. The customer is told the result."))


def _reopen(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    cases.reopen(number, reason=data.get("reason", ""), by=by, now=now)
    return Done(_("Taken up again."))


def _correct(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    change: dict[str, Any] = {name: data[name] for name in ("kind", "sentiment", "need") if data.get(name)}
    code = data.get("code", "").strip()[:4]
    if code:
        if not code.isdecimal():
            raise BadInput("A category begins with its four-digit code. Choose one from the list.", field="code")
        change["code"] = int(code)
    if data.get("level", "").isdecimal():
        change["level"] = int(data.get("level", ""))
    if "with_flags" in data:
        change["flags"] = data.getlist("flags")
    before = Case.objects.filter(number=number).values(*change).first() if change else None
    cases.correct(number, change=change, reason=data.get("reason", ""), by=by, now=now)
    if before is None or all(
        sorted(before[key]) == sorted(change[key]) if key == "flags" else before[key] == change[key] for key in change
    ):
        return Done(_("The judgement is confirmed. Thank you: the model learns from it."))
    return Done(_("The judgement is corrected. Thank you: the model learns from it."), "uncorrect")


def _uncorrect(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    cases.take_back_correction(number, by=by, now=now)
    return Done(_("The correction is taken back."))


def _responsibility(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    cases.set_responsibility(
        number,
        responsible=data.get("responsible", ""),
        cause=data.get("cause", ""),
        note=data.get("note", ""),
        by=by,
        now=now,
    )
    return Done(_("Responsibility and cause are noted."))


def _assign(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    department, _colon, owner = data.get("to", "").partition(":")
    before = Case.objects.filter(number=number).values_list("department", "owner_id").first()
    dispatch.assign_to(
        number,
        department=department,
        owner_id=int(owner) if owner.isdecimal() else None,
        reason=data.get("reason", "") or "given over",
        by=by,
        now=now,
    )
    back = f"{before[0]}:{before[1] or ''}" if before else ""
    return Done(_("Given over."), "assign", {"to": back, "reason": "taken back"})


def _take(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    dispatch.take(number, by=by, now=now)
    return Done(_("The case is yours."), "release")


def _release(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    dispatch.release(number, reason=data.get("reason", ""), by=by, now=now)
    return Done(_("Back in the queue."), "take")


def _dispute(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    case = dispatch.dispute(number, reason=data.get("reason", ""), by=by, now=now)
    return Done(_("{who} decides where it belongs.").format(who=case.owner))


def _pause(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    clock.pause_case(number, reason=data.get("reason", ""), by=by, now=now)
    return Done(_("The promise clock waits for the customer. Legal time limits run on."), "resume")


def _resume(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    clock.resume_case(number, by=by, now=now)
    return Done(_("The promise clock runs again."))


def _extend(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    length = f"{data.get('amount', '').strip()} {data.get('unit', 'hours')}"
    reason = " · ".join(part for part in (data.get("why", ""), data.get("reason", "").strip()) if part)
    clock.request_extension(number, deadline_id=_whole(data, "deadline"), length=length, reason=reason, by=by, now=now)
    return Done(_("Asked for. Until it is decided the old time holds."))


def _decide(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    granted = data.get("granted") == "yes"
    clock.decide_extension(_whole(data, "extension"), granted=granted, answer=data.get("answer", ""), by=by, now=now)
    return Done(_("More time is granted; the customer is told why.") if granted else _("Refused; the old time holds."))


def _legal(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    started = parse_datetime(data.get("started_at", "")) if data.get("started_at") else None
    if started is None:
        raise BadInput("Please give day and time of the event the law counts from.", field="started_at")
    if timezone.is_naive(started):
        started = timezone.make_aware(started)
    clock.start_legal(number, key=data.get("key", ""), started_at=started, by=by, now=now)
    return Done(_("The legal clock runs."))


def _message(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    channel = data.get("channel", "")
    contact.send_message(number, text=data.get("text", ""), by=by, now=now, channel=channel)
    return Done(_("Noted as said on the phone.") if channel == "phone" else _("Your message is on its way."))


def _note(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    contact.add_note(number, text=data.get("text", ""), by=by, now=now)
    return Done(_("Your note stands in the history."))


def _answer(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    contact.answer(number, text=data.get("text", ""), by=by, now=now)
    return Done(_("Answered and closed."))


def _ask(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    contact.ask_info(number, questions=data.get("questions", "").splitlines(), by=by, now=now)
    return Done(_("Asked. The promise clock waits for the answer."))


def _approve(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    proposal = remedy.approve_proposal(number, by=by, now=now, reason=data.get("reason", ""))
    return Done(
        _("Approved and put before the customer.")
        if proposal.state == "offered"
        else _("Approved. It can be put before the customer.")
    )


def _send_back(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    remedy.send_back(number, reason=data.get("reason", ""), by=by, now=now)
    return Done(_("Sent back with your reasons."))


def _offer(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    remedy.offer(number, by=by, now=now)
    return Done(_("The proposal is put before the customer."))


def _withdraw(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    remedy.withdraw_proposal(number, reason=data.get("reason", ""), by=by, now=now)
    return Done(_("The proposal is taken back."))


def _carry_out(number: str, data: QueryDict, by: Actor, now: datetime) -> Done:
    items = [int(item) for item in data.getlist("item") if item.isdecimal()]
    remedy.carry_out(number, by=by, now=now, evidence=data.get("evidence", ""), item_ids=items or None)
    return Done(_("Noted as carried out."))


VERBS: Final[dict[str, Verb]] = {
    "confirm": _confirm, "investigate": _investigate, "close": _close, "reopen": _reopen, "correct": _correct, "uncorrect": _uncorrect,
    "responsibility": _responsibility, "assign": _assign, "take": _take, "release": _release, "dispute": _dispute, "pause": _pause, "resume": _resume,
    "extend": _extend, "decide": _decide, "legal": _legal, "message": _message, "note": _note, "answer": _answer, "ask": _ask,
    "approve": _approve, "send-back": _send_back, "offer": _offer, "withdraw": _withdraw, "carry-out": _carry_out,
}  # fmt: skip
