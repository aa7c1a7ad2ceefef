"""Following facts: what the loop's table says comes next, until nothing more follows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from huiyin.kernel.facts import Fact, write

Step = Callable[[Any, datetime], Sequence[Any]]
Loop = Mapping[type, Sequence[Step]]


def follow(loop: Loop, facts: Sequence[Any], now: datetime) -> list[Any]:
    """Draw all consequences of `facts`, kind by kind, and write the new facts into their histories at the end, all at once.

    A step is told a batch of facts of one kind and the time, and returns the facts it brought about. To be called inside one
    transaction. Returns everything that was brought about.
    """
    brought: list[Any] = []
    todo = list(facts)
    while todo:
        by_kind: dict[type, list[Any]] = {}
        for fact in todo:
            by_kind.setdefault(type(fact), []).append(fact)
        new: list[Any] = []
        for kind, group in by_kind.items():
            for step in loop.get(kind, ()):
                new.extend(step(group, now))
        brought.extend(new)
        todo = new
    write([fact for fact in brought if isinstance(fact, Fact)])
    return brought
