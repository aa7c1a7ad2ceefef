"""Small building blocks every topic of the policy uses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Path = tuple[str | int, ...]
"""Where a value stands in the policy, from the root key down: ``("routes", 3, "department")``."""


class Part(BaseModel):
    """A frozen piece of policy that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Part):
    """The same words in Chinese and English."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def in_(self, locale: str) -> str:
        """Chinese for any locale that begins with ``zh``, English for every other."""
        return self.zh if locale.lower().startswith("zh") else self.en


class Word(Part):
    """A term of the policy and what it means."""

    label: Text
    means: Text


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a policy: where, and why in plain words."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Check:
    """A rule between parts of the policy; it runs when the root keys it needs are valid by themselves."""

    needs: tuple[str, ...]
    run: Callable[[Any], Iterator[Fault]]


def _codes(value: object) -> object:
    """Turn ``1401`` and ``"1401-1499"`` into (first, last) pairs, leaving anything else for the type check."""
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(_code_span(item) for item in items)


def _code_span(item: object) -> object:
    if isinstance(item, int) and not isinstance(item, bool):
        return (item, item)
    if isinstance(item, str):
        found = re.fullmatch(r"\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*", item)
        if not found:
            raise ValueError(f'"{item}" is not a code such as 1401 nor a range such as 1401-1499')
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise ValueError(f'"{item}" runs backwards')
        return (first, last)
    return item


CodeSet = Annotated[tuple[tuple[int, int], ...], BeforeValidator(_codes)]
"""Codes and ranges of codes: ``[1401, "2001-2999"]`` or a single one; held as (first, last) pairs."""


def holds(codes: tuple[tuple[int, int], ...], code: int | None) -> bool:
    """Whether `code` is in the set; nothing is in an empty set."""
    return code is not None and any(first <= code <= last for first, last in codes)


def _key(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Key = Annotated[str, BeforeValidator(_key)]
"""A dictionary key that may be written as a bare number in YAML."""

Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
"""CNY, never negative, at most two decimal places."""

Percent = Annotated[Decimal, Field(ge=0, le=100)]
LEVELS: tuple[Literal[1, 2, 3, 4], ...] = (1, 2, 3, 4)

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
