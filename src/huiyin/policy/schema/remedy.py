"""What may be offered, by whom, on which basis (RE-1 … RE-6)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.policy.schema.base import Check, CodeSet, Fault, Money, Part, Path, Percent, Positive, Text, holds
from huiyin.policy.schema.codes import CodesPolicy
from huiyin.policy.schema.roles import RolesPolicy


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

    def limit_for(self, role: str, code: int | None, range_key: str | None) -> Limit | None:
        """The limit of `role` for a code: one that names the code before one for its range before one for all."""
        mine = [limit for limit in self.authority if limit.role == role]
        by_code = (limit for limit in mine if holds(limit.codes, code))
        by_range = (limit for limit in mine if range_key is not None and range_key in limit.ranges)
        return next(by_code, None) or next(by_range, None) or next((limit for limit in mine if limit.all), None)


class _Remedies(CodesPolicy, RolesPolicy, RemedyPolicy):
    """What the checks below look at."""


def _limits_rise(policy: _Remedies) -> Iterator[Fault]:
    """Up the ladder no limit may shrink, for any code; and no rung may be left without one."""
    told: set[Path] = set()
    known = [role for role in policy.ladder if role in policy.roles]  # an unknown role is a mistake of its own
    for code in policy.codes:
        lower: Limit | None = None
        for role in known:
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


CHECKS = (Check(("ladder", "authority", "ranges", "codes", "roles"), _limits_rise),)
