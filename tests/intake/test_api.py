"""Pushing one feedback in."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huiyin.cases.customers import read_sender
from huiyin.cases.models import Feedback
from tests.intake.table import BAD, JSON_ONLY, Bad

pytestmark = pytest.mark.django_db
Push = Callable[..., Any]


def test_it_is_durable_then_acknowledged(push: Push) -> None:
    answer = push({"text": "水壶漏水", "order_number": "A1", "customer": {"phone": "13800138000"}})
    assert answer.status_code == 202
    told = answer.json()
    row = Feedback.objects.get(number=told["number"])
    assert set(told) == {"number", "token", "progress_url"}
    assert told["token"] == row.token
    assert told["progress_url"].endswith(f"/t/{row.token}")
    assert (row.text, row.channel, row.details, row.drained_at) == ("水壶漏水", "api", {"order_number": "A1"}, None)
    assert read_sender(row.sender).phone == "13800138000"
    assert row.source.startswith("key:")


def test_contacts_are_not_readable_in_the_database(push: Push) -> None:
    push({"text": "x", "customer": {"phone": "13800138000", "name": "Li"}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM cases_feedback f")
        assert "13800138000" not in cursor.fetchone()[0]


def test_a_retry_gets_the_same_answer(push: Push) -> None:
    first, second = (push({"text": "x"}, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert Feedback.objects.count() == 1


def test_an_external_id_serves_as_the_key(push: Push) -> None:
    assert push({"text": "x", "external_id": "e1"}).json() == push({"text": "x", "external_id": "e1"}).json()
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"text": "y"}, {"text": "x", "demand": "money"}, {"text": "x", "customer": {"name": "Li"}}]
)
def test_the_same_key_for_something_else_is_a_conflict(push: Push, changed: dict[str, Any]) -> None:
    push({"text": "x"}, **{"Idempotency-Key": "k1"})
    answer = push(changed, **{"Idempotency-Key": "k1"})
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("header", ["k" * 201, "\u00ff\u0001"])
def test_a_key_that_cannot_be_one(push: Push, header: str) -> None:
    assert push({"text": "x"}, **{"Idempotency-Key": header}).status_code == 422


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in (BAD | JSON_ONLY).items()])
def test_bad_input_is_told_never_a_crash(push: Push, bad: Bad) -> None:
    answer = push(bad.item)
    if bad.field is None:
        assert answer.status_code == 202
        return
    assert answer.status_code in {413, 422}
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["field"] == bad.field
    assert problem["status"] == answer.status_code
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 422, id="nothing"),
        pytest.param(b"{", 422, id="half an object"),
        pytest.param(b"[]", 422, id="a list"),
        pytest.param(b'"x"', 422, id="a string"),
        pytest.param(b'{"text": NaN}', 422, id="not a number"),
        pytest.param('{"text": "水壶漏水"}'.encode("gb18030"), 422, id="other encoding"),
        pytest.param('{"text": "x"}'.encode("utf-16"), 422, id="two bytes a sign"),
        pytest.param(b'{"text": "\\ud83d"}', 422, id="half a sign"),
        pytest.param(b'{"a":' * 100_000, 422, id="nested"),
        pytest.param(b'{"text": "' + b"x" * 1_048_576 + b'"}', 413, id="oversize"),
        pytest.param(b'{"text": 1' + b"0" * 10_000 + b"}", 422, id="number out of range"),
    ],
)
def test_a_body_that_is_no_object(push: Push, body: bytes, status: int) -> None:
    answer = push(body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_who_may(push: Push, client_for: Callable[[str], Client], db: None) -> None:
    def without_key(client: Client, **headers: str) -> int:
        return client.post(
            "/api/v1/feedback", '{"text":"x"}', content_type="application/json", headers=headers
        ).status_code

    assert without_key(Client()) == 401
    assert without_key(Client(), Authorization="Bearer hy_wrong") == 401
    assert without_key(client_for("auditor")) == 403
    assert Feedback.objects.count() == 0


def test_too_many_are_asked_to_wait(push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.intake import api
    from huiyin.policy.schema.intake import Rate

    real = api._spend
    monkeypatch.setattr(api, "_spend", lambda name, _rate: real(name, Rate(count=2, seconds=3600)))
    assert [push({"text": "x"}).status_code for _ in range(3)] == [202, 202, 429]
    assert int(push({"text": "x"})["Retry-After"]) > 60


@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_many_at_once_makes_one(push: Push) -> None:
    from huiyin.policy.versions import ensure_default
    from tests.conftest import NOW

    ensure_default(NOW)
    told: list[dict[str, str]] = []

    def post() -> None:
        try:
            told.append(push({"text": "x"}, **{"Idempotency-Key": "once"}).json())
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 8
    assert len({json.dumps(one) for one in told}) == 1
    assert Feedback.objects.count() == 1
