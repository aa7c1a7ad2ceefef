"""The fixed words of the trade: values the program itself acts on.

What a shop may name as it likes (departments, roles, codes, templates) lives in the policy; what a line of code
compares with lives here.
"""

from typing import Literal

Kind = Literal["complaint", "consultation", "suggestion", "praise"]
Need = Literal["functional", "experience", "emotional", "implicit"]
Sentiment = Literal["neg", "neu", "pos"]
Level = Literal[1, 2, 3, 4]
Channel = Literal[
    "web", "api", "batch", "file", "phone", "counter", "email", "chat", "social", "app", "store", "survey", "review"
]
State = Literal["received", "confirmed", "investigating", "proposing", "executing", "following", "closed"]
Outcome = Literal["resolved", "partly", "unresolved", "withdrawn", "answered"]
Responsible = Literal["department", "merchant", "supplier", "carrier", "customer", "nobody"]
Cause = Literal["process", "skill", "product", "supplier", "carrier", "system", "misunderstanding", "other"]
RemedyKind = Literal[
    "apology",
    "explanation",
    "repair",
    "return",
    "exchange",
    "refund",
    "reship",
    "compensation",
    "coupon",
    "points",
    "gift",
]
Emotion = Literal["angry", "worried", "disappointed", "calm"]
Reach = Literal["own", "department", "all"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Fact = Literal[
    "customer_name", "customer_phone", "customer_email", "preferred_contact", "order_number", "product", "subject",
    "reason", "demand", "occurred_at", "occurred_where", "attachments",
]  # fmt: skip
"""A key fact of a feedback (IN-2) that a channel's form may require."""

ContactWay = Literal["phone", "sms", "email", "app", "chat", "social", "letter"]

# Flags the judgement sets by itself; a shop may add its own, set by hand.
BUILT_IN_FLAGS = ("safety", "legal", "vulnerable", "high_value", "brand", "group", "repeat", "doubtful")

Permission = Literal[
    "case.view", "case.work", "case.answer", "case.note", "case.correct", "case.assign", "case.take", "queue.next",
    "case.pause", "extension.request", "extension.approve", "proposal.make", "proposal.approve", "case.close",
    "case.close_unresolved", "case.reopen", "message.send", "visit.record", "report.view", "dashboard.view",
    "late.view", "outbox.view", "quarantine.view", "quarantine.retry", "intake.enter", "intake.import",
    "feedback.create", "policy.view", "policy.publish", "people.view", "people.edit", "audit.view", "export.cases",
    "ledger.view", "search.use",
]  # fmt: skip
"""What a role may be allowed to do."""
