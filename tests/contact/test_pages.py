"""The customer's pages: what they show, to whom, and what they never show."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from huiyin.cases.models import Case, Feedback
from huiyin.contact.models import Message
from huiyin.intake.actions import accept as accept_item
from huiyin.intake.rules import read_item
from huiyin.kernel import clock
from huiyin.policy.versions import active
from huiyin.remedy.actions import Item, make_proposal
from tests.opened import open_case

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def _at_now(now: datetime) -> Any:
    with clock.travel(now):
        yield


@pytest.fixture
def case(now: datetime, staff: Any) -> Case:
    return open_case(now, owner=staff["agent"], code=5001)


@pytest.fixture
def offered(case: Case, actor: Any, now: datetime, drain: Any) -> Any:
    made = make_proposal(
        case.number,
        words="查明为漏发",
        items=[Item("refund", Decimal(80), basis="手册", note="退差价")],
        by=actor("agent"),
        now=now,
        offer=True,
    )
    drain(now)
    return made


def test_the_page_shows_steps_words_and_promise(client: Client, case: Case) -> None:
    page = client.get(f"/t/{case.token}", HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    body = page.content.decode()
    assert case.number in body
    assert "水壶用了三天就不加热了" in body
    assert 'aria-current="step"' in body
    assert "data-due=" in body
    assert page["Cache-Control"].startswith("max-age=0")
    assert "datetime.datetime" not in body  # the timeline is no toast
    assert body.count("水壶用了三天就不加热了") >= 2  # the subject and his words
    assert f'href="http://127.0.0.1:8000/t/{case.token}"' in body
    assert client.get(f"/t/{case.token}/").status_code == 200


def test_the_same_as_json(client: Client, case: Case, offered: Any) -> None:
    shown = client.get(f"/t/{case.token}", **JSON).json()
    assert (shown["number"], shown["state"]) == (case.number, "proposing")
    assert shown["proposal"]["id"] == offered.pk
    assert shown["proposal"]["items"][0]["amount"] == "80.00"
    assert [entry["kind"] for entry in shown["messages"]] == ["in", "out", "out"]
    assert shown["promise"] is None  # the solution is on the table: now he has the word
    assert shown["waiting_for_you"] is True


def test_nothing_of_the_house_or_of_others_leaks(client: Client, case: Case, actor: Any, now: datetime) -> None:
    from huiyin.contact.actions import add_note

    other = open_case(now, text="别人的事情", customer={"name": "王先生", "phone": "13911112222"})
    add_note(case.number, text="内部判断", by=actor("agent"), now=now)
    for headers in ({}, JSON):
        body = client.get(f"/t/{case.token}", **headers).content.decode()
        for secret in ("内部判断", "别人的事情", "王先生", "13911112222", "13800000001", other.token, other.number):
            assert secret not in body


@pytest.mark.parametrize("token", ["x", "a" * 22, "' OR 1=1 --", "%00", "../admin"])
def test_unknown_tokens_are_answered_kindly(client: Client, token: str) -> None:
    page = client.get(f"/t/{token}")
    assert page.status_code == 404
    assert client.get(f"/t/{token}", **JSON).status_code == 404


def test_links_expire_after_the_case_is_closed(client: Client, case: Case, now: datetime) -> None:
    Case.objects.filter(id=case.id).update(closed_at=now, outcome="resolved", state="closed")
    with clock.travel(now + timedelta(days=179)):
        assert client.get(f"/t/{case.token}").status_code == 200
    with clock.travel(now + timedelta(days=181)):
        assert client.get(f"/t/{case.token}").status_code == 404
        assert client.post(f"/t/{case.token}/message", {"text": "x"}).status_code == 404


def test_a_feedback_that_joined_shows_only_its_own_words(client: Client, case: Case, now: datetime, drain: Any) -> None:
    item = read_item(
        {"text": "我冒充别人", "customer": {"phone": "13800000001"}}, policy=active()[1], channel="web", now=now
    )
    receipt = accept_item(item, source="test", now=now)
    Feedback.objects.filter(number=receipt.number).update(case=case)
    page = client.get(f"/t/{receipt.token}").content.decode()
    assert "我冒充别人" in page
    assert "水壶用了三天就不加热了" not in page
    assert case.token not in page
    assert client.get(f"/t/{receipt.token}", **JSON).json() == {
        "number": receipt.number, "state": case.state, "joined": True, "received_at": now.isoformat().replace("+00:00", "Z"), "proposal": None,
    }  # fmt: skip
    assert client.post(f"/t/{receipt.token}/message", {"text": "给我看"}).status_code == 404
    found = client.post("/progress/", {"number": receipt.number, "contact": "13800000001"})
    assert found["Location"] == f"/t/{receipt.token}"


def test_a_feedback_that_is_still_being_read(client: Client, now: datetime, policy: Any) -> None:
    receipt = accept_item(
        read_item({"text": "刚刚发的"}, policy=policy, channel="web", now=now), source="test", now=now
    )
    page = client.get(f"/t/{receipt.token}")
    assert page.status_code == 200
    assert "刚刚发的" in page.content.decode()


def test_accept_by_form(client: Client, case: Case, offered: Any, drain: Any, now: datetime) -> None:
    answer = client.post(f"/t/{case.token}/accept", {"proposal": offered.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"/t/{case.token}")
    drain(now + timedelta(minutes=1))
    offered.refresh_from_db()
    assert offered.state == "executed"


@pytest.mark.parametrize(("verb", "state"), [("accept", "accepted"), ("refuse", "refused"), ("discuss", "discussed")])
def test_answers_by_json(client: Client, case: Case, offered: Any, verb: str, state: str) -> None:
    answer = client.post(
        f"/t/{case.token}/{verb}", {"proposal": offered.pk, "words": "换一个"}, content_type="application/json", **JSON
    )
    assert answer.json() == {"proposal": offered.pk, "state": state}
    again = client.post(f"/t/{case.token}/withdraw", {}, content_type="application/json", **JSON)
    assert again.status_code in {200, 409}


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"proposal": "x"}', '{"proposal": 1e9}', '{"proposal": [1]}', '{"words": 5}', "\x00"]
)
def test_nonsense_answers_are_refused(client: Client, case: Case, offered: Any, body: str) -> None:
    for verb in ("accept", "discuss"):
        answer = client.post(f"/t/{case.token}/{verb}", body, content_type="application/json", **JSON)
        assert answer.status_code in {409, 422}
    offered.refresh_from_db()
    assert offered.state == "offered"


def test_writing_to_us(client: Client, case: Case) -> None:
    client.post(f"/t/{case.token}/message", {"text": "<script>alert(1)</script>\x00"})
    message = Message.objects.get(case=case, direction="in")
    assert message.body == "<script>alert(1)</script>"
    assert "<script>alert" not in client.get(f"/t/{case.token}").content.decode()
    empty = client.post(f"/t/{case.token}/message", {"text": " "}, **JSON)
    assert empty.status_code == 422
    huge = client.post(f"/t/{case.token}/message", {"text": "长" * 30000}, **JSON)
    assert huge.status_code == 413
    assert Message.objects.filter(case=case, direction="in").count() == 1


def test_writing_is_limited(client: Client, case: Case) -> None:
    codes = [client.post(f"/t/{case.token}/message", {"text": str(number)}, **JSON).status_code for number in range(14)]
    assert codes[:12] == [200] * 12
    assert codes[-1] == 429


@pytest.mark.parametrize("contact", ["13800000001", "138 0000 0001", "138-0000-0001"])
def test_looking_up_by_number_and_phone(client: Client, case: Case, contact: str) -> None:
    found = client.post("/progress/", {"number": f" {case.number.lower()} ", "contact": contact})
    assert (found.status_code, found["Location"]) == (302, f"/t/{case.token}")


def test_every_miss_gets_the_same_answer(client: Client, case: Case) -> None:
    misses = [(case.number, "13900000000"), ("HY000", "13800000001"), (case.number, ""), ("", "")]
    answers = []
    for number, contact in misses:
        answer = client.post("/progress/", {"number": number, "contact": contact}, HTTP_ACCEPT_LANGUAGE="en")
        text = answer.content.decode().replace(number, "") if number else answer.content.decode()
        answers.append((answer.status_code, "We found nothing" in text, case.token in text))
    assert set(answers) == {(404, True, False)}


def test_guessing_is_slowed_down(client: Client) -> None:
    codes = [
        client.post("/progress/", {"number": f"HY{number}", "contact": "13900000000"}).status_code
        for number in range(12)
    ]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_the_outbox_page(client_for: Any, case: Case, drain: Any, staff: Any) -> None:
    drain()
    manager = client_for("manager")
    page = manager.get("/outbox/")
    assert page.status_code == 200
    assert "13800000001" in page.content.decode()
    message = Message.objects.get(case=case, state="held")
    assert client_for("agent").get("/outbox/").status_code == 403
    auditor = client_for("auditor").get("/outbox/").content.decode()
    assert case.number in auditor
    assert "13800000001" not in auditor
    manager.post(f"/outbox/{message.pk}/", {"do": "sent", "state": "held"})
    message.refresh_from_db()
    assert message.state == "sent"
    for state in ("failed", "pending", "nonsense"):
        assert manager.get(f"/outbox/?state={state}&older=x").status_code == 200


def test_notices_page(client_for: Any, case: Case, now: datetime, drain: Any) -> None:
    drain(now + timedelta(hours=5))
    agent = client_for("agent")
    assert case.number in agent.get("/notices/").content.decode()
    agent.post("/notices/seen/")
    assert case.number not in agent.get("/notices/").content.decode()
