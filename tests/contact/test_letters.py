"""What customers are told, when, and in which words."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.cases.models import Case
from huiyin.contact.models import Message, Notice
from tests.opened import open_case

pytestmark = pytest.mark.django_db


def letters(case: Case) -> list[str]:
    """The templates of the messages to the customer, in order."""
    return list(Message.objects.filter(case=case, direction="out").order_by("id").values_list("template", flat=True))


def test_receipt_names_number_promise_and_link(now: datetime, drain: Any) -> None:
    case = open_case(now, customer={"name": "李女士", "email": "li@example.com"})
    drain()
    message = Message.objects.get(case=case)
    assert (message.template, message.channel, message.state) == ("acknowledgement", "email", "held")
    assert case.number in message.body
    assert f"/t/{case.token}" in message.body
    assert "李女士，您好" in message.body
    assert "3月10日（周二）14:00" in message.body  # level 2: first reply within 4 hours of 10:00 in Shanghai
    assert "{" not in message.body + message.subject
    assert not message.human


def test_receipt_by_text_message_fits_and_has_no_subject(now: datetime, drain: Any) -> None:
    case = open_case(now)
    message = Message.objects.get(case=case)
    assert (message.template, message.channel, message.subject) == ("acknowledgement_sms", "sms", "")


def test_receipt_without_any_contact_stands_on_the_page(now: datetime) -> None:
    case = open_case(now, customer={})
    message = Message.objects.get(case=case)
    assert (message.channel, message.state, message.try_at) == ("page", "kept", None)


def test_receipt_in_english_with_a_soothing_phrase(now: datetime) -> None:
    case = open_case(
        now, text="My kettle broke after three days", customer={"name": "Ann", "email": "ann@example.com"}, strength=0.9
    )
    body = Message.objects.get(case=case).body
    assert body.startswith("Dear Ann,\n\n")
    assert "Tue 10 Mar 14:00" in body
    assert "angry" in body or "failing" in body  # the policy's phrases for an angry customer


def test_one_receipt_however_often_deadlines_are_set(now: datetime, drain: Any, actor: Any) -> None:
    from huiyin.cases.actions import correct

    case = open_case(now)
    correct(case.number, change={"level": 1}, reason="", by=actor("manager"), now=now + timedelta(minutes=1))
    drain(now + timedelta(minutes=2))
    assert letters(case) == ["acknowledgement_sms"]


def test_praise_is_thanked(now: datetime) -> None:
    case = open_case(now, kind="praise", code=5999, level=4, sentiment="pos", text="快递小哥特别好")
    assert letters(case) == ["acknowledgement_praise"]


def test_safety_tells_customer_and_management_at_once(now: datetime, policy: Any) -> None:
    case = open_case(now, code=1402, level=1, flags=("safety",))
    assert letters(case) == ["acknowledgement_sms", "safety_first"]
    roles = set(Notice.objects.filter(case=case, kind="top_response").values_list("role", flat=True))
    assert roles == set(policy.triage.top_response.tell_roles)


def test_customer_hears_from_us_by_the_promised_time_once(now: datetime, drain: Any) -> None:
    case = open_case(now)
    drain(now + timedelta(hours=3, minutes=55))
    drain(now + timedelta(hours=4, minutes=5))
    progress = Message.objects.filter(case=case, template="progress")
    assert progress.count() == 1
    assert progress[0].at <= now + timedelta(hours=4)
    case.refresh_from_db()
    assert case.informed_at == progress[0].at
    drain(now + timedelta(hours=47, minutes=59))
    assert 2 <= progress.count() <= 3  # the promises of an answer and of a solution, each once
    drain(now + timedelta(hours=60))
    assert progress.count() <= 3


def test_nobody_is_told_twice_what_he_was_just_told(now: datetime, drain: Any, actor: Any, staff: Any) -> None:
    from huiyin.contact.actions import send_message

    case = open_case(now, owner=staff["agent"])
    late = now + timedelta(hours=3, minutes=20)
    send_message(case.number, text="您好，抱歉给您添麻烦，我今天下午三点前联系您。", by=actor("agent"), now=late)
    drain(now + timedelta(hours=4, minutes=5))
    assert "progress" not in letters(case)


def test_human_words_count_as_the_first_reply(now: datetime, drain: Any, actor: Any, staff: Any) -> None:
    from huiyin.contact.actions import send_message

    case = open_case(now, owner=staff["agent"])
    send_message(case.number, text="您好，我在核实。", by=actor("agent"), now=now + timedelta(hours=1))
    drain(now + timedelta(hours=1))
    case.refresh_from_db()
    assert case.first_reply_at == now + timedelta(hours=1)
    assert Case.objects.filter(id=case.id, deadlines__kind="respond", deadlines__state="met").exists()


def test_owner_and_ladder_are_told(now: datetime, drain: Any, staff: Any) -> None:
    case = open_case(now, owner=staff["agent"])
    drain(now + timedelta(hours=7))
    kinds = list(Notice.objects.filter(case=case).values_list("kind", "user__username", "role"))
    assert ("near", "agent", "") in kinds
    assert ("missed", "agent", "") in kinds
    assert any(kind == "missed" and role == "supervisor" for kind, _, role in kinds)
    assert any(kind == "missed" and role == "manager" for kind, _, role in kinds)


def test_late_customers_are_not_forgotten(now: datetime, drain: Any) -> None:
    case = open_case(now)
    drain(now + timedelta(days=3))
    before = letters(case).count("progress")
    drain(now + timedelta(days=6, minutes=5))
    assert letters(case).count("progress") == before + 1
    drain(now + timedelta(days=7))
    assert letters(case).count("progress") == before + 1
    drain(now + timedelta(days=10))
    assert letters(case).count("progress") == before + 2
