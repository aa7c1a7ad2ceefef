"""Triage in the loop: judging what was accepted, and keeping what people put right."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from huiyin.cases.facts import FeedbackAccepted, FeedbackJudged, JudgementCorrected
from huiyin.kernel.facts import Fact
from huiyin.policy.versions import active
from huiyin.triage.judge import Judge
from huiyin.triage.models import Correction

HINTS = ("subject", "reason", "demand")


@lru_cache(maxsize=1)
def the_judge() -> Judge:
    """Return the judge of this process, with its model loaded once."""
    return Judge()


def judge(batch: Sequence[FeedbackAccepted], now: datetime) -> list[FeedbackJudged]:
    """Judge a batch of accepted feedback at once."""
    _, policy = active()
    judgements = the_judge().judge(
        [words(fact.text, fact.details) for fact in batch], policy, ratings=[rating(fact.details) for fact in batch]
    )
    return [
        FeedbackJudged(feedback_id=fact.feedback_id, judgement=judgement)
        for fact, judgement in zip(batch, judgements, strict=True)
    ]


def words(text: str, details: dict[str, Any]) -> str:
    """Return the text with what a form asked for besides it: subject, reason and demand."""
    hints = [
        value.strip()
        for name in HINTS
        if isinstance(value := details.get(name), str) and value.strip() and value.strip() not in text
    ]
    return "\n".join([text, *hints])


def rating(details: dict[str, Any]) -> int | None:
    """Return the stars (1 … 5) that came with a review, None without."""
    extra = details.get("extra")
    value = details.get("rating") or (extra.get("rating") if isinstance(extra, dict) else None)
    try:
        stars = round(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return stars if 1 <= stars <= 5 else None


def keep_correction(batch: Sequence[JudgementCorrected], now: datetime) -> list[Fact]:
    """Keep what people put right, for the next training; an empty correction confirms the judgement and is kept as well."""
    Correction.objects.bulk_create(
        Correction(
            case_id=fact.case_id,
            by_id=_person(fact.by),
            at=fact.at,
            before=fact.before,
            after=fact.after,
            reason=fact.reason[:300],
        )
        for fact in batch
    )
    return []


def _person(tag: str) -> int | None:
    """Return the id of the person behind a tag such as `user:7`; a machine's key is no person."""
    kind, _, number = tag.partition(":")
    return int(number) if kind == "user" and number.isdigit() else None
