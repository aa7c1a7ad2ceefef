"""Money needs authority: who may grant how much, who must approve, which floors may apply, what silence means. Pure (RE-3 … RE-6)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from huiyin.policy.schema import Policy, Text
from huiyin.policy.schema.remedy import Silence
from huiyin.remedy.floor import StatutoryFloor, statutory_floor

NOTHING = Decimal("0.00")
LEDGER_KINDS = frozenset({"refund", "compensation", "coupon", "points"})
"""Kinds the ledger carries out by itself once the customer has agreed."""

WORD_KINDS = frozenset({"apology", "explanation"})
"""Kinds that are done by the words of the proposal."""

HAND_KINDS = frozenset({"repair", "return", "exchange", "reship", "gift"})
"""Kinds that people carry out; each takes evidence."""

KINDS = LEDGER_KINDS | WORD_KINDS | HAND_KINDS


@dataclass(frozen=True, slots=True)
class Matter:
    """What the rules look at in a case."""

    kind: str
    code: int
    level: int
    channel: str
    flags: frozenset[str]
    received_on: date
    price: Decimal | None = None
    order_total: Decimal | None = None
    loss: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What has been granted already: in this case, by the person today, and by the house this month."""

    in_case: Decimal = NOTHING
    today: Decimal = NOTHING
    this_month: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Authority:
    """Whether an amount needs approval: by which role ("" for nobody), or that nobody may grant it; and why, in words."""

    needs_role: str
    beyond_all: bool
    because: tuple[Text, ...]


def worth_of_points(policy: Policy, points: int) -> Decimal:
    """Return the most that so many points can be turned into, in CNY: what they count for against an authority."""
    best = max((offer.worth / offer.points for offer in policy.care.rewards.exchange), default=Decimal(0))
    return (best * points).quantize(NOTHING)


def limits_of(policy: Policy, role: str, code: int) -> tuple[Decimal, Decimal]:
    """Return how much a role may grant for this code per case and per day (policy key `authority`); nothing for roles without a limit."""
    limit = policy.limit_for(role, code, policy.range_of(code).key)
    return (limit.per_case, limit.per_day) if limit is not None else (NOTHING, NOTHING)


def rank(policy: Policy, role: str) -> int:
    """Return the place of a role on the approval ladder, -1 for one that does not stand on it."""
    return policy.ladder.index(role) if role in policy.ladder else -1


def within(policy: Policy, *, role: str, code: int, amount: Decimal, granted: Granted) -> bool:
    """Tell whether a role may grant `amount` on top of what was granted: per case and per day, both ends included."""
    per_case, per_day = limits_of(policy, role, code)
    return granted.in_case + amount <= per_case and granted.today + amount <= per_day


def authority_for(policy: Policy, *, role: str, code: int, amount: Decimal, granted: Granted) -> Authority:
    """Return who must approve a proposal of somebody with this role, in as few steps as possible (policy keys `ladder`, `authority`).

    Nothing of value needs no approval. Above `four_eyes_above` a second person approves whoever made it, and beyond the month's
    budget the top of the ladder does.
    """
    if amount == 0:
        return Authority(
            "", False, (Text(zh="不涉及金额，无需审批", en="No money is involved, so nobody has to approve"),)
        )
    per_case, per_day = limits_of(policy, role, code)
    own = granted.in_case + amount <= per_case and granted.today + amount <= per_day
    four_eyes = amount > policy.four_eyes_above
    over_budget = granted.this_month + amount > policy.budget.monthly
    because = [_limit_words(amount, granted, per_case, per_day, own=own)]
    if own and not four_eyes and not over_budget:
        return Authority("", False, tuple(because))
    if four_eyes:
        because.append(
            Text(
                zh=f"超过 {policy.four_eyes_above} 元，必须由第二人审批",
                en=f"Above CNY {policy.four_eyes_above} a second person approves, whoever made it",
            )
        )
    if over_budget:
        because.append(
            Text(
                zh=f"本月补偿预算 {policy.budget.monthly} 元已用尽",
                en=f"The month's budget of CNY {policy.budget.monthly} is used up",
            )
        )
    needed = _approver(policy, role=role, code=code, amount=granted.in_case + amount, own=own, top=over_budget)
    if needed is None:
        because.append(Text(zh="超过审批阶梯中任何角色的权限", en="More than anybody on the ladder may grant"))
        return Authority("", True, tuple(because))
    label = policy.roles[needed].label
    because.append(Text(zh=f"由{label.zh}审批", en=f"To be approved by: {label.en}"))
    return Authority(needed, False, tuple(because))


def _limit_words(amount: Decimal, granted: Granted, per_case: Decimal, per_day: Decimal, *, own: bool) -> Text:
    verdict = Text(zh="在授权之内", en="within authority") if own else Text(zh="超出授权", en="beyond authority")
    return Text(
        zh=f"本案 {granted.in_case}+{amount}（限额 {per_case}），今日 {granted.today}+{amount}（限额 {per_day}）：{verdict.zh}",
        en=f"This case {granted.in_case} + {amount} (limit {per_case}), today {granted.today} + {amount} (limit {per_day}): {verdict.en}",
    )


def _approver(policy: Policy, *, role: str, code: int, amount: Decimal, own: bool, top: bool) -> str | None:
    """The lowest rung that may approve and whose limit per case suffices; above the maker, unless his own limit sufficed and only a second person is wanted."""
    able = [
        name
        for name in policy.ladder
        if policy.reach(name, "proposal.approve") and limits_of(policy, name, code)[0] >= amount
    ]
    if top:
        return able[-1] if able else None
    least = rank(policy, role) + (0 if own else 1)
    return next((name for name in able if rank(policy, name) >= least), able[-1] if able else None)


def may_approve(policy: Policy, *, role: str, needs_role: str, code: int, amount: Decimal, granted: Granted) -> bool:
    """Tell whether a role stands high enough on the ladder and its limits suffice."""
    return rank(policy, role) >= rank(policy, needs_role) >= 0 and within(
        policy, role=role, code=code, amount=amount, granted=granted
    )


# --- the law's floor --------------------------------------------------------------------------------------------------


def floors_that_may_apply(policy: Policy, matter: Matter) -> tuple[StatutoryFloor, ...]:
    """Return the statutory amounts that may apply to a case, the highest first; none without a known price.

    A ground may apply when an article it rests on may (policy key `law`): a person concludes, the system only computes.
    """
    if matter.price is None:
        return ()
    articles = policy.law.for_case(
        on=matter.received_on,
        kind=matter.kind,
        code=matter.code,
        group=policy.code(matter.code).group,
        flags=matter.flags,
        level=matter.level,
        channel=matter.channel,
    )
    named = {(article.law, article.article) for article in articles}
    found = []
    for basis, ground in policy.law.floors.items():
        row = next((row for row in ground.rows if row.in_force(matter.received_on)), None)
        if row is None or (row.law, row.article) not in named or (ground.needs_loss and not matter.loss):
            continue
        found.append(
            statutory_floor(
                policy.law, basis=basis, price=matter.price, loss=matter.loss or NOTHING, on=matter.received_on
            )
        )
    return tuple(sorted(found, key=total_of, reverse=True))


def total_of(floor: StatutoryFloor) -> Decimal:
    """Return what the customer gets at least if the article applies: price and loss back, and the amount on top."""
    return floor.refund + floor.loss + floor.floor


def floor_of(floors: Sequence[StatutoryFloor]) -> StatutoryFloor | None:
    """Return the floor no proposal may stay below without reasons: the highest that is no mere range."""
    return next((floor for floor in floors if not floor.person_decides), None)


# --- silence ----------------------------------------------------------------------------------------------------------


def next_silent_step(silence: Silence, offered_at: datetime, reminders: int) -> tuple[datetime, str] | None:
    """Return when and how the rule for silence acts next after so many reminders: remind, close or call; None when it has ended.

    Policy key `silence`: reminders after the days it names, then after `days` whatever `then` says; "remind" goes on every `days`.
    """
    days = silence.remind_after_days
    if reminders < len(days):
        return offered_at + timedelta(days=days[reminders]), "remind"
    rounds = reminders - len(days)
    if silence.then == "remind":
        return offered_at + timedelta(days=silence.days * (rounds + 1)), "remind"
    return (offered_at + timedelta(days=silence.days), silence.then) if rounds == 0 else None


def early_allowed(policy: Policy, flags: Collection[str]) -> bool:
    """Tell whether measures of this case may be carried out before the customer has agreed (policy key `execute_before_acceptance`)."""
    return not set(flags).isdisjoint(policy.execute_before_acceptance)


def crosses(before: Decimal, after: Decimal, monthly: Decimal, percent: Decimal) -> bool:
    """Tell whether spending passed the share of the budget from which people are told."""
    line = monthly * percent / 100
    return before < line <= after


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum, 0.00 for none."""
    return sum(amounts, NOTHING)
