"""What customers say: of the goods they ordered in words written for this shop, of everything else from our own corpus of texts."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from huiyin.simulate.orders import Bought, Weighted

CORPUS = (
    "zh_logistics_payment.tsv",
    "zh_service_other.tsv",
    "zh_product.tsv",
    "zh_praise.tsv",
    "zh_more.tsv",
    "en.tsv",
    "en_more.tsv",
)
ABOUT_GOODS = 1


@dataclass(frozen=True, slots=True)
class Said:
    """A text and what it truly is: the simulated staff know it, the program has to find out. `code` is None for praise."""

    text: str
    locale: str
    kind: str
    code: int | None
    level: int


def _read_corpus() -> list[Said]:
    found = []
    folder = resources.files("huiyin.triage") / "corpus"
    for name in CORPUS:
        locale = "en" if name.startswith("en") else "zh-hans"
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) == 7 and cells[2].isdigit():
                found.append(
                    Said(cells[6], locale, cells[0], int(cells[1]) if cells[1].isdigit() else None, int(cells[2]))
                )
    return found


class Voices:
    """Puts words into the mouths of customers."""

    def __init__(self, shop: Mapping[str, Any], sayings: Mapping[str, Any], chance: random.Random) -> None:
        self._sayings, self._chance = sayings, chance
        self._kinds, self._ranges = Weighted(shop["kinds"]), Weighted(shop["ranges"])
        self._texts: dict[tuple[str, str, int], list[Said]] = {}
        for said in _read_corpus():
            key = (said.locale, said.kind, said.code // 1000 if said.code and said.kind == "complaint" else 0)
            self._texts.setdefault(key, []).append(said)

    def speak(self, order: Bought | None, *, english: bool) -> Said:
        """Return something a customer with (or without) this order may say."""
        kind = self._kinds.draw(self._chance)
        topic = int(self._ranges.draw(self._chance)) if kind == "complaint" else 0
        if order is not None and topic == ABOUT_GOODS:
            return self.of_goods(str(order.goods["kind"]), order, english=english)
        return self._chance.choice(self._texts["en" if english else "zh-hans", kind, topic])

    def of_goods(self, about: str, order: Bought, *, english: bool) -> Said:
        """Return a complaint about this article, made of an opening, what is wrong, and what is wanted."""
        code, level, zh, en = self._chance.choice(self._sayings["goods"][about])
        language = "en" if english else "zh"
        opener, closer = (self._chance.choice(self._sayings[part][language]) for part in ("openers", "closers"))
        article = order.goods["en"] if english else self._short(str(order.goods["name"]))
        body = (en if english else zh).replace("{goods}", article)
        return Said(f"{opener}{body}{closer}", "en" if english else "zh-hans", "complaint", code, level)

    def _short(self, name: str) -> str:
        """People rarely write the whole name of what they bought."""
        return (
            name
            if self._chance.random() < 0.4
            else name.rsplit(" ", maxsplit=1)[-1]
            if self._chance.random() < 0.5
            else name.split(" ", maxsplit=1)[-1]
        )

    def demand(self, said: Said) -> str:
        """Return what a complaining customer wants; empty for half of them."""
        if said.kind != "complaint" or said.code is None or self._chance.random() < 0.5:
            return ""
        return str(
            self._chance.choice(self._sayings["demands"][said.code // 1000])["en" if said.locale == "en" else "zh"]
        )
