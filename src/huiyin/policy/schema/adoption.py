"""How a shop starts: a checklist whose points tick themselves (PO-5)."""

from collections.abc import Iterator
from typing import Literal

from huiyin.policy.schema.base import Check, Count, Fault, Part, Positive, Text

Probe = Literal[
    "policy_published", "policy_own", "people_invited", "roles_filled", "second_factor", "calendar_loaded",
    "mailbox_connected", "web_form_open", "api_key_made", "orders_connected", "push_connected", "first_case",
    "first_closed", "first_visit", "first_survey", "model_trained", "all_departments_answer", "report_made",
    "review_held", "warning_judged", "improvement_verified", "courses_passed", "appraisal_done", "quality_sampled",
    "articles_published", "public_report", "what_if_run", "backup_made", "partners_scored", "on_time_target_met",
    "satisfaction_target_met",
]  # fmt: skip
"""What the running system can find out about itself."""


class Point(Part):
    """One point of the plan; it is done when the probe says so."""

    what: Text
    who: str
    done_when: Probe


class Phase(Part):
    """A span of months (until_month 0 = from then on)."""

    label: Text
    goal: Text
    from_month: Positive
    until_month: Count
    points: tuple[Point, ...]


class AdoptionPolicy(Part):
    """The root key of adoption.yaml."""

    adoption: tuple[Phase, ...]


def _in_order(policy: AdoptionPolicy) -> Iterator[Fault]:
    before = 1
    for place, phase in enumerate(policy.adoption):
        if phase.from_month < before:
            yield Fault(("adoption", place, "from_month"), f"month {phase.from_month} belongs to the phase before")
        if phase.until_month and phase.until_month < phase.from_month:
            yield Fault(("adoption", place, "until_month"), "ends before it begins")
        before = phase.until_month + 1 if phase.until_month else 10**6


CHECKS = (Check(("adoption",), _in_order),)
