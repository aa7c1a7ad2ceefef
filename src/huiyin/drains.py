"""The drains: each takes what is due from one table, batch by batch, and sleeps until it is woken or the next thing falls due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from huiyin.care import actions as care
from huiyin.cases import waiting
from huiyin.clock import drain as deadlines
from huiyin.contact import actions as contact
from huiyin.contact import outbox
from huiyin.insight import actions as insight
from huiyin.kernel.facts import write
from huiyin.kernel.loop import follow
from huiyin.loop import LOOP
from huiyin.remedy import actions as remedy

FEEDBACK_BATCH = 500
FACT_BATCH = 200
DEADLINE_BATCH = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Drain:
    """A source of due work. `run` does one batch and tells how many things it handled; `next_due` when the next one falls due."""

    name: str
    run: Callable[[datetime], int]
    next_due: Callable[[], datetime | None]


def drain_feedback(now: datetime) -> int:
    """Take accepted feedback through the whole loop, one transaction a batch; what breaks a batch is found and steps aside."""
    try:
        with transaction.atomic(), insight.at_once(now):
            batch = waiting.take_feedback(FEEDBACK_BATCH, now)
            follow(LOOP, batch, now)
            return len(batch)
    except Exception as error:  # noqa: BLE001 - one bad feedback must not stop those behind it
        log.warning("feedback_batch_failed", reason=repr(error))
    return _one_by_one(now)


def _one_by_one(now: datetime) -> int:
    with transaction.atomic():
        batch = waiting.take_feedback(FEEDBACK_BATCH, now)
        for fact in batch:
            try:
                with transaction.atomic(), insight.at_once(now):
                    follow(LOOP, [fact], now)
            except Exception as error:
                log.exception("feedback_failed", feedback=fact.feedback_id)
                waiting.step_feedback_aside([fact.feedback_id], repr(error), now)
        return len(batch)


def drain_facts(now: datetime) -> int:
    """Draw what follows from the facts that actions recorded; a fact that cannot be followed steps aside."""
    try:
        with transaction.atomic(), insight.at_once(now):
            batch = waiting.take_facts(FACT_BATCH, now)
            _follow_in_order([fact for _, fact in batch], now)
            return len(batch)
    except Exception as error:  # noqa: BLE001 - as above
        log.warning("fact_batch_failed", reason=repr(error))
    return _facts_one_by_one(now)


def _follow_in_order(facts: Sequence[Any], now: datetime) -> None:
    """Follow facts wave by wave: of each case the first, then of each the second …; within a wave those of one kind together.

    What happened to one case keeps its order; between cases there is none.
    """
    for wave in waves(facts):
        follow(LOOP, wave, now)


def waves(facts: Sequence[Any]) -> list[list[Any]]:
    """Part facts into waves in which every case occurs at most once, each case's own order kept."""
    found: list[list[Any]] = []
    place: dict[int, int] = {}
    for fact in facts:
        wave = place.get(fact.case_id, 0)
        place[fact.case_id] = wave + 1
        if wave == len(found):
            found.append([])
        found[wave].append(fact)
    return found


def _facts_one_by_one(now: datetime) -> int:
    done = 0
    for fact_id in waiting.facts_due(FACT_BATCH, now):
        try:
            with transaction.atomic(), insight.at_once(now):
                fact = waiting.take_fact(fact_id)
                if fact is not None:
                    follow(LOOP, [fact], now)
        except Exception as error:
            log.exception("fact_failed", fact=fact_id)
            waiting.step_fact_aside(fact_id, repr(error), now)
        done += 1
    return done


def drain_deadlines(now: datetime) -> int:
    """Fire the deadlines that are due, each warning, miss and rung exactly once."""
    with transaction.atomic(), insight.at_once(now):
        handled, fired = deadlines.fire(DEADLINE_BATCH, now)
        ended = deadlines.end_long_pauses(DEADLINE_BATCH, now)
        write([*fired, *ended])
        follow(LOOP, [*fired, *ended], now)
        return handled + len(ended)


def drain_care(now: datetime) -> int:
    """Send the surveys and reminders that are due."""
    with transaction.atomic(), insight.at_once(now):
        handled, facts = care.send_due(100, now)
        write(facts)
        follow(LOOP, facts, now)
        return handled


def drain_remedy(now: datetime) -> int:
    """Act on proposals the customer has not answered."""
    with transaction.atomic(), insight.at_once(now):
        handled, facts = remedy.send_due(100, now)
        write(facts)
        follow(LOOP, facts, now)
        return handled


def drain_informed(now: datetime) -> int:
    """Tell customers of late cases that they are not forgotten."""
    with transaction.atomic():
        handled, facts = contact.keep_informed(200, now)
        write(facts)
        follow(LOOP, facts, now)
        return handled


DRAINS = (
    Drain("loop", drain_feedback, waiting.next_feedback),
    Drain("facts", drain_facts, waiting.next_fact),
    Drain("deadlines", drain_deadlines, deadlines.next_due),
    Drain("outbox", outbox.drain, outbox.next_due),
    Drain("care", drain_care, care.next_due),
    Drain("remedy", drain_remedy, remedy.next_due),
    Drain("informed", drain_informed, lambda: None),
)


def drain_all(now: datetime) -> int:
    """Run every drain until nothing is due: for imports from the terminal, the simulator and tests."""
    total = 0
    while handled := sum(drain.run(now) for drain in DRAINS):
        total += handled
    return total
