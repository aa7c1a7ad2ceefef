"""What may be offered, by whom, on which basis (RE-1 … RE-6)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.policy.schema.base import (
    Check,
    CodeSet,
    Count,
    Fault,
    Key,
    Money,
    Part,
    Path,
    Percent,
    Positive,
    Text,
    holds,
)
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
            raise ValueError("an amount is either fixed or taken of something (of: item_price …), not both and not none")
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


class Limit(Part):
    """How much a role may grant without asking; the codes it is for, or `all`. The narrowest entry counts."""

    role: str
    codes: CodeSet = ()
    ranges: tuple[str, ...] = ()
    all: bool = False
    per_case: Money
    per_day: Money

    @model_validator(mode="after")
    def _says_for_what(self) -> Self:
        if not (self.all or self.codes or self.ranges):
            raise ValueError("say what the limit is for: codes, ranges, or all: true")
        if self.per_day < self.per_case:
            raise ValueError(f"per_day {self.per_day} is less than per_case {self.per_case}")
        return self


class Silence(Part):
    """What happens when the customer does not answer a proposal: remind, then act (RE-4)."""

    remind_after_days: tuple[Positive, ...]
    days: Positive
    then: Literal["close", "remind", "call"]
    because: Text


class Budget(Part):
    """Money spent on remedies a month, and the share of it from which people are told."""

    monthly: Money
    warn_at_percent: Percent
    tell_roles: tuple[str, ...]


class Voting(Part):
    """Putting several solutions to the affected customers (RE-5)."""

    days: Positive
    at_least_customers: Positive
    options_at_most: Annotated[int, Field(ge=2, le=10)]
    quorum_percent: Percent


class RemedyPolicy(Part):
    """The root keys of remedy.yaml."""

    ladder: Annotated[tuple[str, ...], Field(min_length=1)]
    authority: tuple[Limit, ...]
    four_eyes_above: Money
    budget: Budget
    silence: Silence
    execute_before_acceptance: tuple[str, ...]
    voting: Voting
    playbooks: dict[Key, Playbook]

    def limit_for(self, role: str, code: int | None, range_key: str | None) -> Limit | None:
        """The limit of `role` for a code: one that names the code before one for its range before one for all."""
        mine = [limit for limit in self.authority if limit.role == role]
        by_code = (limit for limit in mine if holds(limit.codes, code))
        by_range = (limit for limit in mine if range_key is not None and range_key in limit.ranges)
        return next(by_code, None) or next(by_range, None) or next((limit for limit in mine if limit.all), None)

    def playbook_for(self, code: int | None, group: str | None, range_key: str | None) -> Playbook | None:
        """The playbook of the code, else of its group, else of its range."""
        for key in (str(code), group, range_key):
            if key is not None and key in self.playbooks:
                return self.playbooks[key]
        return None


class _Remedies(CodesPolicy, RemedyPolicy):
    """What the checks below look at."""


def _limits_rise(policy: _Remedies) -> Iterator[Fault]:
    """Up the ladder no limit may shrink, for any code; and no rung may be left without one."""
    told: set[Path] = set()
    for code in policy.codes:
        lower: Limit | None = None
        for role in policy.ladder:
            try:
                limit = policy.limit_for(role, code.code, policy.range_of(code.code).key)
            except KeyError:
                continue
            if limit is None:
                fault = Fault(("ladder", policy.ladder.index(role)), f'role "{role}" has no limit for code {code.code}')
            elif lower is not None and (limit.per_case < lower.per_case or limit.per_day < lower.per_day):
                fault = _shrinks(policy, limit, lower, code.code)
            else:
                lower = limit
                continue
            lower = limit or lower
            if fault.path not in told:
                told.add(fault.path)
                yield fault


def _shrinks(policy: _Remedies, limit: Limit, lower: Limit, code: int) -> Fault:
    which = "per_case" if limit.per_case < lower.per_case else "per_day"
    mine: Decimal = getattr(limit, which)
    theirs: Decimal = getattr(lower, which)
    place = policy.authority.index(limit)
    reason = f'"{limit.role}" may grant {mine} for code {code}, less than "{lower.role}" below it ({theirs})'
    return Fault(("authority", place, which), reason)


def _playbooks_for_all(policy: _Remedies) -> Iterator[Fault]:
    known = {str(code.code) for code in policy.codes} | set(policy.groups)
    known |= {span.key for span in policy.ranges.values()}
    for key in policy.playbooks:
        if key not in known:
            yield Fault(("playbooks", key), f'"{key}" is no code, group or range of codes.yaml')
    for code in policy.codes:
        span = next((s for s in policy.ranges.values() if s.first <= code.code <= s.last), None)
        if span and not code.retired and policy.playbook_for(code.code, code.group, span.key) is None:
            yield Fault(("playbooks",), f"no playbook covers code {code.code} ({code.label.en})")


CHECKS = (
    Check(("ladder", "authority", "ranges", "codes"), _limits_rise),
    Check(("playbooks", "ranges", "codes"), _playbooks_for_all),
)
