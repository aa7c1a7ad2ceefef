"""How a case ends in the customer's words: results in four parts, answers, withdrawal, reopening."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from huiyin.care.models import Survey, Visit
from huiyin.cases.actions import close
from huiyin.cases.models import Case
from huiyin.contact.actions import add_note, answer, ask_info, customer_writes, withdraw
from huiyin.contact.models import Message, Notice
from huiyin.kernel.errors import BadInput, Conflict, NotFound
from huiyin.kernel.facts import broken_at, history
from huiyin.remedy.actions import Item, accept, make_proposal
from tests.opened import open_case

pytestmark = pytest.mark.django_db

MAIL = {"name": "李女士", "email": "li@example.com", "phone": "13800000001", "preferred_contact": "email"}


@pytest.fixture
def settle(actor: Any, now: datetime, drain: Any) -> Any:
    """Take a case through proposal, acceptance and closing."""

    def run(case: Case, outcome: str = "resolved", at: datetime = now) -> Case:
        made = make_proposal(
            case.number,
            words="查明为仓库漏发配件",
            items=[Item("refund", Decimal("39.90"), basis="本手册商品补偿标准", note="退该件款项")],
            by=actor("manager"),
            now=at,
            offer=True,
        )
        drain(at)
        accept(case.token, proposal_id=made.pk, now=at)
        drain(at)
        close(case.number, outcome=outcome, by=actor("manager"), now=at)
        drain(at)
        case.refresh_from_db()
        return case

    return run


def test_the_result_has_four_parts_in_writing(now: datetime, settle: Any) -> None:
    case = settle(open_case(now, customer=MAIL, level=1))
    letter = Message.objects.get(case=case, template="result_feedback")
    assert letter.channel == "email"
    parts = [
        letter.body.index(mark)
        for mark in (
            "一、处理经过",
            "二、解决方案与执行情况",
            "三、您是否满意",
            "四、您的" if "四、您的" in letter.body else "四、",
        )
    ]
    assert parts == sorted(parts)
    assert "查明为仓库漏发配件" in letter.body
    assert "¥39.90" in letter.body
    assert "✓ 3月10日" in letter.body
    assert f"/s/{Survey.objects.get(case=case).token}" in letter.body
    visit = Visit.objects.get(case=case)
    assert visit.due_at == now + timedelta(days=1)
    assert "3月11日" in letter.body
    assert "12315" in letter.body
    assert "{" not in letter.body
    assert Case.objects.filter(id=case.id, deadlines__kind="result", deadlines__state="met").exists()


def test_with_a_phone_only_the_letter_stands_on_the_page_and_a_text_points_to_it(now: datetime, settle: Any) -> None:
    case = settle(open_case(now, level=1))
    letter = Message.objects.get(case=case, template="result_feedback")
    assert (letter.channel, letter.state) == ("page", "kept")
    text = Message.objects.get(case=case, template="result_sms")
    assert text.channel == "sms"
    assert f"/t/{case.token}" in text.body


def test_no_visit_is_promised_that_is_not_planned(now: datetime, settle: Any) -> None:
    case = settle(open_case(now, customer={}))
    letter = Message.objects.get(case=case, template="result_feedback")
    assert not Visit.objects.filter(case=case).exists()
    assert "回访您一次" not in letter.body


def test_unresolved_tells_why_and_how_it_goes_on(now: datetime, actor: Any, drain: Any) -> None:
    case = open_case(now, customer=MAIL)
    with pytest.raises(BadInput):
        close(case.number, outcome="unresolved", by=actor("manager"), now=now)
    close(case.number, outcome="unresolved", reason="商家已停业", by=actor("manager"), now=now)
    drain()
    body = Message.objects.get(case=case, template="unresolved").body
    assert "商家已停业" in body
    assert "12315" in body


def test_a_question_is_answered_and_closed_at_once(now: datetime, actor: Any, staff: Any, drain: Any) -> None:
    case = open_case(now, kind="consultation", code=5001, level=4, sentiment="neu", owner=staff["agent"], customer=MAIL)
    answer(case.number, text="可以的，在“我的-地址”里改。", by=actor("agent"), now=now)
    drain()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "answered")
    letter = Message.objects.get(case=case, template="answer")
    assert "可以的，在“我的-地址”里改。" in letter.body
    assert letter.human
    assert not Message.objects.filter(case=case, template__startswith="result").exists()


def test_a_complaint_is_not_answered_away(now: datetime, actor: Any, staff: Any) -> None:
    case = open_case(now, code=5001, owner=staff["agent"])
    with pytest.raises(Conflict):
        answer(case.number, text="没有办法。", by=actor("agent"), now=now)
    case.refresh_from_db()
    assert case.state == "received"
    assert not Message.objects.filter(case=case, template="answer").exists()


def test_asking_pauses_the_promise_until_he_answers(now: datetime, actor: Any, staff: Any, drain: Any) -> None:
    case = open_case(now, owner=staff["agent"])
    ask_info(case.number, questions=["请发一张铭牌照片", " "], by=actor("agent"), now=now + timedelta(hours=1))
    drain(now + timedelta(hours=1))
    case.refresh_from_db()
    assert (case.paused_at, case.pause_reason) == (now + timedelta(hours=1), "information")
    assert "1. 请发一张铭牌照片" in Message.objects.get(case=case, template="info_request").body
    customer_writes(case.token, text="照片在这里", now=now + timedelta(hours=5))
    drain(now + timedelta(hours=5))
    case.refresh_from_db()
    assert case.paused_at is None
    assert Notice.objects.filter(case=case, kind="wrote", user=staff["agent"]).exists()
    with pytest.raises(BadInput):
        ask_info(case.number, questions=[" "], by=actor("agent"), now=now)


def test_notes_are_never_the_customers(now: datetime, actor: Any, staff: Any, client: Any) -> None:
    case = open_case(now, owner=staff["agent"])
    note = add_note(case.number, text="疑似批次问题", by=actor("agent"), now=now)
    assert note.audience == []
    assert "疑似批次问题" not in client.get(f"/t/{case.token}").content.decode()
    assert "疑似批次问题" not in str([fact.body() for fact in history(case.id)])


def test_withdrawal_and_taking_it_up_again(now: datetime, drain: Any) -> None:
    case = open_case(now, customer=MAIL)
    withdraw(case.token, now=now, reason="已经好了")
    drain()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "withdrawn")
    assert "已经好了" in Message.objects.get(case=case, template="closed_by_withdrawal").body
    customer_writes(case.token, text="又坏了", now=now + timedelta(days=1))
    drain(now + timedelta(days=1))
    case.refresh_from_db()
    assert case.state == "investigating"
    assert Message.objects.filter(case=case, template="reopened").count() == 1
    assert broken_at(case.id) is None


def test_thanks_on_a_closed_case_reopen_nothing(now: datetime, settle: Any, drain: Any) -> None:
    case = settle(open_case(now))
    customer_writes(case.token, text="谢谢", now=now)
    drain()
    case.refresh_from_db()
    assert case.state == "closed"
    customer_writes(case.token, text="没有收到退款", now=now, reopen=True)
    drain()
    case.refresh_from_db()
    assert case.state == "investigating"


def test_withdrawal_takes_an_open_proposal_back(now: datetime, actor: Any, drain: Any) -> None:
    case = open_case(now)
    made = make_proposal(
        case.number, words="退款", items=[Item("refund", Decimal(10))], by=actor("manager"), now=now, offer=True
    )
    drain()
    withdraw(case.token, now=now)
    drain()
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_an_extension_is_explained(now: datetime, actor: Any, staff: Any, drain: Any) -> None:
    from huiyin.clock.actions import decide_extension, request_extension

    case = open_case(now, owner=staff["agent"])
    deadline = Case.objects.filter(id=case.id, deadlines__kind="propose").values_list("deadlines__id", flat=True).get()
    asked = request_extension(
        case.number, deadline_id=deadline, length="24 hours", reason="testing", by=actor("agent"), now=now
    )
    decide_extension(asked.pk, granted=True, answer="同意", by=actor("supervisor"), now=now)
    drain()
    assert Message.objects.filter(case=case, template="extension_notice").count() == 1


def test_unknown_tokens_write_nothing(now: datetime) -> None:
    with pytest.raises(NotFound):
        customer_writes("nobody", text="hello", now=now)
    with pytest.raises(NotFound):
        customer_writes("", text="hello", now=now)
