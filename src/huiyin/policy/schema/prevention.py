"""Early warnings, improvement plans, partner evaluation, parcel care, knowledge (PR-1 … PR-6)."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.policy.schema.base import Check, CodeSet, Count, Fault, Part, Percent, Positive, Share, Text

Dimension = Literal["category", "product", "batch", "merchant", "supplier", "brand", "carrier", "store", "region"]


class WarningRule(Part):
    """A rule over counts per day. Which of the thresholds is needed follows from `measure`."""

    label: Text
    by: Dimension
    measure: Literal["count", "rate", "growth", "unusual"]
    codes: CodeSet = ()
    flags: tuple[str, ...] = ()
    window_days: Positive
    at_least: Positive
    per_10000_orders: Annotated[float, Field(gt=0)] | None = None
    growth_percent: Annotated[float, Field(gt=0)] | None = None
    score: Annotated[float, Field(gt=0)] | None = None
    tell_departments: tuple[str, ...]
    tell_roles: tuple[str, ...]
    acknowledge_hours: Positive

    @model_validator(mode="after")
    def _has_threshold(self) -> Self:
        needed = {"rate": "per_10000_orders", "growth": "growth_percent", "unusual": "score"}.get(self.measure)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"a rule of measure {self.measure} needs {needed}")
        return self


class Tuning(Part):
    """When a rule's judged warnings suffice to propose better thresholds."""

    judged_at_least: Positive
    precision_target: Share
    judge_within_days: Positive


class Improvement(Part):
    """Time limits of an improvement plan, in working days, and how its effect is proven."""

    cause_days: Positive
    plan_days: Positive
    default_due_days: Positive
    late_tell_roles: tuple[str, ...]
    verify_after_days: Positive
    compare_days: Positive
    confidence: Share


class Scorecard(Part):
    """Weights (sum 100) of a partner's score, and the marks below which it is watched, rectified, removed."""

    rate: Percent
    severity: Percent
    response: Percent
    resolution: Percent
    watch_below: Percent
    rectify_below: Percent
    remove_below: Percent
    rectify_days: Positive
    at_least_orders: Positive


class Parcels(Part):
    """When a parcel raises a care case before the customer complains (PR-4)."""

    no_scan_hours: Positive
    late_hours: Positive
    not_dispatched_hours: Positive
    level: Literal[2, 3, 4]


class Knowledge(Part):
    """From solved case to article (PR-5)."""

    propose_from_cases: Positive
    review_every_days: Positive
    reviewer_role: str
    retire_unused_days: Count


class Prevention(Part):
    """The rules of prevention."""

    warnings: dict[str, WarningRule]
    tuning: Tuning
    improvement: Improvement
    partners: dict[Literal["merchant", "supplier", "carrier"], Scorecard]
    parcels: Parcels
    knowledge: Knowledge


class PreventionPolicy(Part):
    """The root key of prevention.yaml."""

    prevention: Prevention


def _scores(policy: PreventionPolicy) -> Iterator[Fault]:
    for name, card in policy.prevention.partners.items():
        total = card.rate + card.severity + card.response + card.resolution
        if total != 100:
            yield Fault(("prevention", "partners", name), f"the four weights add up to {total}, not 100")
        if not card.remove_below <= card.rectify_below <= card.watch_below:
            reason = "the marks must fall: watch_below, then rectify_below, then remove_below"
            yield Fault(("prevention", "partners", name, "watch_below"), reason)


CHECKS = (Check(("prevention",), _scores),)
