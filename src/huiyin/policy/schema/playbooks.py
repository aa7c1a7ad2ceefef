"""How each kind of matter is handled: what to say, do, keep as evidence and offer (RE-1, RE-2)."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.policy.schema.base import Check, Fault, Key, Money, Part, Percent, Positive, Text
from huiyin.policy.schema.codes import CodesPolicy
from huiyin.policy.schema.vocabulary import RemedyKind

Formula = Literal["order_total", "item_price", "freight", "price_difference", "overcharge", "loss", "statutory_floor"]
"""An amount that comes from the case: what was paid, what was lost, what the law requires at least."""


class Amount(Part):
    """An amount: fixed, a percentage of a formula, or the formula itself; kept between `least` and `most`."""

    fixed: Money | None = None
    percent: Percent | None = None
    of: Formula | None = None
    least: Money | None = None
    most: Money | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.fixed is None) == (self.of is None):
            raise ValueError(
                "an amount is either fixed or taken of something (of: item_price …), not both and not none"
            )
        if self.percent is not None and self.of is None:
            raise ValueError("percent needs to say of what (of: item_price …)")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"least {self.least} is more than most {self.most}")
        return self


class Remedy(Part):
    """One thing offered. `points` is for remedies of kind points, `amount` for those that cost money."""

    kind: RemedyKind
    what: Text
    amount: Amount | None = None
    points: Positive | None = None
    when: Text | None = None
    basis: Text


class Playbook(Part):
    """How a kind of matter is handled: what to say first, what to do, what to take as evidence, what to offer."""

    label: Text
    opening: Text
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    evidence: tuple[Text, ...] = ()
    remedies: Annotated[tuple[Remedy, ...], Field(min_length=1)]
    improve: Text | None = None


class PlaybooksPolicy(Part):
    """The root key of playbooks.yaml. Keys are codes, groups of codes, or keys of ranges."""

    playbooks: dict[Key, Playbook]

    def playbook_for(self, code: int | None, group: str | None, range_key: str | None) -> Playbook | None:
        """The playbook of the code, else of its group, else of its range."""
        for key in (str(code), group, range_key):
            if key is not None and key in self.playbooks:
                return self.playbooks[key]
        return None


class _Playbooks(CodesPolicy, PlaybooksPolicy):
    """What the check below looks at."""


def _playbooks_for_all(policy: _Playbooks) -> Iterator[Fault]:
    known = {str(code.code) for code in policy.codes} | set(policy.groups)
    known |= {span.key for span in policy.ranges.values()}
    for key in policy.playbooks:
        if key not in known:
            yield Fault(("playbooks", key), f'"{key}" is no code, group or range of codes.yaml')
    for code in policy.codes:
        span = next((s for s in policy.ranges.values() if s.first <= code.code <= s.last), None)
        if span and not code.retired and policy.playbook_for(code.code, code.group, span.key) is None:
            yield Fault(("playbooks",), f"no playbook covers code {code.code} ({code.label.en})")


CHECKS = (Check(("playbooks", "ranges", "codes"), _playbooks_for_all),)
