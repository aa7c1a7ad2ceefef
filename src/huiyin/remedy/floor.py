"""The least the law gives a customer, so that no proposal stays below it (RE-6).

It says what may apply and shows the arithmetic. Whether there was fraud, unsafe food or a known defect is for a person
to find.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import get_args

from huiyin.kernel.errors import BadInput
from huiyin.policy.schema.base import Text
from huiyin.policy.schema.law import Basis, Floor, FloorRow, Law

BASES: tuple[str, ...] = get_args(Basis)
_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 10


@dataclass(frozen=True, slots=True)
class StatutoryFloor:
    """Amounts in CNY, two places. `refund`: the price that goes back. `floor`: the least that may be claimed on top of
    refund and loss. `up_to`: the most, where the law gives a range and a person decides; then `floor` is 0.00.
    `article_name`: what it rests on."""

    basis: str
    refund: Decimal
    loss: Decimal
    floor: Decimal
    up_to: Decimal | None
    article_name: Text
    arithmetic: Text

    @property
    def article(self) -> str:
        """What it rests on, in English."""
        return self.article_name.en

    @property
    def person_decides(self) -> bool:
        """Whether the amount lies in a range only a person can narrow down."""
        return self.up_to is not None


def statutory_floor(
    law: Law,
    *,
    basis: str,
    price: Decimal,
    loss: Decimal = Decimal(0),
    on: date,
    promise_times: Decimal = Decimal(0),
) -> StatutoryFloor:
    """What the rule in force on the day `on` gives for a price paid and a loss suffered, in CNY.

    `promise_times`: a multiple of the price the platform has promised for this very case; published ones of the
    policy without conditions of their own are counted in anyway. The larger of statute and promise prevails. Raises
    BadInput for an unknown basis, no rule in force, negative or endless amounts, or a missing loss.
    """
    if basis not in law.floors:
        raise BadInput("There is no basis “{basis}”; there are: {known}.", basis=basis, known=", ".join(law.floors))
    rule: Floor = law.floors[basis]
    row = next((row for row in rule.rows if row.in_force(on)), None)
    if row is None:
        first = min(row.in_force_from for row in rule.rows)
        raise BadInput(
            "No rule on “{ground}” was in force on {on}; the first came into force on {first}.",
            ground=rule.label,
            on=on,
            first=first,
        )
    price, loss = _money("price", price), _money("loss", loss)
    if rule.needs_loss and not loss:
        raise BadInput("For “{ground}” the amount of the loss is needed.", ground=rule.label)
    amount, zh, en = _largest(row, price, loss)
    times, promised = _promise(law, basis, on, promise_times)
    if times and not row.range:
        ours = _up(price * times)
        zh += f"；平台承诺 {promised.zh} {price}×{_plain(times)} = {ours}"
        en += f"; the platform's promise, {promised.en}, {price} × {_plain(times)} = {ours}"
        amount = max(amount, ours)
    return _result(law, rule, basis, row, price, loss, amount, zh, en)


def _result(
    law: Law, rule: Floor, basis: str, row: FloorRow, price: Decimal, loss: Decimal, amount: Decimal, zh: str, en: str
) -> StatutoryFloor:
    refund = price if rule.refunds_price else Decimal("0.00")
    if row.range:
        zh, en = f"{zh}，最多 {amount}", f"{en}, up to {amount}"
    else:
        zh, en = f"{zh}，取较大者 {amount}", f"{en}, the larger holds: {amount}"
    if refund:
        zh, en = f"{zh}；另退价款 {refund}", f"{en}; and the price {refund} back"
    if loss and (row.loss_times or not rule.refunds_price):
        zh, en = f"{zh}；另赔损失 {loss}", f"{en}; and the loss {loss} made good"
    if row.note:
        zh, en = f"{zh}。{row.note.zh}", f"{en}. {row.note.en}"
    name = law.cite(row.law, row.article)
    floor, up_to = (Decimal("0.00"), amount) if row.range else (amount, None)
    return StatutoryFloor(basis, refund, loss, floor, up_to, name, Text(zh=zh, en=en))


def _largest(row: FloorRow, price: Decimal, loss: Decimal) -> tuple[Decimal, str, str]:
    """The largest of the row's amounts, and how each was reached."""
    amounts: list[Decimal] = []
    zh: list[str] = []
    en: list[str] = []
    for times, base, word in ((row.price_times, price, "价款"), (row.loss_times, loss, "损失")):
        if times:
            amounts.append(_up(base * times))
            zh.append(f"{word} {base}×{_plain(times)} = {amounts[-1]}")
            english = "price" if word == "价款" else "loss"
            en.append(f"{english} {base} × {_plain(times)} = {amounts[-1]}")
    if row.minimum:
        amounts.append(_up(row.minimum))
        zh.append(f"不少于 {amounts[-1]}")
        en.append(f"at least {amounts[-1]}")
    return max(amounts, default=Decimal("0.00")), "，".join(zh), ", ".join(en)


def _promise(law: Law, basis: str, on: date, given: Decimal) -> tuple[Decimal, Text]:
    """The largest multiple promised, and its name."""
    best, name = given, Text(zh="本案承诺", en="made for this case")
    for promise in law.platform_promises.values():
        if promise.basis == basis and promise.when is None and promise.in_force(on) and promise.price_times > best:
            best, name = promise.price_times, promise.label
    return best, name


def _money(what: str, value: Decimal) -> Decimal:
    if not value.is_finite():
        raise BadInput("The {what} “{value}” is not an amount of money.", what=what, value=value)
    if not 0 <= value < _MOST:
        raise BadInput(
            "The {what} {value} is out of range; it lies between 0 and ten thousand million.", what=what, value=value
        )
    amount = value.quantize(_CENT)
    if amount != value:
        raise BadInput("The {what} {value} has more than two decimal places.", what=what, value=value)
    return amount


def _up(amount: Decimal) -> Decimal:
    """To the cent, in the customer's favour."""
    return amount.quantize(_CENT, rounding=ROUND_CEILING)


def _plain(times: Decimal) -> str:
    return f"{times.normalize():f}"
