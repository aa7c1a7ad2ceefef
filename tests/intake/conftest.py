"""What the tests of the intake share: keys, posts, and a policy that needs no database."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from huiyin.policy.load import load_default
from huiyin.policy.schema import Policy


@pytest.fixture(scope="session")
def house_policy() -> Policy:
    """The default policy, read without a database."""
    return load_default()


@pytest.fixture(autouse=True)
def _no_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is there to be woken; the caller's thread would keep a session of its own open."""
    monkeypatch.setattr("huiyin.kernel.wake._send", lambda _name: None)


@pytest.fixture
def key(policy: Any, now: Any) -> str:
    """An API key that may push feedback in."""
    from huiyin.people.actions import create_api_key

    return create_api_key(name="shop", role="integrator", now=now)


@pytest.fixture
def push(key: str) -> Callable[..., Any]:
    """Post one feedback: a dictionary, or bytes as they are."""

    def post(item: Any, **headers: str) -> Any:
        body = item if isinstance(item, bytes) else json.dumps(item)
        return Client().post(
            "/api/v1/feedback",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", **headers},
        )

    return post


@pytest.fixture
def push_lines(key: str) -> Callable[..., Any]:
    """Post a batch: bytes, or objects one a line."""

    def post(lines: Any, **headers: str) -> Any:
        body = (
            lines
            if isinstance(lines, bytes)
            else b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
        )
        return Client().post(
            "/api/v1/feedback/batch",
            body,
            content_type="application/x-ndjson",
            headers={"Authorization": f"Bearer {key}", **headers},
        )

    return post


def answers(response: Any) -> list[dict[str, Any]]:
    """Return the lines of a batch's answer."""
    return [json.loads(line) for line in response.content.splitlines()]
