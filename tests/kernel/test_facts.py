"""The history only grows, and every change to the past is found."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases.facts import CaseClosed, CasePaused, NoteAdded
from huiyin.kernel import facts
from huiyin.kernel.ids import canonical
from huiyin.kernel.models import FactRow

pytestmark = pytest.mark.django_db


def _some(case_id: int, now: Any, count: int = 5) -> list[facts.Fact]:
    return [
        NoteAdded(case_id=case_id, at=now + timedelta(minutes=n), by="user:1", message_id=n, content="ab" * 32)
        for n in range(count)
    ]


def test_a_whole_chain_verifies_and_reads_back(now: Any) -> None:
    written = [*_some(1, now), CaseClosed(case_id=1, at=now, outcome="resolved", reason="好")]
    facts.write(written)
    facts.write(_some(2, now))
    assert facts.history(1) == written
    assert facts.broken_at(1) is None
    assert facts.broken_at(2) is None


def test_chains_go_on_from_where_they_stood(now: Any) -> None:
    for _ in range(3):
        facts.write(_some(7, now, 2))
    assert list(FactRow.objects.filter(subject=7).order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert facts.broken_at(7) is None


@pytest.mark.parametrize(
    ("change", "first_broken"),
    [
        ("UPDATE kernel_fact SET body = jsonb_set(body, '{content}', '\"x\"') WHERE subject = 1 AND seq = 3", 3),
        ("UPDATE kernel_fact SET hash = decode(repeat('00', 32), 'hex') WHERE subject = 1 AND seq = 2", 2),
        ("DELETE FROM kernel_fact WHERE subject = 1 AND seq = 4", 5),
        ("UPDATE kernel_fact SET body = jsonb_set(body, '{by}', '\"user:2\"') WHERE subject = 1 AND seq = 5", 5),
    ],
)
def test_tampering_is_found(now: Any, change: str, first_broken: int) -> None:
    facts.write(_some(1, now))
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE kernel_fact DISABLE TRIGGER fact_only_grows"
        )  # as one with rights over the database might
        cursor.execute(change)
        cursor.execute("ALTER TABLE kernel_fact ENABLE TRIGGER fact_only_grows")
    assert facts.broken_at(1) == first_broken


@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_fact SET kind = 'x'", "DELETE FROM kernel_fact", "TRUNCATE kernel_fact"]
)
def test_the_database_refuses_to_change_the_past(now: Any, statement: str) -> None:
    facts.write(_some(1, now))
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE kernel_fact ENABLE TRIGGER fact_never_truncated"
        )  # the tests' own clean-up has it off
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert facts.broken_at(1) is None


@given(st.text(), st.text(max_size=40))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_survive_the_round_trip(now: Any, reason: str, outcome: str) -> None:
    reason, outcome = (text.replace("\x00", "").encode("utf-8", "ignore").decode() for text in (reason, outcome))
    with transaction.atomic():
        facts.write(
            [
                CaseClosed(case_id=3, at=now, outcome=outcome, reason=reason),
                CasePaused(case_id=3, at=now, reason=reason),
            ]
        )
        assert facts.broken_at(3) is None
        transaction.set_rollback(True)


def test_the_canonical_form_is_one_form() -> None:
    assert canonical({"b": 1, "a": "回音"}) == '{"a":"回音","b":1}'.encode()


def test_every_kind_of_fact_has_a_name_of_its_own() -> None:
    from huiyin.cases import facts as words

    kinds = [
        value.kind
        for value in vars(words).values()
        if isinstance(value, type) and issubclass(value, facts.Fact) and value is not facts.Fact
    ]
    assert all(kinds)
    assert len(kinds) == len(set(kinds))
