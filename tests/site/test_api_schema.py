"""The API as its OpenAPI document says: the document is kept under review, and random requests never break the promise it makes."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from huiyin.people.models import User
from huiyin.site.api import api
from tests.site.world import World, build, undone

SNAPSHOT = Path(__file__).with_name("openapi.json")
RENEW = "the API has changed; look at the difference, then renew the snapshot: RENEW_OPENAPI=1 pytest tests/site/test_api_schema.py -k snapshot"
EXAMPLES = 12


def document() -> dict[str, Any]:
    """The OpenAPI document as the program serves it."""
    return json.loads(json.dumps(api.get_openapi_schema(), default=str))


def test_snapshot() -> None:
    text = json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("RENEW_OPENAPI") == "1":
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert SNAPSHOT.exists(), RENEW
    assert SNAPSHOT.read_text(encoding="utf-8") == text, RENEW


SCHEMA = schemathesis.openapi.from_dict(document())
COMPONENTS = document()["components"]
OPERATIONS = sorted(
    (operation.method.upper(), operation.path) for operation in (one.ok() for one in SCHEMA.get_all_operations())
)


@pytest.fixture
def world(staff: dict[str, User], now: datetime) -> World:
    return build(staff, now)


def problem(answer: Any) -> str:
    """What is wrong with an error as a problem document, "" if nothing."""
    if not answer.headers["Content-Type"].startswith("application/problem+json"):
        return f"{answer.status_code} is no problem document: {answer.content[:200]!r}"
    body = json.loads(answer.content)
    missing = {"type", "title", "status", "detail"} - body.keys()
    return f"the problem lacks {missing}" if missing or body["status"] != answer.status_code else ""


@schemathesis.serializer("application/x-ndjson")
def _json_lines(context: Any, value: Any) -> bytes:
    """How a generated body becomes JSON Lines."""
    return as_bytes(value)


def as_bytes(value: Any) -> bytes:
    """A generated text as it travels."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["key", "supervisor"])
def test_random_requests(who: str, world: World) -> None:
    for method, path in OPERATIONS:
        attack(SCHEMA[path][method], world.clients[who], world)


def attack(operation: Any, client: Any, world: World) -> None:
    """Send random requests of one operation; each is taken back afterwards."""

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        if "number" in (case.path_parameters or {}) and data.draw(st.integers(0, 3)):
            case.path_parameters["number"] = world.things["number"]
        with undone():
            answer = sent(client, case)
        said = f"{case.method} {case.formatted_path} {case.query} {case.body!r} → {answer.status_code}"
        assert answer.status_code < 500, said
        if answer.status_code >= 400:
            assert not problem(answer), f"{said}: {problem(answer)}"
        else:
            conforms(operation, answer, said)

    run()


def sent(client: Any, case: Any) -> Any:
    """Send a generated request through the program, without a network."""
    query = urlencode(
        {key: value for key, value in (case.query or {}).items() if value is not None}, doseq=True, errors="replace"
    )
    path = case.formatted_path + (f"?{query}" if query else "")
    body, kind = b"", case.media_type or "application/json"
    if not isinstance(case.body, schemathesis.core.NotSet):
        body = json.dumps(case.body, default=str).encode() if kind == "application/json" else as_bytes(case.body)
    headers = {
        key: value
        for key, value in (case.headers or {}).items()
        if key.lower() != "authorization" and str(value).isascii()
    }
    return client.generic(case.method, path, body, content_type=kind, headers=headers)


def conforms(operation: Any, answer: Any, said: str) -> None:
    """A success has a status the document names, and a body of the form it promises."""
    named = operation.definition.raw["responses"]
    assert str(answer.status_code) in named, f"{said} is not in the document ({', '.join(named)})"
    content = named[str(answer.status_code)].get("content", {}).get("application/json", {})
    if "schema" in content and answer.headers["Content-Type"].startswith("application/json"):
        whole = jsonschema_rs.validator_for({**content["schema"], "components": COMPONENTS})
        faults = [fault.message for fault in whole.iter_errors(json.loads(answer.content))]
        assert not faults, f"{said}: {faults[:3]}"
