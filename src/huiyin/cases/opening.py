"""Opening cases for judged feedback, or letting it join the customer's open case on the same matter (mission IN-5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from django.db import connection

from huiyin.cases.customers import find_or_create, read_sender
from huiyin.cases.facts import CaseOpened, FeedbackJoined, FeedbackJudged, Judgement
from huiyin.cases.locks import lock
from huiyin.cases.models import Case, Customer, Feedback, Order
from huiyin.cases.rules import search_vector, severity
from huiyin.kernel.bulk import copy_new
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active

SUBJECT_LENGTH = 80


def open_or_join(batch: Sequence[FeedbackJudged], now: datetime) -> list[CaseOpened | FeedbackJoined]:
    """Open a case for each judged feedback, or join it to an open one. One transaction a batch (the caller's)."""
    version, policy = active()
    feedback = Feedback.objects.in_bulk([judged.feedback_id for judged in batch])
    judgements = {judged.feedback_id: judged.judgement for judged in batch}
    senders = {row.id: read_sender(row.sender) for row in feedback.values()}
    customers = find_or_create(((row.id, senders[row.id], row.locale) for row in feedback.values()), now)
    orders = _orders(feedback.values())
    running = _running_cases(customers.values(), policy, now)
    past = _past_categories(
        {customer.id for customer in customers.values()}, now - timedelta(days=policy.triage.repeat_days)
    )

    joined: list[tuple[Feedback, Case]] = []
    opened: list[tuple[Feedback, Case]] = []
    fresh: dict[tuple[int, str, int], Case] = {}
    for judged in batch:
        row = feedback[judged.feedback_id]
        customer = customers.get(row.id)
        matter = _matter(customer, row, judged.judgement)
        case = (running.get(matter) or fresh.get(matter)) if matter else None
        if case is not None:
            joined.append((row, case))
            continue
        flags = _flags(judged.judgement, orders.get(_order_number(row)), customer, past, policy)
        case = _new_case(row, judged.judgement, flags, customer, orders.get(_order_number(row)), policy, version, now)
        opened.append((row, case))
        if matter:
            fresh[matter] = case
    _insert([case for _, case in opened], [row.text for row, _ in opened])
    _tie(opened + joined, now)
    lock({case.id for _, case in joined})
    return [
        *(_opened(row, case, judgements[row.id], now) for row, case in opened),
        *(
            FeedbackJoined(
                case_id=case.id,
                at=now,
                by="customer",
                feedback_id=row.id,
                number=row.number,
                content=row.content_digest,
            )
            for row, case in joined
        ),
    ]


def _opened(row: Feedback, case: Case, judgement: Judgement, now: datetime) -> CaseOpened:
    return CaseOpened(
        case_id=case.id, at=now, number=case.number, content=row.content_digest, channel=row.channel, policy=case.policy_version,
        judgement={"kind": case.kind, "code": case.code, "level": case.level, "flags": list(case.flags), "model": judgement.model,
                   "confidence": {key: format(value, ".4f") for key, value in judgement.confidence.items()}},
    )  # fmt: skip


def _order_number(row: Feedback) -> str:
    return str(row.details.get("order_number") or "")[:60]


def _orders(rows: Iterable[Feedback]) -> dict[str, Order]:
    numbers = {number for row in rows if (number := _order_number(row))}
    return {order.number: order for order in Order.objects.filter(number__in=numbers)} if numbers else {}


def _matter(customer: Customer | None, row: Feedback, judgement: Judgement) -> tuple[int, str, int] | None:
    """What makes two feedbacks the same matter: customer, order and main category. Without an order nothing is joined."""
    number = _order_number(row)
    return (
        (customer.id, number, judgement.code // 1000)
        if customer is not None and number and judgement.kind != "praise"
        else None
    )


def _running_cases(customers: Iterable[Customer], policy: Policy, now: datetime) -> dict[tuple[int, str, int], Case]:
    ids = {customer.id for customer in customers}
    if not ids:
        return {}
    since = now - timedelta(days=policy.triage.join_days)
    rows = (
        Case.objects.open()
        .filter(customer_id__in=ids, received_at__gte=since)
        .exclude(order_number="")
        .exclude(kind="praise")
        .order_by("-id")
    )
    return {(case.customer_id or 0, case.order_number, case.code // 1000): case for case in rows}


def _past_categories(ids: set[int], since: datetime) -> set[tuple[int, int]]:
    if not ids:
        return set()
    rows = Case.objects.filter(customer_id__in=ids, received_at__gte=since, kind="complaint").values_list(
        "customer_id", "code"
    )
    return {(customer, code // 1000) for customer, code in rows if customer}


def _flags(
    judgement: Judgement, order: Order | None, customer: Customer | None, past: set[tuple[int, int]], policy: Policy
) -> list[str]:
    flags = set(judgement.flags)
    if order is not None and order.amount >= Decimal(str(policy.triage.high_value_from)):
        flags.add("high_value")
    if order is not None and (order.well_known_brand or order.brand in policy.triage.known_brands):
        flags.add("brand")
    if customer is not None and judgement.kind == "complaint" and (customer.id, judgement.code // 1000) in past:
        flags.add("repeat")
    return sorted(flags)


def rank(policy: Policy, level: int, flags: Iterable[str]) -> int:
    """Return the priority of a case when it begins (policy key `triage.priority`)."""
    weights = policy.triage.priority
    return severity(weights.urgency[level], sum(weights.importance.get(flag, 0.0) for flag in flags))  # type: ignore[index]


def unsure(policy: Policy, judgement: Judgement) -> bool:
    """Tell whether a person is to check the judgement: some confidence is below the policy's `triage.threshold_auto`."""
    needed = policy.triage.threshold_auto
    return any(judgement.confidence.get(name, 1.0) < getattr(needed, name) for name in ("kind", "category", "level"))


def _new_case(
    row: Feedback,
    judgement: Judgement,
    flags: list[str],
    customer: Customer | None,
    order: Order | None,
    policy: Policy,
    version: int,
    now: datetime,
) -> Case:
    details = row.details
    case = Case(
        number=row.number, token=row.token, customer=customer, channel=row.channel, locale=row.locale,
        subject=_subject(row), demand=str(details.get("demand") or "")[:400], received_at=row.received_at, opened_at=now, policy_version=version,
        order_number=_order_number(row), product=str(details.get("product") or "")[:120], store=str(details.get("store") or "")[:60],
        kind=judgement.kind, code=judgement.code, level=judgement.level, need=judgement.need, sentiment=judgement.sentiment,
        urgency=5 - judgement.level, priority=rank(policy, judgement.level, flags), flags=flags, judgement=msgspec.to_builtins(judgement),
        judged_by=judgement.model or "model", needs_person=unsure(policy, judgement), state="received", state_since=row.received_at,
        department=policy.code(judgement.code).department,
    )  # fmt: skip
    if order is not None:
        for name in ("product", "brand", "merchant", "supplier", "carrier", "region", "store"):
            setattr(case, name, getattr(order, name) or getattr(case, name))
        case.order_value = order.amount
    return case


def _subject(row: Feedback) -> str:
    text = str(row.details.get("subject") or row.text)
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"


def _insert(cases: list[Case], texts: list[str]) -> None:
    if not cases:
        return
    for case, text in zip(cases, texts, strict=True):
        words = (text, case.subject, case.demand, case.product, case.merchant, case.order_number, case.number)
        case.search = search_vector(" ".join(words))
    copy_new(cases)


def _tie(pairs: Sequence[tuple[Feedback, Case]], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_feedback f SET case_id = t.case_id, drained_at = %s FROM unnest(%s::bigint[], %s::bigint[]) AS t(id, case_id) WHERE f.id = t.id",
            [now, [row.id for row, _ in pairs], [case.id for _, case in pairs]],
        )
