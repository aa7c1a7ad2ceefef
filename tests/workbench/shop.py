"""Cases with a judgement of our choice, opened by the loop's own steps: tests of pages need no text model."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huiyin.cases import actions as cases
from huiyin.cases import facts, waiting
from huiyin.cases.models import Case, Feedback
from huiyin.clock import actions as clock
from huiyin.dispatch import actions as dispatch
from huiyin.intake.actions import accept
from huiyin.intake.rules import read_item
from huiyin.kernel.facts import Fact, write
from huiyin.kernel.loop import Loop, follow
from huiyin.policy.versions import active

LOOP: Loop = {
    facts.FeedbackJudged: [cases.open_or_join],
    facts.CaseOpened: [clock.promise, dispatch.assign],
    facts.JudgementCorrected: [clock.promise_anew, dispatch.assign_anew],
    facts.CaseMoved: [clock.step],
    facts.MessageQueued: [clock.answer],
    facts.DeadlineMissed: [dispatch.escalate],
    facts.CasePaused: [clock.pause],
    facts.CaseResumed: [clock.resume],
    facts.ExtensionDecided: [clock.extend],
    facts.ProposalOffered: [cases.propose],
    facts.ProposalAccepted: [cases.execute],
    facts.RemedyExecuted: [cases.follow_up],
    facts.CaseClosed: [clock.finish],
    facts.CaseReopened: [clock.promise_again],
}


def judgement(**values: Any) -> facts.Judgement:
    """A complaint about quality of level 2, unless told otherwise."""
    usual: dict[str, Any] = {
        "kind": "complaint", "code": 1101, "level": 2, "sentiment": "neg", "need": "functional", "model": "test-1", "strength": 0.7,
        "confidence": {"kind": 0.97, "category": 0.93, "level": 0.9, "sentiment": 0.95},
        "reasons": ("“坏了” speaks of quality",), "guesses": ((1101, 0.93), (1102, 0.04), (1201, 0.02)),
    }  # fmt: skip
    return facts.Judgement(**{**usual, **values})


def open_case(
    text: str, *, at: datetime, channel: str = "web", item: dict[str, Any] | None = None, **judged: Any
) -> Case:
    """Accept a feedback and open its case as judged."""
    parsed = read_item({"text": text, **(item or {})}, policy=active()[1], channel=channel, now=at)
    number = accept(parsed, source="test", now=at).number
    feedback = Feedback.objects.get(number=number)
    follow(LOOP, [facts.FeedbackJudged(feedback_id=feedback.pk, judgement=judgement(**judged))], at)
    case = Feedback.objects.get(number=number).case
    assert case is not None
    return case


def draw(now: datetime) -> None:
    """Draw what follows from the facts that actions recorded."""
    while batch := waiting.take_facts(100, now):
        for _, fact in batch:
            follow(LOOP, [fact], now)


def happen(fact: Fact, now: datetime) -> None:
    """Write a fact of another stage and draw what follows."""
    write([fact])
    follow(LOOP, [fact], now)


def open_many(count: int, *, at: datetime, owners: Sequence[int | None] = (None,), **judged: Any) -> list[Case]:
    """Open many cases, owned in turn."""
    made = [open_case(f"商品坏了第{place}件", at=at, **judged) for place in range(count)]
    for place, case in enumerate(made):
        Case.objects.filter(pk=case.pk).update(owner_id=owners[place % len(owners)], owner_since=at)
    return made
