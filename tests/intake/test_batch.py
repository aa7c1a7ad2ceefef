"""Pushing many in: what can be taken is taken, every line is answered in order."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from huiyin.cases.models import Feedback
from huiyin.intake.models import Quarantined
from tests.intake.conftest import answers
from tests.intake.table import BAD, JSON_ONLY

pytestmark = pytest.mark.django_db
Push = Callable[..., Any]


def test_results_stand_in_order(push_lines: Push) -> None:
    response = push_lines([{"text": f"t{number}"} for number in range(2500)])
    assert response.status_code == 200
    assert response["Content-Type"] == "application/x-ndjson"
    lines = answers(response)
    assert [line["line"] for line in lines] == list(range(1, 2501))
    texts = dict(Feedback.objects.values_list("number", "text"))
    assert [texts[line["number"]] for line in lines] == [f"t{number}" for number in range(2500)]
    assert set(lines[0]) == {"line", "number", "token"}


def test_good_and_bad_lines(push_lines: Push) -> None:
    lines = answers(
        push_lines(
            [
                {"text": "one"},
                b"",
                b"{broken",
                b'{"text": "\xff"}',
                {"text": ""},
                b"[1]",
                {"text": "two", "channel": "smoke"},
                {"text": "three"},
            ]
        )
    )
    assert [line["line"] for line in lines] == [1, 3, 4, 5, 6, 7, 8]
    assert ["number" in line for line in lines] == [True, False, False, False, False, False, True]
    for line in lines[1:-1]:
        assert line["error"]["status"] == 422
        assert line["error"]["detail"]
    assert lines[3]["error"]["field"] == "text"


def test_lines_that_cannot_be_read_are_kept_with_their_source(push_lines: Push) -> None:
    push_lines([{"text": "one"}, b'{"text": "\xff"}', {"text": ""}])
    (kept,) = Quarantined.objects.all()
    assert bytes(kept.raw) == b'{"text": "\xff"}'
    assert (kept.channel, kept.source[:4], kept.resolved_at) == ("batch", "key:", None)


def test_bad_input_of_every_kind_in_one_batch(push_lines: Push) -> None:
    bad = BAD | JSON_ONLY
    lines = answers(push_lines([one.item for one in bad.values()]))
    assert {name: line.get("error", {}).get("field") for name, line in zip(bad, lines, strict=True)} == {
        name: one.field for name, one in bad.items()
    }
    assert Feedback.objects.count() == sum(one.field is None for one in bad.values())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 422, id="nothing"),
        pytest.param(b"\n\n", 422, id="blank"),
        pytest.param(b"hello\nworld", 422, id="not JSON"),
        pytest.param(b'[{"text": "x"}]', 422, id="an array"),
        pytest.param('{"text": "x"}\n'.encode("utf-16"), 422, id="two bytes a sign"),
        pytest.param('{"text": "水壶漏水"}\n'.encode("gb18030"), 422, id="other encoding"),
        pytest.param(b'{"text":"x"}\n' * 10_001, 413, id="too many lines"),
    ],
)
def test_a_body_that_is_no_batch(push_lines: Push, body: bytes, status: int) -> None:
    response = push_lines(body)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert Feedback.objects.count() == 0


def test_a_body_too_large_is_refused_by_its_length(push_lines: Push, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert push_lines(b'{"text":"' + b"x" * 1000 + b'"}').status_code == 413


def test_retries_by_external_id_make_nothing_twice(push_lines: Push) -> None:
    items = [{"text": f"t{number}", "external_id": f"e{number}"} for number in range(50)]
    first, second = (
        answers(push_lines(items)),
        answers(push_lines([*reversed(items), {"text": "new", "external_id": "new"}])),
    )
    assert [line["number"] for line in first] == [line["number"] for line in reversed(second[:-1])]
    assert Feedback.objects.count() == 51


def test_the_same_id_twice_in_a_batch(push_lines: Push) -> None:
    lines = answers(
        push_lines(
            [{"text": "x", "external_id": "e"}, {"text": "x", "external_id": "e"}, {"text": "y", "external_id": "e"}]
        )
    )
    assert lines[0]["token"] == lines[1]["token"]
    assert lines[2]["error"]["status"] == 409
    assert Feedback.objects.count() == 1


def test_a_key_makes_the_retry_of_a_whole_batch_harmless(push_lines: Push) -> None:
    items = [{"text": "same words"}, {"text": "same words"}]
    first, second = (answers(push_lines(items, **{"Idempotency-Key": "b1"})) for _ in range(2))
    assert first == second
    assert Feedback.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_senders_with_the_same_ids_in_opposite_order(push_lines: Push) -> None:
    from huiyin.policy.versions import ensure_default
    from tests.conftest import NOW

    ensure_default(NOW)
    items = [{"text": f"t{number}", "external_id": f"e{number}"} for number in range(800)]
    got: list[int] = []

    def post(lines: list[dict[str, str]]) -> None:
        try:
            got.append(len([line for line in answers(push_lines(lines)) if "number" in line]))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(order,)) for order in (items, items[::-1], items, items[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [800] * 4
    assert Feedback.objects.count() == 800
