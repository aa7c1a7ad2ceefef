"""HTTP API of `contact`: speaking to the customer and to colleagues, one verb a path."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from huiyin.cases.models import Case
from huiyin.contact import actions, queries
from huiyin.contact.rules import check_tone
from huiyin.kernel import clock
from huiyin.kernel.errors import NotFound
from huiyin.people.api import actor
from huiyin.people.permissions import require
from huiyin.policy.versions import version as policy_version

router = Router(tags=["contact"])


class MessageIn(Schema):
    """What is said to the customer. Channel: email, sms, page, phone (said already); empty: the way that suits him best."""

    text: str
    channel: str = ""
    subject: str = ""


class TextIn(Schema):
    """Words."""

    text: str


class QuestionsIn(Schema):
    """Questions to the customer."""

    questions: list[str]


class Done(Schema):
    """The case after the verb."""

    number: str
    state: str
    outcome: str
    version: int


@router.post("/cases/{number}/message", response=Done)
def message(request: HttpRequest, number: str, body: MessageIn) -> Case:
    """Write to the customer, or note what was said on the phone."""
    return actions.send_message(
        number, text=body.text, channel=body.channel, subject=body.subject, by=actor(request), now=clock.now()
    )


@router.post("/cases/{number}/note", response=dict[str, Any])
def note(request: HttpRequest, number: str, body: TextIn) -> dict[str, Any]:
    """Write something for colleagues only."""
    kept = actions.add_note(number, text=body.text, by=actor(request), now=clock.now())
    return {"number": number, "note": kept.pk}


@router.post("/cases/{number}/answer", response=Done)
def answer(request: HttpRequest, number: str, body: TextIn) -> Case:
    """Answer a question, suggestion or praise and close it at once."""
    return actions.answer(number, text=body.text, by=actor(request), now=clock.now())


@router.post("/cases/{number}/ask", response=Done)
def ask(request: HttpRequest, number: str, body: QuestionsIn) -> Case:
    """Ask the customer for missing facts; the promise clock waits for him."""
    return actions.ask_info(number, questions=body.questions, by=actor(request), now=clock.now())


@router.post("/cases/{number}/tone", response=list[dict[str, Any]])
def tone(request: HttpRequest, number: str, body: TextIn) -> list[dict[str, Any]]:
    """Check a draft for blame, vagueness, jargon and the like before it is sent."""
    case = _visible(request, number)
    remarks = check_tone(policy_version(case.policy_version), body.text, locale=case.locale, kind=case.kind)
    return [
        {
            "rule": remark.rule,
            "label": remark.label.model_dump(),
            "because": remark.because.model_dump(),
            "found": list(remark.found),
        }
        for remark in remarks
    ]


@router.get("/cases/{number}/messages", response=list[dict[str, Any]])
def messages(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Return everything said in a case, the oldest first."""
    return [
        {
            "id": row.pk, "direction": row.direction, "author": row.author, "channel": row.channel, "template": row.template, "subject": row.subject,
            "text": row.body, "at": row.at, "human": row.human, "state": row.state, "internal": not row.audience,
        }
        for row in queries.timeline(_visible(request, number))
    ]  # fmt: skip


def _visible(request: HttpRequest, number: str) -> Case:
    case = Case.objects.filter(number=number).first() if number.isprintable() else None
    if case is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    require(actor(request), "case.view", case)
    return case
