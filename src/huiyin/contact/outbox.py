"""The outbox: handing messages over, at least once, each with a key that stays the same.

A message is claimed first (one more attempt, next try pushed on) and sent afterwards, outside the claiming transaction: after a
crash in between it is sent again only when the claim has run out, with the same Message-ID. What cannot leave the house for want
of a provider is held: it stands on the outbox page for people to hand over.
"""

import hashlib
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import Min

from huiyin.cases.facts import MessageDelivered, MessageFailed
from huiyin.cases.locks import lock, lock_for
from huiyin.cases.models import Case
from huiyin.contact.letters import Draft, about, not_before, queue
from huiyin.contact.models import Message, Notice
from huiyin.contact.rules import next_way, retry_at
from huiyin.kernel import wake
from huiyin.kernel.errors import Conflict, NotFound
from huiyin.kernel.facts import record
from huiyin.people.actors import Actor
from huiyin.policy.versions import version as policy_version

BATCH = 50
HOLD_BATCH = 5000
CLAIM = timedelta(minutes=5)
REFUSED_FOR_GOOD = range(500, 600)

log = structlog.get_logger(__name__)

_HOLD = """
UPDATE contact_message SET state = 'held', try_at = NULL WHERE id IN (
    SELECT id FROM contact_message WHERE state = 'pending' AND try_at <= %s AND NOT (channel = ANY(%s)) ORDER BY try_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_CLAIM = """
UPDATE contact_message SET attempts = attempts + 1, try_at = %s WHERE id IN (
    SELECT id FROM contact_message WHERE state = 'pending' AND try_at <= %s AND channel = ANY(%s) ORDER BY try_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def providers() -> list[str]:
    """Return the ways by which messages can leave the house by themselves: e-mail where a server is set."""
    return ["email"] if settings.EMAIL_HOST else []


def drain(now: datetime) -> int:
    """Hand over one batch of the messages that are due and return how many were dealt with."""
    open_ways = providers()
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [now, open_ways, HOLD_BATCH])
        held = int(cursor.rowcount)
        cursor.execute(_CLAIM, [now + CLAIM, now, open_ways, BATCH])
        claimed = sorted(row[0] for row in cursor.fetchall())
    if claimed:
        _send_all(Message.objects.filter(id__in=claimed).select_related("case__customer").order_by("id"), now)
    return held + len(claimed)


def next_due() -> datetime | None:
    """Return when the next message is to be handed over."""
    first: datetime | None = Message.objects.filter(state="pending").aggregate(first=Min("try_at"))["first"]
    return first


def _send_all(messages: Iterable[Message], now: datetime) -> None:
    server = get_connection()
    try:
        for message in messages:
            fault, for_good = _send(message, server)
            if fault:
                log.warning("message_not_sent", message=message.pk, reason=fault)
                _failed(message.pk, fault, now, for_good=for_good)
            else:
                _delivered(message.pk, now)
    finally:
        _close(server)


def _close(server: Any) -> None:
    try:
        server.close()
    except OSError as error:
        log.info("mail_server_closed_early", reason=str(error))


def _send(message: Message, server: Any) -> tuple[str, bool]:
    """Hand one e-mail over; return what went wrong ("" for nothing) and whether trying again is useless."""
    customer = message.case.customer
    address = parseaddr(customer.email)[1] if customer is not None else ""
    if not address:
        return "There is no e-mail address any more.", True
    mail = EmailMessage(
        subject=" ".join(message.subject.split()),
        body=message.body,
        to=[address],
        headers=headers(message),
        connection=server,
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        _close(server)
        return f"{code} {_text(reason)}", code in REFUSED_FOR_GOOD
    except smtplib.SMTPResponseException as error:
        _close(server)
        return f"{error.smtp_code} {_text(error.smtp_error)}", error.smtp_code in REFUSED_FOR_GOOD and not isinstance(
            error, smtplib.SMTPAuthenticationError
        )
    except (OSError, smtplib.SMTPException) as error:
        _close(server)
        return str(error) or type(error).__name__, False
    return "", False


def _text(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason


def headers(message: Message) -> dict[str, str]:
    """Return the headers of a hand-over: its Message-ID is the same at every attempt, so that mail servers see a repetition."""
    key = message.key or f"message:{message.pk}"
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return {
        "Message-ID": f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>",
        "Auto-Submitted": "no" if message.human else "auto-generated",
        "X-Huiyin-Case": message.case.number,
    }


@transaction.atomic
def _delivered(message_id: int, now: datetime) -> None:
    message = _locked(message_id)
    if message is not None:
        _mark_sent(message, by="system", now=now)


def _locked(message_id: int) -> Message | None:
    """Lock the case, then the message, and return it if it still waits."""
    case_id = Message.objects.values_list("case_id", flat=True).get(id=message_id)
    lock([case_id])
    return Message.objects.select_for_update().filter(id=message_id, state__in=["pending", "held", "failed"]).first()


def _mark_sent(message: Message, *, by: str, now: datetime) -> None:
    message.state, message.sent_at, message.try_at, message.error = "sent", now, None, ""
    message.save(update_fields=["state", "sent_at", "try_at", "error"])
    record(MessageDelivered(case_id=message.case_id, at=now, by=by, message_id=message.pk, channel=message.channel))


@transaction.atomic
def _failed(message_id: int, reason: str, now: datetime, *, for_good: bool) -> None:
    message = _locked(message_id)
    if message is None:
        return
    case = Case.objects.get(id=message.case_id)
    again = None if for_good else retry_at(policy_version(case.policy_version).contact.delivery, message.attempts, now)
    message.error, message.try_at = " ".join(reason.split())[:400], again
    if again is None:
        message.state = "failed"
    message.save(update_fields=["state", "try_at", "error"])
    if again is None:
        _fall_back(message, case, now)


def _fall_back(message: Message, case: Case, now: datetime) -> None:
    """Record the failure and try another way to the customer; without one, tell whoever has the case."""
    known = about([case.id])[case.id]
    root = (message.key or f"message:{message.pk}").split("|")[0]
    tried = {
        message.channel,
        *Message.objects.filter(case=case, key__startswith=f"{root}|").values_list("channel", flat=True),
    }
    way = next_way(known.policy.contact.delivery, tried, has_phone=known.has_phone, has_email=known.has_email)
    queued = []
    if way is not None:
        copy = Draft(
            case_id=case.id,
            channel=way,
            template=message.template,
            subject=message.subject,
            body=message.body,
            key=f"{root}|{way}"[:120],
            author=message.author,
            wait_for=not_before(known, way, message.template, now),
        )
        queued = queue([copy], now)
    else:
        role = known.policy.departments[case.department].lead_role
        Notice.objects.create(
            user=case.owner,
            role="" if case.owner_id else role,
            department="" if case.owner_id else case.department,
            case=case,
            kind="undelivered",
            at=now,
        )
    record(MessageFailed(case_id=case.id, at=now, message_id=message.pk, reason=message.error), *queued)


# --- by hand ---------------------------------------------------------------------------------------------------------


def _for_person(message_id: int, by: Actor) -> Message:
    number = Message.objects.filter(id=message_id).values_list("case__number", flat=True).first()
    if number is None:
        raise NotFound("There is no such message.")
    lock_for(number, by, "outbox.view")
    message = Message.objects.select_for_update().filter(id=message_id, state__in=["pending", "held", "failed"]).first()
    if message is None:
        raise Conflict("This message has been dealt with meanwhile.")
    return message


@transaction.atomic
def mark_sent(message_id: int, *, by: Actor, now: datetime) -> Message:
    """A person handed the message over himself. Raises Conflict when it is not waiting any more."""
    message = _for_person(message_id, by)
    _mark_sent(message, by=by.tag, now=now)
    return message


@transaction.atomic
def retry(message_id: int, *, by: Actor, now: datetime) -> Message:
    """Try a held or failed message once more, from the beginning. Raises Conflict when it is not waiting any more."""
    message = _for_person(message_id, by)
    message.state, message.attempts, message.try_at, message.error = "pending", 0, now, ""
    message.save(update_fields=["state", "attempts", "try_at", "error"])
    wake.after_commit("outbox")
    return message
