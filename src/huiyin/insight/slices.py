"""Which cases a number is of: what the reader chose to see, and what he may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huiyin.kernel.errors import BadInput
from huiyin.people.actors import Actor
from huiyin.people.permissions import Scope, require, scope_of

DIMENSIONS: Final = {
    "kind": "f.kind", "channel": "f.channel", "department": "f.department", "category": "f.category", "code": "f.code", "level": "f.level",
    "product": "f.product", "merchant": "f.merchant", "brand": "f.brand", "carrier": "f.carrier", "supplier": "f.supplier", "region": "f.region",
    "store": "f.store", "owner": "f.owner_id",
}  # fmt: skip
"""What a number can be split and filtered by."""

_LOCAL: Final = "(f.received_at AT TIME ZONE %(zone)s)"
MOMENT_FILTERS: Final = {
    "day": f"{_LOCAL}::date = %(f_day)s",
    "weekday": f"extract(isodow FROM {_LOCAL}) = %(f_weekday)s",
    "hour": f"extract(hour FROM {_LOCAL}) = %(f_hour)s",
    "age": "f.received_at <= %(until)s - %(f_age_from)s * interval '1 day' AND f.received_at > %(until)s - %(f_age_to)s * interval '1 day'",
}
"""Where a chart leads: a day, a weekday (1 Monday – 7), an hour (0–23), an age in days such as 1-3."""

AGES: Final = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, 100_000))
NUMBERS: Final = frozenset({"category", "code", "level", "owner", "weekday", "hour"})
LENGTH: Final = 120
TOP: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Slice:
    """The cases a reader looks at: his reach, and filters as (name, value) pairs in order of name."""

    department: str | None = None
    owner: int | None = None
    filters: tuple[tuple[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """The same for the same cases: to keep results under."""
        return repr((self.department, self.owner, self.filters))

    def where(self) -> tuple[str, dict[str, Any]]:
        """Return the SQL condition and its parameters (the zone of `day`, `weekday`, `hour` is the query's)."""
        conditions, values = ["true"], dict[str, Any]()
        if self.department is not None:
            conditions.append("f.department = %(own_department)s")
            values["own_department"] = self.department
        if self.owner is not None:
            conditions.append("f.owner_id = %(own_id)s")
            values["own_id"] = self.owner
        for name, value in self.filters:
            if name in DIMENSIONS:
                conditions.append(f"{DIMENSIONS[name]} = %(f_{name})s")
                values[f"f_{name}"] = value
            elif name == "age":
                conditions.append(MOMENT_FILTERS[name])
                values["f_age_from"], values["f_age_to"] = value
            else:
                conditions.append(MOMENT_FILTERS[name])
                values[f"f_{name}"] = value
        return " AND ".join(conditions), values

    def with_filter(self, **more: Any) -> "Slice":
        """Return the same reach with further filters."""
        return Slice(self.department, self.owner, tuple(sorted((dict(self.filters) | more).items())))


def reach(actor: Actor, permission: str = "dashboard.view") -> Slice:
    """Return the cases this actor may count: as far as `permission` and seeing the cases themselves both reach.

    Raises:
        Forbidden: his role has not the permission at all.
    """
    require(actor, permission)
    require(actor, "case.view")
    scope = min(scope_of(actor, permission), scope_of(actor, "case.view"))
    if scope is Scope.ALL:
        return Slice()
    return Slice(department=actor.department) if scope is Scope.DEPARTMENT else Slice(owner=actor.user_id or 0)


def read_filters(given: Mapping[str, str]) -> tuple[tuple[str, Any], ...]:
    """Read filters as they stand in an address; empty ones are left out, other names are not ours.

    Raises:
        BadInput: a value is no number where one is due, or cannot be one of that kind.
    """
    found: dict[str, Any] = {}
    for name in (*DIMENSIONS, *MOMENT_FILTERS):
        text = (given.get(name) or "").strip()[:LENGTH]
        if text:
            found[name] = _read(name, text)
    return tuple(sorted(found.items()))


def _read(name: str, text: str) -> Any:
    try:
        if name in NUMBERS:
            number = int(text)
            if not 0 <= number <= TOP:
                raise ValueError(text)
            return number
        if name == "day":
            return date.fromisoformat(text)
        if name == "age":
            first, _, last = text.partition("-")
            return next((low, high) for low, high in AGES if (str(low), str(high)) == (first, last))
    except (ValueError, StopIteration):
        raise BadInput("“{text}” does not fit the filter “{name}”.", text=text, name=name) from None
    if "\x00" in text:
        raise BadInput("The filter “{name}” holds a character that cannot be searched for.", name=name)
    return text
