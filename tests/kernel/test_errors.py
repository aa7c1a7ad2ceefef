"""Errors speak English to programs and the reader's language to people."""

from datetime import date
from decimal import Decimal

from django.utils import translation

from huiyin.kernel.errors import BadInput, Conflict, TooMany
from huiyin.policy.schema import Text


def test_places_are_filled_and_stand_in_the_problem_document() -> None:
    error = BadInput("There is no “{key}”. The policy knows: {known}.", key="king", known="agent")
    assert str(error) == "There is no “king”. The policy knows: agent."
    assert error.problem()["key"] == "king"
    assert error.problem()["status"] == 422


def test_words_speak_the_readers_language() -> None:
    error = TooMany("Too many attempts. Please wait {retry_after} seconds and try again.", retry_after=7)
    with translation.override("zh-hans"):
        assert error.words() != str(error)
        assert "7" in error.words()
    with translation.override("en"):
        assert error.words() == str(error)


def test_texts_of_the_policy_follow_the_language() -> None:
    error = Conflict("“{label}” is over.", label=Text(zh="调解", en="Mediation"))
    assert str(error) == "“Mediation” is over."
    with translation.override("zh-hans"):
        assert "调解" in error.words()
    assert error.problem()["label"] == "Mediation"


def test_braces_of_others_are_left_alone() -> None:
    assert str(BadInput("“{text}” {is} odd", text="{key}", key="x")) == "“{key}” {is} odd"


def test_a_problem_document_is_plain_json() -> None:
    problem = BadInput("x", amount=Decimal("1.20"), day=date(2026, 3, 1), rows=[{"a": Decimal(1)}], status="taken")
    assert problem.problem()["amount"] == "1.20"
    assert problem.problem()["day"] == "2026-03-01"
    assert problem.problem()["rows"] == [{"a": "1"}]
    assert problem.problem()["status"] == 422
