"""Law and standards as dated data (LE-1, RE-6): what is in force when, what it replaced, and the amounts it sets.

Every wording is a row with the days it is in force; an amended article is a new row and the old one stays, because a
case is judged by the rule of its own day. The system shows what may apply and leaves the conclusion to a person.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from huiyin.policy.schema.base import Check, Fault, Money, Part, Path, Text, Word
from huiyin.policy.schema.work import When

Basis = Literal["fraud", "unsafe-food", "known-harm"]


class Dated(Part):
    """Something in force from one day to another, both included; no last day: until further notice.
    `verified`: checked against a public copy of the text itself, not only read about elsewhere."""

    in_force_from: date
    in_force_to: date | None = None
    verified: bool

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.in_force_to and self.in_force_to < self.in_force_from:
            raise ValueError("it goes out of force before it comes into force")
        return self

    def in_force(self, on: date) -> bool:
        """Whether it applies on this day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


class Instrument(Dated):
    """A law, regulation, rule or standard. `replaced_by` names the instruments that took its place."""

    title: Text
    rank: Literal["law", "regulation", "rule", "standard"]
    source: Text
    replaced_by: tuple[str, ...] = ()


class Article(Dated):
    """One provision in our own words, what the system does about it, and the cases it may apply to."""

    law: str
    article: str | None = None
    title: Text
    summary: Text
    does: Text
    when: When | None = None


class Trap(Part):
    """What an old handbook still says, and what is right today."""

    old: Text
    until: date | None = None
    now: Text
    laws: tuple[str, ...] = ()


class FloorRow(Dated):
    """One wording of an amount the customer may claim on top of being made whole.

    The amount is the largest of `price_times` × price, `loss_times` × loss and `minimum`; with `range` true it is only
    the upper end, and a person decides how much.
    """

    law: str
    article: str
    price_times: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    loss_times: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    minimum: Money = Decimal(0)
    range: bool = False
    note: Text | None = None


class Floor(Part):
    """A ground for statutory compensation. `refunds_price`: the price goes back as well. `needs_loss`: without the
    amount of the loss nothing can be computed."""

    label: Text
    refunds_price: bool
    needs_loss: bool = False
    rows: Annotated[tuple[FloorRow, ...], Field(min_length=1)]


class PlatformPromise(Part):
    """A multiple the platform itself has published (“one fake, ten back”); above the statute it prevails."""

    label: Text
    basis: Basis
    price_times: Annotated[Decimal, Field(gt=0)]
    in_force_from: date
    in_force_to: date | None = None
    when: When | None = None

    def in_force(self, on: date) -> bool:
        """Whether it was promised on this day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


class Law(Part):
    """The catalogue."""

    instruments: dict[str, Instrument]
    articles: tuple[Article, ...]
    traps: tuple[Trap, ...]
    grounds: dict[str, Word]
    remedies: dict[str, Word]
    floors: dict[Basis, Floor]
    platform_promises: dict[str, PlatformPromise] = Field(default_factory=dict)

    def in_force(self, on: date) -> tuple[Article, ...]:
        """The provisions in force on a day."""
        return tuple(article for article in self.articles if article.in_force(on))

    def for_case(
        self,
        *,
        on: date,
        kind: str,
        code: int | None,
        group: str | None,
        flags: frozenset[str],
        level: int,
        channel: str,
    ) -> tuple[Article, ...]:
        """The provisions that may apply to a case received on this day; those without conditions are left out."""
        return tuple(
            article
            for article in self.in_force(on)
            if article.when is not None
            and article.when.holds(kind=kind, code=code, group=group, flags=flags, level=level, channel=channel)
        )

    def cite(self, key: str, article: str | None) -> Text:
        """How to name an article: 《消费者权益保护法》第55条第1款 / Consumer Rights Protection Law, art 55(1)."""
        title = self.instruments[key].title
        if article is None:
            return Text(zh=f"《{title.zh}》", en=title.en)
        return Text(zh=f"《{title.zh}》第{_article_zh(article)}", en=f"{title.en}, art {article}")


def _article_zh(article: str) -> str:
    number, _, paragraph = article.partition("(")
    return f"{number}条" + (f"第{paragraph.rstrip(')')}款" if paragraph else "")


class LawPolicy(Part):
    """The root key of law.yaml."""

    law: Law


def _instruments_known(policy: Any) -> Iterator[Fault]:
    law: Law = policy.law
    named: list[tuple[Path, str]] = []
    named += [(("law", "articles", place, "law"), article.law) for place, article in enumerate(law.articles)]
    for key, instrument in law.instruments.items():
        named += [(("law", "instruments", key, "replaced_by"), name) for name in instrument.replaced_by]
    for place, trap in enumerate(law.traps):
        named += [(("law", "traps", place, "laws"), name) for name in trap.laws]
    for basis, floor in law.floors.items():
        named += [(("law", "floors", basis, "rows", place, "law"), row.law) for place, row in enumerate(floor.rows)]
    for path, name in named:
        if name not in law.instruments:
            yield Fault(path, f'there is no instrument "{name}" in law.instruments')


def _floors_apart(policy: Any) -> Iterator[Fault]:
    for basis, floor in policy.law.floors.items():
        for place, row in enumerate(floor.rows):
            for other in floor.rows[:place]:
                if other.in_force(row.in_force_from) or row.in_force(other.in_force_from):
                    yield Fault(("law", "floors", basis, "rows", place), "in force on the same days as a row before it")


def _articles_within_their_law(policy: Any) -> Iterator[Fault]:
    for place, article in enumerate(policy.law.articles):
        instrument = policy.law.instruments.get(article.law)
        if instrument and instrument.in_force_to and not article.in_force_to:
            yield Fault(("law", "articles", place), f"the article has no end but “{instrument.title.en}” was repealed")


def _statutes_named(policy: Any) -> Iterator[Fault]:
    for key, clock in policy.statute_clocks.items():
        for place, row in enumerate(clock.rows):
            if row.law not in policy.law.instruments:
                path = ("statute_clocks", key, "rows", place, "law")
                yield Fault(path, f'there is no instrument "{row.law}" in law.instruments')


CHECKS = (
    Check(("law",), _instruments_known),
    Check(("law",), _floors_apart),
    Check(("law",), _articles_within_their_law),
    Check(("law", "statute_clocks"), _statutes_named),
)

REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("flag", "flags", ("law/articles/*/when/flags/*", "law/platform_promises/*/when/flags/*")),
)
CODE_SETS: tuple[tuple[str, tuple[str, ...]], ...] = (("law", ("articles", "*", "when", "codes")),)
