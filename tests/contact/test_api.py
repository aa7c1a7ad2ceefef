"""The verbs of contact and remedy over HTTP: one after another as an integration would call them."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from huiyin.cases.models import Case
from huiyin.contact.models import Message
from huiyin.kernel import clock
from huiyin.people.actions import create_api_key
from tests.opened import open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(now: datetime, policy: Any) -> Any:
    """Return a function that calls the API with a manager's key."""
    keys = {role: create_api_key(name=role, role=role, now=now) for role in ("manager", "integrator", "auditor")}

    def post(path: str, body: Any = None, role: str = "manager", method: str = "post") -> Any:
        client = Client(headers={"Authorization": f"Bearer {keys[role]}"})
        return getattr(client, method)(f"/api/v1/cases/{path}", body, content_type="application/json")

    return post


@pytest.fixture
def case(now: datetime) -> Case:
    return open_case(now, code=5001, price="199.00")


def test_from_proposal_to_execution(case: Case, call: Any, client: Client, drain: Any) -> None:
    suggested = call(f"{case.number}/suggestions", method="get").json()
    assert 1 <= len(suggested) <= 3
    items = [{"kind": "refund", "amount": "60.00", "basis": "手册"}, {"kind": "exchange", "note": "换新"}]
    made = call(f"{case.number}/propose", {"words": "换新并补偿", "items": items}).json()
    assert (made["state"], made["amount"], made["made_by"][:4]) == ("offered", "60.00", "key:")
    answered = client.post(
        f"/t/{case.token}/accept", {}, content_type="application/json", headers={"Accept": "application/json"}
    )
    assert answered.json()["state"] == "accepted"
    drain(at=clock.now())
    assert call(f"{case.number}/execute", {}).status_code == 422
    assert call(f"{case.number}/execute", {"evidence": "SF1"}).json()["state"] == "executed"
    assert call(f"{case.number}/execute", {"evidence": "SF1"}).json()["state"] == "executed"
    assert call(f"{case.number}/proposals", method="get").json()[0]["items"][1]["evidence"] == "SF1"


def test_speaking(case: Case, call: Any) -> None:
    assert call(f"{case.number}/message", {"text": "您好，抱歉"}).json()["number"] == case.number
    assert call(f"{case.number}/message", {"text": "电话已沟通", "channel": "phone"}).status_code == 200
    assert call(f"{case.number}/message", {"text": "x", "channel": "email"}).status_code == 422
    assert call(f"{case.number}/message", {"text": "x", "channel": "pigeon"}).status_code == 422
    assert call(f"{case.number}/note", {"text": "内部"}).status_code == 200
    assert call(f"{case.number}/ask", {"questions": ["请发照片"]}).status_code == 200
    assert call(f"{case.number}/answer", {"text": "不行"}).status_code == 409
    assert call(f"{case.number}/tone", {"text": "按规定不行"}).json()[0]["rule"]
    kinds = [(row["direction"], row["internal"]) for row in call(f"{case.number}/messages", method="get").json()]
    assert kinds == [("out", False), ("out", False), ("out", False), ("note", True), ("out", False)]
    spoken = Message.objects.get(case=case, template="spoken")
    assert (spoken.state, spoken.human) == ("kept", True)


@pytest.mark.parametrize(
    "verb",
    ["propose", "approve", "offer", "send-back", "withdraw-proposal", "execute", "message", "note", "answer", "ask"],
)
def test_readers_and_integrators_may_do_none_of_it(case: Case, call: Any, verb: str) -> None:
    bodies = {
        "propose": {"words": "x", "items": [{"kind": "apology"}]},
        "message": {"text": "x"},
        "note": {"text": "x"},
        "answer": {"text": "x"},
        "ask": {"questions": ["x"]},
    }
    body = bodies.get(verb, {"reason": "x"})
    for role in ("integrator", "auditor"):
        answer = call(f"{case.number}/{verb}", body, role=role)
        assert answer.status_code == 403, (verb, role)
        assert answer["Content-Type"] == "application/problem+json"
    assert (
        Client().post(f"/api/v1/cases/{case.number}/{verb}", body, content_type="application/json").status_code == 401
    )
    assert call(f"HY-nothing/{verb}", body).status_code == 404
    assert Message.objects.filter(case=case).count() == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"words": "x"}, {"words": "x", "items": []}, {"words": "", "items": [{"kind": "apology"}]}, {"words": "x", "items": [{"kind": "refund", "amount": "abc"}]},
     {"words": "x", "items": [{"kind": "refund", "amount": "1e99"}]}, {"words": "x", "items": [{"kind": "refund", "amount": "-1"}]}, [], "x"],
)  # fmt: skip
def test_broken_proposals(case: Case, call: Any, body: Any) -> None:
    answer = call(f"{case.number}/propose", body)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
