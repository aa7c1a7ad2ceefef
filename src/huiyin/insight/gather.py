"""From the tables of the loop to one row a case: the statement behind `actions.record`.

Stages do not import each other's Python; analysis reads what they wrote by SQL instead: `cases_case`, `cases_feedback`,
`clock_deadline`, `contact_message`, `remedy_proposal`, `care_survey`, `care_visit` and the history `kernel_fact`. Nothing of a person
but his key is taken over.
"""

from typing import Final

RECEIPT: Final = "acknowledgement"
"""How the names of automatic receipts begin: they inform nobody of progress."""

TAKEN_OVER: Final = (
    "number", "kind", "code", "level", "sentiment", "flags", "channel", "department", "owner_id", "customer_id", "product", "brand", "merchant",
    "supplier", "carrier", "region", "store", "state", "outcome", "responsible", "cause", "received_at", "handled_at", "closed_at", "reopened", "hops", "spent",
)  # fmt: skip

COMPUTED: Final = {
    "category": "c.code / 1000",
    "first_reply_at": "coalesce(c.first_reply_at, said.first_at)",
    "first_closed_at": "coalesce(past.closed_at, c.closed_at)",
    "reopened_at": "past.reopened_at",
    "respond_due_at": "due.respond", "respond_met_at": "due.responded",
    "propose_due_at": "due.propose", "propose_met_at": "due.proposed",
    "resolve_due_at": "due.resolve",
    "result_due_at": "due.result", "result_met_at": "due.reported",
    "promised_at": "due.promised",
    "informed": "coalesce(due.informed, false)",
    "due_at": "CASE WHEN c.closed_at IS NULL AND c.paused_at IS NULL THEN c.due_at END",
    "offered_at": "offer.offered_at", "answered_at": "offer.answered_at", "accepted": "offer.accepted",
    "surveyed_at": "survey.sent_at", "rated_at": "survey.rated_at", "rating": "survey.rating",
    "visited_at": "visit.done_at", "satisfied": "visit.satisfied",
    "pauses": "coalesce(due.pauses, 0)", "extensions": "coalesce(due.extensions, 0)",
    "feedbacks": "greatest(1, (SELECT count(*) FROM cases_feedback w WHERE w.case_id = c.id))",
    "contacts": "said.contacts",
    "repeat_of": """CASE WHEN c.kind = 'complaint' THEN (
        SELECT max(p.id) FROM cases_case p WHERE p.customer_id = c.customer_id AND p.id < c.id AND p.kind = 'complaint'
           AND p.code / 100 = c.code / 100 AND p.received_at >= c.received_at - %(repeat_days)s * interval '1 day') END""",
    "unsure": "c.needs_person",
    "corrected": "coalesce(past.corrected, false)",
    "updated_at": "%(now)s",
}  # fmt: skip

FROM: Final = """
FROM cases_case c
LEFT JOIN LATERAL (
    SELECT (array_agg(d.due_at ORDER BY d.id) FILTER (WHERE d.kind = 'respond'))[1] AS respond,
           (array_agg(d.met_at ORDER BY d.id) FILTER (WHERE d.kind = 'respond'))[1] AS responded,
           (array_agg(d.due_at ORDER BY d.id) FILTER (WHERE d.kind = 'propose'))[1] AS propose,
           (array_agg(d.met_at ORDER BY d.id) FILTER (WHERE d.kind = 'propose'))[1] AS proposed,
           (array_agg(d.due_at ORDER BY d.id) FILTER (WHERE d.kind = 'result'))[1] AS result,
           (array_agg(d.met_at ORDER BY d.id) FILTER (WHERE d.kind = 'result'))[1] AS reported,
           max(d.due_at) FILTER (WHERE d.kind IN ('respond', 'answer', 'propose', 'step:execute')) AS resolve,
           max(d.due_at) FILTER (WHERE d.kind IN ('respond', 'answer', 'propose', 'result')) AS promised,
           bool_and(EXISTS (SELECT 1 FROM contact_message m WHERE m.case_id = c.id AND m.direction = 'out' AND m.at BETWEEN d.started_at AND d.due_at
                AND m.state <> 'failed' AND NOT starts_with(m.template, %(receipt)s)))
               FILTER (WHERE d.kind IN ('respond', 'answer', 'propose', 'result')) AS informed,
           max(d.pauses) AS pauses, max(d.extensions) AS extensions
    FROM clock_deadline d WHERE d.case_id = c.id AND d.clock = 'promise' AND d.state <> 'cancelled'
) due ON true
CROSS JOIN LATERAL (
    SELECT min(m.at) AS first_at, count(*) AS contacts FROM contact_message m WHERE m.case_id = c.id AND m.direction = 'out' AND m.human
) said
CROSS JOIN LATERAL (
    SELECT min(k.at) FILTER (WHERE k.kind = 'case.closed') AS closed_at, min(k.at) FILTER (WHERE k.kind = 'case.reopened') AS reopened_at,
           bool_or(k.body -> 'after' <> '{}'::jsonb) FILTER (WHERE k.kind = 'judgement.corrected') AS corrected
    FROM kernel_fact k WHERE k.subject = c.id AND k.kind IN ('case.closed', 'case.reopened', 'judgement.corrected')
) past
LEFT JOIN LATERAL (
    SELECT p.offered_at, p.answered_at, CASE WHEN p.answered_at IS NOT NULL THEN p.state IN ('accepted', 'executed') END AS accepted
    FROM remedy_proposal p WHERE p.case_id = c.id AND p.offered_at IS NOT NULL ORDER BY p.offered_at DESC, p.id DESC LIMIT 1
) offer ON true
LEFT JOIN LATERAL (
    SELECT s.sent_at, s.answered_at AS rated_at, s.rating FROM care_survey s WHERE s.case_id = c.id ORDER BY s.answered_at DESC NULLS LAST, s.id DESC LIMIT 1
) survey ON true
LEFT JOIN LATERAL (
    SELECT v.done_at, CASE v.result WHEN 'satisfied' THEN true WHEN 'dissatisfied' THEN false END AS satisfied
    FROM care_visit v WHERE v.case_id = c.id AND v.done_at IS NOT NULL ORDER BY v.done_at DESC, v.id DESC LIMIT 1
) visit ON true
"""


def _statement() -> str:
    columns = ["case_id", *TAKEN_OVER, *COMPUTED]
    values = ["c.id", *(f"c.{name}" for name in TAKEN_OVER), *COMPUTED.values()]
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    return (
        f"INSERT INTO insight_fact ({', '.join(columns)})\nSELECT {', '.join(values)}{FROM}"
        f"WHERE c.id = ANY(%(ids)s) ORDER BY c.id\nON CONFLICT (case_id) DO UPDATE SET {updates}"
    )


GATHER: Final = _statement()
