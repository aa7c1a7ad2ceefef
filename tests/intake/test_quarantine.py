"""What lies aside, and what a person can do with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from huiyin.cases.models import Feedback
from huiyin.intake.actions import accept as accept_item
from huiyin.intake.actions import quarantine
from huiyin.intake.models import Quarantined
from huiyin.intake.pages.quarantine import hex_lines, readable
from huiyin.intake.rules import Item
from huiyin.kernel.models import PendingFact

pytestmark = pytest.mark.django_db
RAW = '{"text": "壶<script>", "customer": {"phone": "1"}, broken'.encode()


@pytest.fixture
def entry(policy: Any, now: datetime) -> Quarantined:
    return quarantine(RAW, reason="The line is not valid JSON.", channel="batch", source="key:1", now=now)


@pytest.fixture
def supervisor(client_for: Callable[[str], Client]) -> Client:
    return client_for("supervisor")


def test_the_list_and_the_source(supervisor: Client, entry: Quarantined) -> None:
    assert f"/quarantine/{entry.pk}/" in supervisor.get("/quarantine/").content.decode()
    page = supervisor.get(f"/quarantine/{entry.pk}/").content.decode()
    assert "壶&lt;script&gt;" in page
    assert "壶<script>" not in page


@pytest.mark.parametrize(
    "raw",
    [b"", bytes(range(256)) * 30, b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe\xfd", "\u202e壶".encode(), b"x" * 100_000],
)
def test_any_source_can_be_shown(supervisor: Client, policy: Any, now: datetime, raw: bytes) -> None:
    entry = quarantine(raw, reason="?", channel="email", source="", now=now)
    assert supervisor.get(f"/quarantine/{entry.pk}/").status_code == 200


def test_bytes_are_shown_as_people_read_them() -> None:
    assert readable("壶".encode("gb18030")) is not None
    assert readable(bytes(100)) is None
    assert hex_lines(b"PK\x03\x04" * 5)[1] == "000010  50 4b 03 04                                      PK··"


def test_a_person_puts_it_into_words(supervisor: Client, staff: Any, entry: Quarantined) -> None:
    answer = supervisor.post(
        f"/quarantine/{entry.pk}/", {"channel": "email", "text": "壶坏了", "customer_phone": "13800138000"}
    )
    assert answer.status_code == 302
    entry.refresh_from_db()
    row = Feedback.objects.get()
    assert (row.text, row.channel) == ("壶坏了", "email")
    assert (entry.feedback_id, entry.resolution, entry.resolved_by) == (
        row.pk,
        "accepted",
        f"user:{staff['supervisor'].pk}",
    )
    assert bytes(entry.raw) == RAW
    assert f"/quarantine/{entry.pk}/" not in supervisor.get("/quarantine/").content.decode()
    assert f"/quarantine/{entry.pk}/" in supervisor.get("/quarantine/?done=1").content.decode()


def test_nobody_deals_with_it_twice(supervisor: Client, entry: Quarantined) -> None:
    form = {"channel": "email", "text": "壶坏了"}
    supervisor.post(f"/quarantine/{entry.pk}/", form)
    assert supervisor.post(f"/quarantine/{entry.pk}/", form | {"text": "other"}).status_code == 409
    assert supervisor.post(f"/quarantine/{entry.pk}/discard/", {"reason": "x"}).status_code == 409
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {"channel": "email", "text": ""},
        {"channel": "smoke", "text": "x"},
        {"channel": "email", "text": "x", "customer_email": "no"},
    ],
)
def test_what_cannot_be_a_feedback_is_told(supervisor: Client, entry: Quarantined, form: dict[str, str]) -> None:
    assert supervisor.post(f"/quarantine/{entry.pk}/", form).status_code == 422
    entry.refresh_from_db()
    assert entry.resolved_at is None


def test_it_is_put_away_for_a_reason_only(supervisor: Client, entry: Quarantined) -> None:
    assert supervisor.post(f"/quarantine/{entry.pk}/discard/", {"reason": " "}).status_code == 422
    assert supervisor.post(f"/quarantine/{entry.pk}/discard/", {"reason": "advertising"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.resolution, entry.note) == ("discarded", "advertising")
    assert bytes(entry.raw) == RAW


def test_a_long_list_has_pages(supervisor: Client, policy: Any, now: datetime) -> None:
    for number in range(55):
        quarantine(b"x", reason=f"reason {number}.", channel="batch", source="", now=now)
    first = supervisor.get("/quarantine/").content.decode()
    assert "reason 54." in first
    assert "reason 4." not in first
    oldest = Quarantined.objects.get(reason="reason 5.").pk
    assert "reason 4." in supervisor.get(f"/quarantine/?older={oldest}").content.decode()
    for cursor in ("x", "-1", "9" * 40):
        assert supervisor.get("/quarantine/", {"older": cursor}).status_code == 200


@pytest.fixture
def poison(policy: Any, now: datetime) -> Feedback:
    """A feedback the loop has set aside."""
    receipt = accept_item(Item(text="<i>poison</i>", channel="web", locale="en"), source="test", now=now)
    Feedback.objects.filter(number=receipt.number).update(
        attempts=3, error="KeyError('<b>')", not_before=now.replace(year=2030)
    )
    return Feedback.objects.get()


def test_what_is_stuck_is_shown_and_tried_again(
    supervisor: Client, poison: Feedback, now: datetime, drain: Callable[..., int]
) -> None:
    fact = PendingFact.objects.create(
        kind="case.moved", body={}, not_before=now.replace(year=2030), attempts=2, error="<b>ValueError"
    )
    page = supervisor.get("/quarantine/stuck/").content.decode()
    assert "&lt;i&gt;poison" in page
    assert "&lt;b&gt;ValueError" in page
    assert supervisor.post(f"/quarantine/feedback/{poison.pk}/retry/").status_code == 302
    assert supervisor.post(f"/quarantine/fact/{fact.pk}/retry/").status_code == 302
    fact.refresh_from_db()
    poison.refresh_from_db()
    assert fact.not_before.year < 2030
    assert poison.not_before is not None
    assert poison.not_before.year < 2030


def test_everything_is_tried_again_at_once(
    supervisor: Client, client_for: Callable[[str], Client], poison: Feedback
) -> None:
    assert client_for("auditor").post("/quarantine/stuck/retry/").status_code == 403
    poison.refresh_from_db()
    assert poison.not_before is not None
    assert poison.not_before.year == 2030
    assert supervisor.post("/quarantine/stuck/retry/").status_code == 302
    poison.refresh_from_db()
    assert poison.not_before.year < 2030


def test_what_has_gone_on_meanwhile_is_told(supervisor: Client, policy: Any) -> None:
    assert supervisor.post("/quarantine/feedback/999/retry/").status_code == 404
    assert supervisor.post("/quarantine/fact/999/retry/").status_code == 404
    assert supervisor.get("/quarantine/999/").status_code == 404


def test_who_may_look_and_who_may_act(
    client_for: Callable[[str], Client], entry: Quarantined, poison: Feedback
) -> None:
    auditor, agent = client_for("auditor"), client_for("agent")
    for path in ("/quarantine/", "/quarantine/stuck/", f"/quarantine/{entry.pk}/"):
        assert auditor.get(path).status_code == 200
        assert agent.get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert auditor.post(f"/quarantine/{entry.pk}/", {"channel": "email", "text": "x"}).status_code == 403
    assert auditor.post(f"/quarantine/{entry.pk}/discard/", {"reason": "x"}).status_code == 403
    assert auditor.post(f"/quarantine/feedback/{poison.pk}/retry/").status_code == 403
    entry.refresh_from_db()
    assert entry.resolved_at is None
    assert Feedback.objects.count() == 1
