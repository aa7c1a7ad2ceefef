"""What each indicator counts: one SQL expression each over `insight_fact` (alias f), read by `queries`.

Labels, written definitions, units and targets are policy (`policy.indicators`); here stands only how the number comes about. A number and
the list of cases behind it are made from the same two conditions, so they cannot differ. Parameters: start, until (the end of the period
or now, whichever is earlier), now, silence (days a customer has to answer a proposal).
"""

from dataclasses import dataclass
from typing import Final, Literal

How = Literal["count", "share", "mean", "p50", "p90", "per_10000"]


@dataclass(frozen=True, slots=True)
class Measure:
    """How one indicator is counted.

    `at`: the column a case falls into a period by; empty for what is open at the end of the period.
    `counted`: which of those cases count (the denominator). `hit`: which of them are meant (the numerator of a share).
    `of`: the number taken of each counted case, in the indicator's unit. `ripe`: a case counts only when it is so many days old,
    because the answer is not known before. `each`: what is counted, cases or customers (each by one case of his).
    """

    key: str
    how: How
    at: str
    counted: str = "true"
    hit: str = "true"
    of: str = ""
    ripe: str = ""
    each: Literal["case_id", "customer_id"] = "case_id"

    @property
    def within(self) -> str:
        """The condition that a case counts in the period."""
        if not self.at:
            return (
                f"f.received_at < %(until)s AND (f.closed_at IS NULL OR f.closed_at >= %(until)s) AND ({self.counted})"
            )
        until = f"least(%(until)s, %(now)s - {self.ripe})" if self.ripe else "%(until)s"
        return f"f.{self.at} >= %(start)s AND f.{self.at} < {until} AND ({self.counted})"


def _hours(end: str, start: str = "f.received_at") -> str:
    return f"extract(epoch FROM {end} - {start}) / 3600.0"


COMPLAINT: Final = "f.kind = 'complaint'"
_AGAIN: Final = (
    "EXISTS (SELECT 1 FROM insight_fact g WHERE g.repeat_of = f.case_id AND g.received_at < f.{} + interval '{} days')"
)
_ORDERED_AGAIN: Final = (
    "EXISTS (SELECT 1 FROM cases_order o WHERE o.customer_id = f.customer_id AND o.placed_at > f.first_closed_at"
    " AND o.placed_at <= f.first_closed_at + interval '90 days')"
)
_WAITED: Final = "%(silence)s * interval '1 day'"

_ALL: Final = (
    # beside the indicators: the two counts everything starts from
    Measure("received", "count", "received_at"),
    Measure("handled", "count", "first_closed_at"),
    Measure("first_response_time", "mean", "first_reply_at", of=_hours("f.first_reply_at")),
    Measure("first_response_p90", "p90", "first_reply_at", of=_hours("f.first_reply_at")),
    Measure("informed_rate", "share", "promised_at", hit="f.informed"),
    Measure("visit_satisfaction", "share", "visited_at", "f.satisfied IS NOT NULL", hit="f.satisfied"),
    Measure("handling_time", "mean", "first_closed_at", of=_hours("f.first_closed_at")),
    Measure("handling_time_p90", "p90", "first_closed_at", of=_hours("f.first_closed_at")),
    Measure("respond_on_time", "share", "respond_due_at", hit="f.first_reply_at <= f.respond_due_at"),
    Measure("propose_on_time", "share", "propose_due_at", hit="f.propose_met_at <= f.propose_due_at"),
    Measure("resolved_in_time", "share", "resolve_due_at", hit="coalesce(f.handled_at, f.first_closed_at) <= f.resolve_due_at"),
    Measure("result_feedback_on_time", "share", "result_due_at", hit="f.result_met_at <= f.result_due_at"),
    Measure("outcome_resolved", "share", "first_closed_at", COMPLAINT, hit="f.outcome = 'resolved'"),
    Measure("outcome_partly", "share", "first_closed_at", COMPLAINT, hit="f.outcome = 'partly'"),
    Measure("outcome_unresolved", "share", "first_closed_at", COMPLAINT, hit="f.outcome = 'unresolved'"),
    Measure("customer_reply_rate", "share", "offered_at", hit="f.answered_at IS NOT NULL", ripe=_WAITED),
    Measure(
        "repeat_rate", "share", "received_at", f"{COMPLAINT} AND f.customer_id IS NOT NULL",
        hit=_AGAIN.format("received_at", 30), ripe="interval '30 days'", each="customer_id",
    ),
    Measure("reopen_rate", "share", "first_closed_at", hit="f.reopened_at < f.first_closed_at + interval '30 days'", ripe="interval '30 days'"),
    Measure("success_rate", "share", "first_closed_at", COMPLAINT, hit="f.outcome = 'resolved' AND coalesce(f.rating, 5) > 2"),
    Measure(
        "first_contact_resolution", "share", "received_at", ripe="interval '7 days'",
        hit=f"f.first_closed_at IS NOT NULL AND f.contacts <= 1 AND f.feedbacks <= 1 AND f.reopened = 0 AND NOT {_AGAIN.format('first_closed_at', 7)}",
    ),
    Measure("complaint_rate", "per_10000", "received_at", COMPLAINT),
    Measure("backlog", "count", ""),
    Measure("backlog_age_p50", "p50", "", of=_hours("%(until)s")),
    Measure("backlog_age_p90", "p90", "", of=_hours("%(until)s")),
    Measure("backlog_late_share", "share", "", hit="f.due_at < %(until)s"),
    Measure("response_rate", "share", "received_at", hit="f.first_reply_at IS NOT NULL"),
    Measure("solution_rate", "share", "received_at", COMPLAINT, hit="f.outcome IN ('resolved', 'partly')"),
    Measure("csat", "share", "rated_at", "f.rating IS NOT NULL", hit="f.rating >= 4"),
    Measure("survey_response_rate", "share", "surveyed_at", hit="f.rated_at IS NOT NULL"),
    Measure("proposal_acceptance", "share", "answered_at", hit="f.accepted"),
    Measure("compensation_per_case", "mean", "first_closed_at", COMPLAINT, of="f.spent"),
    Measure("hops_per_case", "mean", "first_closed_at", of="f.hops"),
    Measure("automatic_share", "share", "received_at", hit="NOT f.unsure AND NOT f.corrected"),
    Measure("correction_rate", "share", "received_at", hit="f.corrected"),
    Measure(
        "retention_rate", "share", "first_closed_at", f"{COMPLAINT} AND f.customer_id IS NOT NULL",
        hit=_ORDERED_AGAIN, ripe="interval '90 days'", each="customer_id",
    ),
)  # fmt: skip

MEASURES: Final = {measure.key: measure for measure in _ALL}
BESIDE: Final = frozenset({"received", "handled"})

WAITING: Final = {
    "common_problem_rate": "prevention", "warning_precision": "prevention", "warning_lead_time": "prevention", "improvement_on_time": "prevention",
    "quality_score": "people", "nps": "care", "ces": "care",
}  # fmt: skip
"""Indicators of the policy whose records no stage keeps yet, and the stage that will."""


def aggregates(measure: Measure) -> tuple[str, str, str]:
    """Return the SQL of the three numbers of a measure: how many count, how many of them are meant, and the value of each where it has one."""
    each = "count(*)" if measure.each == "case_id" else "count(DISTINCT f.customer_id)"
    counted = f"{each} FILTER (WHERE {measure.within})"
    hits = (
        f"{each} FILTER (WHERE {measure.within} AND coalesce({measure.hit}, false))"
        if measure.how == "share"
        else counted
    )
    taken = {
        "mean": f"avg({measure.of})", "p50": f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {measure.of})",
        "p90": f"percentile_cont(0.9) WITHIN GROUP (ORDER BY {measure.of})",
    }.get(measure.how)  # fmt: skip
    value = f"({taken} FILTER (WHERE {measure.within}))::float8" if taken else "NULL::float8"
    return counted, hits, value
