"""Which reports are made when and for whom, and what counts as a common problem (IS-2, IS-3)."""

from typing import Annotated, Literal

from pydantic import Field

from huiyin.policy.schema.base import Part, Percent, Positive, Text
from huiyin.policy.schema.vocabulary import Weekday

Section = Literal[
    "numbers", "trends", "by_department", "by_category", "by_channel", "typical_cases", "common_problems", "lessons",
    "improvements", "satisfaction", "loyalty", "warnings", "measures", "channels", "people",
]  # fmt: skip


class Report(Part):
    """A report made on schedule. `on` is a weekday (weekly) or the number of the working day of the period."""

    label: Text
    period: Literal["weekly", "monthly", "quarterly", "yearly"]
    on: Weekday | Positive
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    sections: tuple[Section, ...]
    indicators: tuple[str, ...]
    for_roles: tuple[str, ...]
    public: bool = False


class CommonProblem(Part):
    """Cases alike become a common problem from this number in this window."""

    window_days: Positive
    at_least_cases: Positive
    at_least_share_percent: Percent
    pareto_percent: Percent
    representatives: Positive


class Insight(Part):
    """The rules of analysis."""

    reports: dict[str, Report]
    common_problem: CommonProblem
    dashboard: tuple[str, ...]
    smallest_group: Positive


class InsightPolicy(Part):
    """The root key of insight.yaml."""

    insight: Insight
