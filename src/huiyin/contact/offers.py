"""What letters tell of proposals, surveys and visits. Read through the case's own relations: they belong to other stages."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from huiyin.cases.models import Case
from huiyin.contact import words
from huiyin.contact.letters import About
from huiyin.contact.rules import said_time


class Item(NamedTuple):
    """One remedy of a proposal."""

    kind: str
    amount: Decimal
    points: int
    note: str
    basis: str
    executed_at: datetime | None


class Offer(NamedTuple):
    """A proposal as letters speak of it."""

    id: int
    state: str
    words: str
    amount: Decimal
    offered_at: datetime | None
    items: tuple[Item, ...]


_FIELDS = ("id", "case_id", "state", "words", "amount", "offered_at")


def _read(**which: object) -> list[tuple[int, Offer]]:
    rows = list(
        Case.objects.filter(**{f"proposals__{key}": value for key, value in which.items()})
        .order_by("proposals__id")
        .values_list(*(f"proposals__{name}" for name in _FIELDS))
    )
    if not rows:
        return []
    items: dict[int, list[Item]] = {row[0]: [] for row in rows}
    fields = ("kind", "amount", "points", "note", "basis", "executed_at")
    found = Case.objects.filter(proposals__items__proposal__in=list(items)).order_by("proposals__items__id")
    for proposal, *values in found.values_list(
        "proposals__items__proposal_id", *(f"proposals__items__{name}" for name in fields)
    ):
        items[proposal].append(Item(*values))
    return [(row[1], Offer(row[0], row[2], row[3], row[4], row[5], tuple(items[row[0]]))) for row in rows]


def by_id(ids: Collection[int]) -> dict[int, Offer]:
    """Return these proposals by id."""
    return {offer.id: offer for _, offer in _read(id__in=list(ids))}


def accepted(case_ids: Collection[int]) -> dict[int, Offer]:
    """Return by case the proposals that were accepted and not carried out in full yet."""
    return dict(_read(case_id__in=list(case_ids), state="accepted"))


def last_of(case_id: int) -> Offer | None:
    """Return the latest proposal the customer has seen."""
    found = [offer for _, offer in _read(case_id=case_id, state__in=["offered", "accepted", "executed"])]
    return found[-1] if found else None


def survey_of(case_id: int) -> str:
    """Return the token of the case's latest survey; "" where there is none."""
    return (
        Case.objects.filter(id=case_id, surveys__isnull=False)
        .order_by("-surveys__id")
        .values_list("surveys__token", flat=True)
        .first()
        or ""
    )


def survey_tokens(ids: Collection[int]) -> dict[int, str]:
    """Return the tokens of these surveys."""
    return dict(Case.objects.filter(surveys__id__in=list(ids)).values_list("surveys__id", "surveys__token"))


def visit_of(case_id: int) -> datetime | None:
    """Return when the case's next visit is due."""
    return (
        Case.objects.filter(id=case_id, visits__due_at__isnull=False, visits__done_at__isnull=True)
        .order_by("visits__due_at")
        .values_list("visits__due_at", flat=True)
        .first()
    )


def values(case: About, offer: Offer | None, *, listed: bool = False) -> dict[str, str]:
    """Return what templates say of a proposal: proposal, amount, basis; `listed`: its remedies one a line."""
    if offer is None:
        return {"proposal": "—", "amount": words.NOTHING_TO_PAY.in_(case.locale), "basis": "—"}
    amount = f"¥{offer.amount:,.2f}" if offer.amount else words.NOTHING_TO_PAY.in_(case.locale)
    lines = [_line(case, item) for item in offer.items]
    return {
        "proposal": "\n".join(f"· {line}" for line in lines) if listed else _joined(case, lines),
        "amount": amount,
        "basis": _joined(case, list(dict.fromkeys(item.basis for item in offer.items if item.basis))) or "—",
    }


def _joined(case: About, parts: list[str]) -> str:
    return ("；" if case.locale.startswith("zh") else "; ").join(parts)


def execution(case: About, offer: Offer | None, now: datetime) -> str:
    """Return what was carried out, and when."""
    done = [item for item in offer.items if item.executed_at is not None] if offer else []
    if not done:
        return words.NOTHING_CARRIED_OUT.in_(case.locale)
    lines = [
        f"{_line(case, item)} ✓ {said_time(item.executed_at, case.locale, case.zone, now)}"
        for item in done
        if item.executed_at
    ]
    return _joined(case, lines)


def _line(case: About, item: Item) -> str:
    known = case.policy.remedy_kinds.get(item.kind)  # type: ignore[call-overload]
    parts = [known.label.in_(case.locale) if known else item.kind]
    if item.points:
        parts.append(f"{item.points:,}")
    elif item.amount:
        parts.append(f"¥{item.amount:,.2f}")
    line = " ".join(parts)
    joint = "：" if case.locale.startswith("zh") else ": "
    return f"{line}{joint}{item.note}" if item.note else line
