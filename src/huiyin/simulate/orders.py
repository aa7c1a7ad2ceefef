"""The order book of the simulated shop: what was bought, by whom, who carries it, and how to find the orders people speak of."""

import json
import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.kernel.bulk import copy_rows
from huiyin.simulate.days import busyness, drawn

COLUMNS = (
    "number", "placed_at", "signed_at", "amount", "items", "product", "brand", "merchant", "supplier", "carrier", "tracking", "region", "store", "well_known_brand",
)  # fmt: skip
OFFLINE = 0.02


@dataclass(frozen=True, slots=True)
class Bought:
    """One order, as much of it as the simulation needs."""

    number: str
    placed_at: datetime
    signed_at: datetime
    goods: Mapping[str, Any]
    pieces: int
    batch: str
    carrier: str
    region: str
    store: str
    buyer: int

    @property
    def amount(self) -> Decimal:
        """What was paid, in CNY."""
        return (Decimal(str(self.goods["price"])) * self.pieces).quantize(Decimal("0.01"))

    def row(self) -> Sequence[Any]:
        """Return the order's row of the order book."""
        goods = self.goods
        items = [{"product": goods["name"], "quantity": self.pieces, "price": str(goods["price"]), "batch": self.batch}]
        return (
            self.number, self.placed_at, self.signed_at, self.amount, json.dumps(items, ensure_ascii=False), goods["name"], goods["brand"], goods["merchant"],
            goods["supplier"], self.carrier, f"YD{self.number[2:]}", self.region, self.store, bool(goods.get("known")),
        )  # fmt: skip


class Weighted:
    """Draws from things with weights."""

    def __init__(self, weights: Mapping[Any, float]) -> None:
        self._things = list(weights)
        self._weights = list(accumulate(weights.values()))

    def draw(self, chance: random.Random) -> Any:
        """Return one of the things."""
        return self._things[bisect_left(self._weights, chance.random() * self._weights[-1])]


class OrderBook:
    """All orders of the simulated time, by day."""

    def __init__(
        self,
        shop: Mapping[str, Any],
        days: Sequence[date],
        *,
        buyers: int,
        zone: ZoneInfo,
        now: datetime,
        chance: random.Random,
    ) -> None:
        self._shop, self._zone, self._now, self._chance, self._buyers = shop, zone, now, chance, buyers
        self._goods = Weighted({number: goods["share"] for number, goods in enumerate(shop["goods"])})
        self._carriers, self._regions = Weighted(shop["carriers"]), Weighted(shop["regions"])
        self._count = 0
        self.of_day = {day: list(self._day(day)) for day in days}

    def _day(self, day: date) -> Iterator[Bought]:
        for _ in range(drawn(self._chance, self._shop["orders_a_day"] * busyness(day, self._shop))):
            order = self._order(day)
            if order.placed_at <= self._now:
                yield order

    def _order(self, day: date) -> Bought:
        chance, goods = self._chance, self._shop["goods"][self._goods.draw(self._chance)]
        placed = datetime.combine(
            day, time(chance.randrange(7, 24), chance.randrange(60), chance.randrange(60)), tzinfo=self._zone
        )
        store = chance.choice(self._shop["stores"]) if chance.random() < OFFLINE else ""
        carrier = (
            "冷链优鲜"
            if goods["kind"] == "fresh"
            else "大件帮"
            if goods["kind"] == "furniture"
            else self._carriers.draw(chance)
        )
        signed = placed if store else placed + timedelta(hours=chance.uniform(20, 90))
        self._count += 1
        return Bought(
            number=f"DD{day:%y%m%d}{self._count:06}", placed_at=placed, signed_at=signed, goods=goods, pieces=1 if goods["price"] > 200 or chance.random() < 0.8 else 2,
            batch=self._batch(goods, day), carrier="" if store else carrier, region=self._regions.draw(chance), store=store, buyer=chance.randrange(self._buyers),
        )  # fmt: skip

    def _batch(self, goods: Mapping[str, Any], day: date) -> str:
        for problem in self._shop["problems"]:
            if (
                problem.get("goods") == goods["name"]
                and day >= (self._now - timedelta(days=problem["since_days"])).astimezone(self._zone).date()
            ):
                return str(problem["batch"])
        return f"{sum(map(ord, goods['brand'])) % 90 + 10}{day:%y%m}A"

    def write(self) -> int:
        """Put the orders into the order book and return how many there are. What has not arrived yet has not been signed for."""
        orders = [order for orders in self.of_day.values() for order in orders]
        rows = ([*row[:2], row[2] if row[2] <= self._now else None, *row[3:]] for row in map(Bought.row, orders))
        copy_rows("cases_order", COLUMNS, rows)
        return len(orders)

    def some_before(self, moment: datetime) -> Bought | None:
        """Return an order somebody may speak of at this moment: most were signed for in the last days."""
        day = moment.astimezone(self._zone).date() - timedelta(days=min(30, round(self._chance.expovariate(1 / 4)) + 1))
        orders = self.of_day.get(day)
        return self._chance.choice(orders) if orders else None

    def struck_by(self, problem: Mapping[str, Any]) -> Iterator[Bought]:
        """Yield the orders whose buyers will complain of a planted problem."""
        since = self._now - timedelta(days=problem["since_days"])
        for orders in self.of_day.values():
            for order in orders:
                if (
                    order.placed_at >= since
                    and self._concerned(order, problem)
                    and self._chance.random() < problem["share"]
                ):
                    yield order

    @staticmethod
    def _concerned(order: Bought, problem: Mapping[str, Any]) -> bool:
        if "goods" in problem:
            return bool(order.goods["name"] == problem["goods"])
        return bool(order.carrier == problem["carrier"] and order.region == problem["region"])
