"""How an automatic judgement is trusted, raised and ranked (TR-3 … TR-9, IN-5)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from huiyin.policy.schema.base import LEVELS, Check, CodeSet, Count, Fault, Part, Positive, Share, Text
from huiyin.policy.schema.vocabulary import Level


class AutoThresholds(Part):
    """Confidence from which a judgement stands without a person; below it a person decides (TR-7)."""

    kind: Share
    category: Share
    level: Share
    sentiment: Share


class LevelFloor(Part):
    """A case with all these marks is at least this serious, whatever the model says."""

    flags: tuple[str, ...] = ()
    codes: CodeSet = ()
    level: Level
    because: Text


class TopResponse(Part):
    """Whom to tell at once, and how fast, when a serious safety matter comes in (TR-3)."""

    level: Level
    flags: tuple[str, ...]
    tell_roles: tuple[str, ...]
    within_minutes: Positive
    steps: tuple[Text, ...]


class Priority(Part):
    """Rank in the queue: urgency(level) × importance(flags), plus what waiting adds.

    priority = urgency[level] × (1 + Σ importance[flag]) + waiting_per_hour × hours waited (at most `cap` of them);
    a late case gains `late_bonus`, once.
    """

    urgency: dict[Level, Positive]
    importance: dict[str, float]
    waiting_per_hour: Annotated[float, Field(ge=0)]
    late_bonus: Count
    cap: Positive


class Incidents(Part):
    """When complaints alike become one incident (TR-9)."""

    window_days: Positive
    at_least: Annotated[int, Field(ge=2)]
    similarity: Share
    same: tuple[str, ...]
    lead_department: str


class Doubt(Part):
    """Signs that a report may not be true: a hint for a person, never a refusal (TR-6)."""

    complaints_in_30_days: Positive
    refunds_in_90_days: Positive
    contradiction: bool


class Llm(Part):
    """An OpenAI-compatible service; off unless switched on, and given masked text only (TR-7)."""

    enabled: bool = False
    endpoint: str = ""
    model: str = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10
    mask_personal_data: bool = True


class Triage(Part):
    """The rules of the judgement."""

    threshold_auto: AutoThresholds
    level_floor: tuple[LevelFloor, ...]
    top_response: TopResponse
    priority: Priority
    join_days: Count
    similar_cases: Positive
    high_value_from: Annotated[float, Field(gt=0)]
    known_brands: tuple[str, ...] = ()
    repeat_days: Positive
    incidents: Incidents
    doubt: Doubt
    llm: Llm


class TriagePolicy(Part):
    """The root key of triage.yaml."""

    triage: Triage


def _priority_falls(policy: TriagePolicy) -> Iterator[Fault]:
    urgency = policy.triage.priority.urgency
    path = ("triage", "priority", "urgency")
    for level in LEVELS:
        if level not in urgency:
            yield Fault(path, f"level {level} has no urgency")
    for graver, level in pairwise(level for level in LEVELS if level in urgency):
        if urgency[level] > urgency[graver]:
            yield Fault((*path, level), f"level {level} would come before level {graver}, which is more serious")


CHECKS = (Check(("triage",), _priority_falls),)
