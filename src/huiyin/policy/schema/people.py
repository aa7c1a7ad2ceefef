"""Staffing, training, appraisal, incentives, quality supervision (PE-1 … PE-6)."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from huiyin.policy.schema.base import Check, Count, Fault, Part, Percent, Positive, Share, Text
from huiyin.policy.schema.vocabulary import Kind


class Staffing(Part):
    """What the staffing formulae need: handling minutes, how busy people may be, how many are away."""

    handling_minutes: dict[Kind, Positive]
    answered_share: Share
    within_minutes: Positive
    occupancy_at_most: Share
    away_share: Share


class Course(Part):
    """A course; passing it may be the condition for a skill."""

    label: Text
    topic: Literal["business", "communication", "process", "stress", "law", "safety"]
    goals: tuple[Text, ...]
    hours: Annotated[float, Field(gt=0)]
    pass_percent: Percent
    for_roles: tuple[str, ...]
    for_skills: tuple[str, ...] = ()
    valid_months: Positive
    simulations: Count = 0


class Appraisal(Part):
    """Weights (sum 100) of the combined score, and the raters of the qualitative part."""

    periods: tuple[Literal["monthly", "quarterly", "yearly"], ...]
    handling_time: Percent
    satisfaction: Percent
    success: Percent
    collaboration: Percent
    quality: Percent
    raters: dict[Literal["customer", "colleague", "supervisor"], Percent]
    objection_days: Positive
    at_least_cases: Positive


class SheetItem(Part):
    """A line of the quality sheet. A fatal fault makes the score 0."""

    key: str
    label: Text
    weight: Positive
    fatal: bool = False


class Quality(Part):
    """Sampling of handled cases (PE-6)."""

    share_percent: dict[Literal["ordinary", "level_1", "new_staff", "complained"], Percent]
    pass_score: Percent
    calibrate_every_days: Positive
    calibrate_cases: Positive
    agree_within: Positive
    sheet: tuple[SheetItem, ...]


class Incentive(Part):
    """Recognition for good work."""

    label: Text
    when: Text
    points: Count


class People(Part):
    """The rules of the team."""

    staffing: Staffing
    courses: dict[str, Course]
    appraisal: Appraisal
    quality: Quality
    incentives: dict[str, Incentive]
    promotion: tuple[Text, ...]


class PeoplePolicy(Part):
    """The root key of people.yaml."""

    people: People


def _weights(policy: PeoplePolicy) -> Iterator[Fault]:
    marks = policy.people.appraisal
    total = marks.handling_time + marks.satisfaction + marks.success + marks.collaboration + marks.quality
    if total != 100:
        yield Fault(("people", "appraisal"), f"the five weights add up to {total}, not 100")
    raters = sum(marks.raters.values())
    if raters != 100:
        yield Fault(("people", "appraisal", "raters"), f"the raters' weights add up to {raters}, not 100")
    sheet = sum(item.weight for item in policy.people.quality.sheet)
    if sheet != 100:
        yield Fault(("people", "quality", "sheet"), f"the weights of the sheet add up to {sheet}, not 100")


CHECKS = (Check(("people",), _weights),)
