"""Triage in the loop: feedback becomes a judged case; what people put right is kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from huiyin.cases.actions import correct
from huiyin.cases.facts import FeedbackAccepted
from huiyin.triage import actions
from huiyin.triage.models import Correction


def accepted(text: str, **details: Any) -> FeedbackAccepted:
    return FeedbackAccepted(feedback_id=1, text=text, channel="web", details=details)


@pytest.mark.django_db
def test_a_batch_is_judged_in_its_order(now: datetime) -> None:
    batch = [
        accepted("充电器冒烟起火，手烫伤了"),
        accepted("很满意，推荐"),
        accepted("坏了", demand="要求退款", reason="开不了机"),
    ]
    judged = actions.judge(batch, now)
    assert [one.judgement.kind for one in judged] == ["complaint", "praise", "complaint"]
    assert judged[0].judgement.level == 1
    assert "safety" in judged[0].judgement.flags


def test_hints_of_a_form_are_read_with_the_text() -> None:
    assert actions.words("坏了", {"subject": "电视", "demand": "换新", "reason": 5}) == "坏了\n电视\n换新"
    assert actions.words("电视坏了", {"subject": "电视"}) == "电视坏了"


@pytest.mark.parametrize(
    ("details", "stars"),
    [
        ({"rating": 5}, 5),
        ({"extra": {"rating": "2"}}, 2),
        ({"rating": "x"}, None),
        ({}, None),
        ({"rating": 9}, None),
        ({"extra": []}, None),
    ],
)
def test_stars_of_a_review(details: dict[str, Any], stars: int | None) -> None:
    assert actions.rating(details) == stars


@pytest.mark.django_db
def test_a_correction_is_kept(
    accept: Callable[..., Any], drain: Callable[[], Any], actor: Callable[[str], Any], now: datetime
) -> None:
    case = accept("快递盒子破了，杯子碎了")
    correct(case.number, change={"code": 1001, "level": 3}, reason="说的是质量", by=actor("supervisor"), now=now)
    drain()
    kept = Correction.objects.get()
    assert kept.case_id == case.id
    assert kept.after["code"] == 1001
    assert kept.reason == "说的是质量"
    assert kept.by_id == actor("supervisor").user_id
