"""`huiyin law floor`: the least the law gives a customer, from the terminal."""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import click

from huiyin.kernel.clock import now
from huiyin.kernel.errors import HuiyinError
from huiyin.policy.load import load_default
from huiyin.remedy.floor import BASES, StatutoryFloor, statutory_floor


class Money(click.ParamType[Decimal]):
    """An amount such as 99 or 1280.50."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read the amount, refusing anything that is not a plain number."""
        try:
            amount = Decimal(str(value).strip())
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            self.fail(f"“{value}” is not an amount of money; write for example 99 or 1280.50", param, ctx)
        return amount


class Day(click.ParamType[date]):
    """A date such as 2026-03-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"“{value}” is not a date; write for example 2026-03-01", param, ctx)


@click.group("law")
def law() -> None:
    """What the law may give a customer."""


@law.command("floor")
@click.option("--basis", type=click.Choice(BASES), required=True, help="On what ground.")
@click.option("--price", type=Money(), help="Price paid, in CNY.")
@click.option("--loss", type=Money(), default="0", show_default=True, help="Loss suffered, in CNY.")
@click.option("--on", "on", type=Day(), help="Day by whose law it is judged; today by default.")
@click.option("--promise-times", type=Money(), default="0", help="Multiple of the price the platform has promised.")
@click.option("--locale", default="en", help="en or zh.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def floor(
    basis: str,
    price: Decimal | None,
    loss: Decimal,
    on: date | None,
    promise_times: Decimal,
    locale: str,
    as_json: bool,
) -> None:
    """The least that may be claimed, with the article and the arithmetic. It may apply: a person decides whether."""
    policy = load_default()
    rule = policy.law.floors[basis]  # type: ignore[index]
    if price is None and rule.refunds_price:
        raise click.UsageError("Give the price paid with --price.")
    today = on or now().astimezone(ZoneInfo(policy.meta.timezone)).date()
    try:
        found = statutory_floor(
            policy.law, basis=basis, price=price or Decimal(0), loss=loss, on=today, promise_times=promise_times
        )
    except HuiyinError as error:
        raise click.UsageError(str(error)) from None
    click.echo(json.dumps(as_data(found, locale), ensure_ascii=False) if as_json else _in_words(found, locale))


def as_data(found: StatutoryFloor, locale: str) -> dict[str, str]:
    """The result with money as decimal strings; `up_to` only where the law gives a range."""
    data = {
        "refund": str(found.refund),
        "floor": str(found.floor),
        "article": found.article_name.in_(locale),
        "arithmetic": found.arithmetic.in_(locale),
    }
    return data | ({"up_to": str(found.up_to)} if found.up_to is not None else {})


def _in_words(found: StatutoryFloor, locale: str) -> str:
    zh = locale.lower().startswith("zh")
    amount = f"{found.floor}–{found.up_to}" if found.up_to is not None else str(found.floor)
    lines = (
        (f"可能适用：{found.article_name.zh}", f"金额：{amount} 元", f"退款：{found.refund} 元", found.arithmetic.zh)
        if zh
        else (
            f"may apply: {found.article_name.en}",
            f"amount:    {amount} CNY",
            f"refund:    {found.refund} CNY",
            found.arithmetic.en,
        )
    )
    return "\n".join(lines)
