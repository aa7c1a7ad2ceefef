"""Handing messages over to a real mail server, one that refuses, and one that hangs up."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from huiyin.contact import outbox
from huiyin.contact.actions import send_message
from huiyin.contact.models import Message, Notice
from huiyin.kernel.errors import Conflict, Forbidden, NotFound
from huiyin.kernel.facts import history
from tests.opened import open_case

MAIL = {"name": "李女士", "email": "li@example.com"}
BOTH = {"name": "李女士", "email": "li@example.com", "phone": "13800000001", "preferred_contact": "email"}


class Keeper:
    """A mail server's memory, and how it is to answer."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.got: list[Any] = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.answer.startswith("55"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer == "hang up":
            server.transport.close()
            return "421 gone"
        if self.answer == "250 OK":
            self.got.append(message_from_bytes(envelope.content or b"", policy=default))
        return self.answer


@pytest.fixture
def server(settings: Any) -> Iterator[Callable[[str], Keeper]]:
    """Start a mail server that answers in a given way."""
    with contextlib.ExitStack() as stack:

        def start(answer: str = "250 OK") -> Keeper:
            keeper = Keeper(answer)
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            controller = Controller(keeper, hostname="127.0.0.1", port=port)
            controller.start()
            stack.callback(controller.stop)
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
            settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
            settings.DEFAULT_FROM_EMAIL = "care@huiyin.example"
            return keeper

        yield start


pytestmark = [pytest.mark.django_db, pytest.mark.network]


def test_a_letter_arrives_with_a_stable_id(now: datetime, server: Any, drain: Any) -> None:
    keeper = server()
    case = open_case(now, customer=MAIL)
    drain()
    (mail,) = keeper.got
    assert mail["To"] == "li@example.com"
    assert mail["From"] == "care@huiyin.example"
    assert case.number in mail["Subject"]
    assert case.number in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
    message = Message.objects.get(case=case)
    assert (message.state, message.sent_at, message.attempts) == ("sent", now, 1)
    assert mail["Message-ID"] == outbox.headers(message)["Message-ID"]
    assert "message.delivered" in [fact.kind for fact in history(case.id)]
    drain(now + timedelta(hours=1))
    assert len(keeper.got) == 1


def test_a_busy_server_is_tried_again_with_the_same_id(now: datetime, server: Any, drain: Any) -> None:
    keeper = server("451 try later")
    case = open_case(now, customer=MAIL)
    drain()
    message = Message.objects.get(case=case)
    assert (message.state, message.attempts, message.try_at) == ("pending", 1, now + timedelta(minutes=5))
    assert "451" in message.error
    first = outbox.headers(message)["Message-ID"]
    keeper.answer = "250 OK"
    drain(now + timedelta(minutes=4))
    assert keeper.got == []
    drain(now + timedelta(minutes=5))
    assert keeper.got[0]["Message-ID"] == first


@pytest.mark.parametrize("answer", ["hang up", "451 try later"])
def test_after_the_last_attempt_it_fails_and_somebody_is_told(
    now: datetime, server: Any, drain: Any, answer: str, staff: Any
) -> None:
    server(answer)
    case = open_case(now, customer=MAIL, owner=staff["agent"])
    for minutes in (0, 5, 35, 200):
        drain(now + timedelta(minutes=minutes))
    receipt = Message.objects.get(case=case, template="acknowledgement")
    assert (receipt.state, receipt.attempts) == ("failed", 3)
    assert Notice.objects.filter(case=case, kind="undelivered", user=staff["agent"]).exists()
    assert "message.failed" in [fact.kind for fact in history(case.id)]


def test_refused_for_good_goes_another_way_at_once(now: datetime, server: Any, drain: Any) -> None:
    server("550 no such user")
    case = open_case(now, customer=BOTH)
    drain()
    first, second = Message.objects.filter(case=case).order_by("id")
    assert (first.channel, first.state, first.attempts) == ("email", "failed", 1)
    assert (second.channel, second.state, second.body) == ("sms", "held", first.body)
    drain(now + timedelta(hours=1))
    assert Message.objects.filter(case=case, key__contains="|").count() == 1


def test_a_server_that_is_not_there_is_a_matter_of_time(now: datetime, server: Any, settings: Any, drain: Any) -> None:
    server()
    settings.EMAIL_PORT = 1
    case = open_case(now, customer=MAIL)
    drain()
    assert Message.objects.get(case=case).state == "pending"


def test_a_crash_after_the_claim_does_not_send_twice_at_once(
    now: datetime, server: Any, drain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = server()
    open_case(now, customer=MAIL)

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "_delivered", crash)
        with pytest.raises(KeyboardInterrupt):
            outbox.drain(now)
    assert len(keeper.got) == 1
    assert outbox.drain(now + timedelta(minutes=1)) == 0
    outbox.drain(now + timedelta(minutes=5))
    assert len(keeper.got) == 2
    assert keeper.got[0]["Message-ID"] == keeper.got[1]["Message-ID"]


def test_nobody_adds_headers(now: datetime, server: Any, drain: Any, actor: Any, staff: Any) -> None:
    keeper = server()
    case = open_case(now, customer=MAIL, owner=staff["agent"])
    send_message(case.number, text="您好", subject="hello\r\nBcc: all@example.com", by=actor("agent"), now=now)
    drain()
    assert keeper.got[-1]["Bcc"] is None
    assert keeper.got[-1]["Auto-Submitted"] == "no"


def test_without_providers_everything_is_held_for_people(
    now: datetime, drain: Any, actor: Any, staff: Any, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    mailed, texted = open_case(now, customer=MAIL, owner=staff["agent"]), open_case(now)
    drain()
    held = list(Message.objects.filter(state="held").order_by("id"))
    assert [message.case_id for message in held] == [mailed.id, texted.id]
    with pytest.raises(Forbidden):
        outbox.mark_sent(held[0].pk, by=actor("agent"), now=now)
    outbox.mark_sent(held[0].pk, by=actor("manager"), now=now)
    with pytest.raises(Conflict):
        outbox.mark_sent(held[0].pk, by=actor("manager"), now=now)
    with pytest.raises(NotFound):
        outbox.retry(0, by=actor("manager"), now=now)
    outbox.retry(held[1].pk, by=actor("manager"), now=now)
    held[1].refresh_from_db()
    assert (held[1].state, held[1].attempts) == ("pending", 0)
    assert outbox.next_due() == now


def test_text_messages_wait_for_the_morning_receipts_do_not(now: datetime, actor: Any, staff: Any) -> None:
    night = now + timedelta(hours=13)  # 23:00 in Shanghai
    case = open_case(night, owner=staff["agent"])
    send_message(case.number, text="您好", by=actor("agent"), now=night)
    receipt, words = Message.objects.filter(case=case).order_by("id")
    assert receipt.try_at == night
    assert words.try_at == night + timedelta(hours=9)
