"""Pages of a list by key set: the next page begins after the last row shown, so that page 1,000 costs no more than page 1."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from huiyin.kernel.errors import BadInput

T = TypeVar("T", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order. Empty values of an ascending column come last, as PostgreSQL has it."""

    name: str
    down: bool = False

    def order(self, *, backwards: bool) -> OrderBy:
        """Return the ORDER BY term, for reading forwards or backwards."""
        down = self.down != backwards
        return OrderBy(F(self.name), descending=down)

    def beyond(self, value: Any, *, backwards: bool) -> Q:
        """Return what holds for rows that come after `value` in reading direction, by this column alone."""
        down = self.down != backwards
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if down else Q(pk__in=[])
        further = Q(**{f"{self.name}__{'lt' if down else 'gt'}": value})
        return further if down else further | Q(**{f"{self.name}__isnull": True})

    def same(self, value: Any) -> Q:
        """Return what holds for rows with this very value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of a page, and the cursors of its neighbours; empty where there is none."""

    rows: list[T]
    newer: str = ""
    older: str = ""


NEWEST: tuple[Key, ...] = (Key("id", down=True),)
URGENT: tuple[Key, ...] = (Key("priority", down=True), Key("due_at"), Key("id"))
DUE: tuple[Key, ...] = (Key("due_at"), Key("id"))


def cut(rows: QuerySet[T], keys: Sequence[Key], *, size: int, older: str = "", newer: str = "") -> Page[T]:
    """Return one page of `rows` in the order of `keys`: the first, or the one after `older` or before `newer`.

    Raises:
        BadInput: the cursor is none of ours.
    """
    backwards = bool(newer)
    cursor = _read(newer or older, keys) if newer or older else None
    if cursor is not None:
        rows = rows.filter(_after(keys, cursor, backwards=backwards))
    found = list(rows.order_by(*(key.order(backwards=backwards) for key in keys))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    before = more if backwards else cursor is not None
    after = True if backwards else more
    return Page(found, _write(found[0], keys) if before else "", _write(found[-1], keys) if after else "")


def _after(keys: Sequence[Key], values: Sequence[Any], *, backwards: bool) -> Q:
    found = Q(pk__in=[])
    same = Q()
    for key, value in zip(keys, values, strict=True):
        found |= same & key.beyond(value, backwards=backwards)
        same &= key.same(value)
    return found


def _write(row: models.Model, keys: Sequence[Key]) -> str:
    body = msgspec.json.encode([getattr(row, key.name) for key in keys])
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def _read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        values: list[Any] = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list)
        if len(values) != len(keys):
            raise ValueError(cursor)
        return [_value(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, binascii.Error, msgspec.MsgspecError, TypeError):
        raise BadInput("This page of the list cannot be found. Start again from its first page.") from None


def _value(key: Key, value: Any) -> Any:
    if key.name.endswith("_at"):
        return None if value is None else datetime.fromisoformat(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**62:
        raise ValueError(value)
    return value
