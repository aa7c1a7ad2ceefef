"""Indicators with their written definition, denominator, clock and target (IS-1)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from huiyin.policy.schema.base import Check, Fault, Part, Text
from huiyin.policy.schema.nearest import nearest

KNOWN_INDICATORS = (
    "first_response_time", "first_response_p90", "informed_rate", "common_problem_rate", "visit_satisfaction",
    "handling_time", "handling_time_p90", "respond_on_time", "propose_on_time", "resolved_in_time",
    "result_feedback_on_time", "outcome_resolved", "outcome_partly", "outcome_unresolved", "customer_reply_rate",
    "repeat_rate", "reopen_rate", "success_rate", "first_contact_resolution", "complaint_rate", "backlog",
    "backlog_age_p50", "backlog_age_p90", "backlog_late_share", "response_rate", "solution_rate", "csat",
    "survey_response_rate", "nps", "ces", "quality_score", "proposal_acceptance", "compensation_per_case",
    "hops_per_case", "automatic_share", "correction_rate", "warning_precision", "warning_lead_time",
    "improvement_on_time", "retention_rate",
)  # fmt: skip
"""The indicators the program can compute."""

Unit = Literal["hours", "days", "percent", "count", "per_10000", "score", "cny"]
Clock = Literal["wall", "business", "none"]


class Indicator(Part):
    """A number with its meaning. A target of None means that it is watched without one."""

    label: Text
    definition: Text
    denominator: Text
    unit: Unit
    clock: Clock
    better: Literal["high", "low"]
    target: Decimal | None = None

    def met(self, value: Decimal | float) -> bool | None:
        """Whether `value` (in the indicator's unit) reaches the target; None without a target."""
        if self.target is None:
            return None
        number = Decimal(str(value))
        return number >= self.target if self.better == "high" else number <= self.target


class IndicatorsPolicy(Part):
    """The root key of indicators.yaml."""

    indicators: dict[str, Indicator]


def _known(policy: IndicatorsPolicy) -> Iterator[Fault]:
    for key in policy.indicators:
        if key not in KNOWN_INDICATORS:
            reason = f'the program computes no indicator "{key}"{nearest(key, KNOWN_INDICATORS)}'
            yield Fault(("indicators", key), reason)


CHECKS = (Check(("indicators",), _known),)
