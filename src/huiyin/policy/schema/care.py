"""Visits, surveys and rewards after a case is closed (CA-R1 … CA-R4)."""

from typing import Annotated, Literal

from pydantic import Field

from huiyin.policy.schema.base import Count, Money, Part, Percent, Positive, Share, Text
from huiyin.policy.schema.vocabulary import ContactWay, Kind, Level


class Visit(Part):
    """When and how we ask again."""

    after_days: Positive
    channel: ContactWay
    repeat_after_days: tuple[Positive, ...] = ()
    attempts: Positive = 3


class Survey(Part):
    """The satisfaction survey: a five-point scale, overall and by dimension."""

    kinds: tuple[Kind, ...]
    after_hours: Count
    remind_after_days: tuple[Positive, ...]
    open_days: Positive
    scale: Literal[5]
    labels: dict[int, Text]
    dimensions: dict[str, Text]
    questions: tuple[Text, ...]
    at_most_one_per_days: Positive


class Quarterly(Part):
    """The quarterly survey: a sample large enough for the error wanted at the confidence wanted (ISO 10004)."""

    confidence: Share
    margin: Annotated[float, Field(gt=0, lt=0.5)]
    expected_response: Annotated[float, Field(gt=0, le=1)]
    interviews: Count


class Reward(Part):
    """Points for feedback that helped."""

    label: Text
    points: Positive
    needs_person: bool = False


class Exchange(Part):
    """What points can be turned into."""

    label: Text
    points: Positive
    worth: Money


class Rewards(Part):
    """Rules, ledger limits, redemption."""

    rules: dict[str, Reward]
    per_customer_per_day: Positive
    per_customer_per_month: Positive
    valid_days: Positive
    exchange: tuple[Exchange, ...]


class Loyalty(Part):
    """How long after a complaint we look for the next order."""

    watch_days: Positive
    lost_after_days: Positive


class Care(Part):
    """The rules of care."""

    visits: dict[Level, Visit]
    visit_kinds: tuple[Kind, ...]
    visit_share_percent: dict[Level, Percent]
    survey: Survey
    quarterly: Quarterly
    reopen_at_or_below: Annotated[int, Field(ge=1, le=4)]
    reopen_within_days: Positive
    rewards: Rewards
    loyalty: Loyalty


class CarePolicy(Part):
    """The root key of care.yaml."""

    care: Care
