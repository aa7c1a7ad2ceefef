"""Concrete proposals from the handbook's playbook: up to three ways to settle a case, with amounts, reasons and authority (TR-8, RE-1). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from huiyin.policy.schema import Policy, Text
from huiyin.policy.schema.playbooks import Amount, Remedy
from huiyin.remedy.floor import StatutoryFloor
from huiyin.remedy.rules import (
    NOTHING,
    Authority,
    Granted,
    Matter,
    authority_for,
    floor_of,
    floors_that_may_apply,
    total,
    total_of,
    worth_of_points,
)

MOST = 3
SMALL = frozenset({"apology", "explanation", "coupon", "points", "gift"})
"""Remedies that go with another; by themselves they settle only what has no other remedy."""

APOLOGY = Remedy(
    kind="apology",
    what=Text(zh="为这次的不愉快向您致歉", en="We apologise for what happened"),
    basis=Text(zh="本手册致歉标准", en="This handbook, apologies"),
)


@dataclass(frozen=True, slots=True)
class SuggestedItem:
    """A remedy with its amount in CNY; None where a person has to find it out first, `ask` says what is missing."""

    kind: str
    what: Text
    basis: Text
    amount: Decimal | None
    points: int
    ask: str
    when: Text | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to settle a case."""

    items: tuple[SuggestedItem, ...]
    amount: Decimal
    words: Text
    authority: Authority
    floor: Decimal | None
    below_floor: bool
    because: tuple[Text, ...]


def values_of(matter: Matter, floor: StatutoryFloor | None) -> dict[str, Decimal | None]:
    """Return what the formulas of the playbooks can be computed from; None for what is not known."""
    return {
        "order_total": matter.order_total, "item_price": matter.price, "freight": None, "price_difference": None, "overcharge": None, "loss": matter.loss,
        "statutory_floor": floor.floor if floor is not None else None,
    }  # fmt: skip


def amount_of(amount: Amount | None, values: dict[str, Decimal | None]) -> tuple[Decimal | None, str]:
    """Return an amount of the playbook in CNY to the cent, or None and the name of what is missing."""
    if amount is None:
        return NOTHING, ""
    if amount.fixed is not None:
        return amount.fixed.quantize(NOTHING), ""
    base = values.get(amount.of or "")
    if base is None:
        return None, amount.of or ""
    found = base * amount.percent / 100 if amount.percent is not None else base
    if amount.least is not None:
        found = max(found, amount.least)
    if amount.most is not None:
        found = min(found, amount.most)
    return found.quantize(NOTHING, rounding=ROUND_HALF_UP), ""


def suggest(policy: Policy, matter: Matter, *, role: str, granted: Granted) -> tuple[Suggestion, ...]:
    """Return up to three proposals for a case from its playbook, as somebody with `role` could make them."""
    code = policy.code(matter.code)
    playbook = policy.playbook_for(matter.code, code.group, policy.range_of(matter.code).key)
    if playbook is None:
        return ()
    floor = floor_of(floors_that_may_apply(policy, matter))
    offered = [remedy for remedy in playbook.remedies if floor is not None or not _statutory(remedy)]
    added = [remedy for remedy in offered if _statutory(remedy)]
    main = [remedy for remedy in offered if remedy.kind not in SMALL and not _statutory(remedy)]
    small = [remedy for remedy in offered if remedy.kind in SMALL and remedy.when is None]
    if matter.kind == "complaint" and not any(remedy.kind == "apology" for remedy in small):
        small.insert(0, APOLOGY)
    ways = [[one, *added, *small] for one in main[:MOST]] or [[*added, *small]]
    basis = Text(
        zh=f"手册：{playbook.label.zh}（{code.label.zh}）", en=f"Handbook: {playbook.label.en} ({code.label.en})"
    )
    return tuple(_suggestion(policy, matter, way, playbook.opening, basis, floor, role, granted) for way in ways if way)


def _statutory(remedy: Remedy) -> bool:
    return remedy.amount is not None and remedy.amount.of == "statutory_floor"


def _suggestion(
    policy: Policy,
    matter: Matter,
    way: Sequence[Remedy],
    opening: Text,
    basis: Text,
    floor: StatutoryFloor | None,
    role: str,
    granted: Granted,
) -> Suggestion:
    values = values_of(matter, floor)
    items = []
    for remedy in way:
        amount, ask = amount_of(remedy.amount, values)
        items.append(
            SuggestedItem(remedy.kind, remedy.what, remedy.basis, amount, remedy.points or 0, ask, remedy.when)
        )
    money = total(item.amount for item in items if item.amount is not None)
    counted = money + worth_of_points(policy, sum(item.points for item in items))
    because = [basis]
    if floor is not None:
        because.append(
            Text(
                zh=f"可能适用{floor.article_name.zh}：{floor.arithmetic.zh}",
                en=f"May apply: {floor.article_name.en}: {floor.arithmetic.en}",
            )
        )
    return Suggestion(
        items=tuple(items), amount=money, words=opening, authority=authority_for(policy, role=role, code=matter.code, amount=counted, granted=granted),
        floor=total_of(floor) if floor is not None else None, below_floor=floor is not None and money < total_of(floor), because=tuple(because),
    )  # fmt: skip
