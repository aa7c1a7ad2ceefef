"""Category codes (TR-2): leaf codes inside five ranges, counted by group, answered for by a department."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from huiyin.policy.schema.base import Check, Fault, Part, Text


def _both(value: Any) -> Any:
    """A bare string stands for the same words in both languages."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


class CodeRange(Part):
    """One of the main categories: the leaf codes from `first` through `last`."""

    key: str
    first: int
    last: int
    label: Text


class Code(Part):
    """A leaf code. It is never reused for another meaning; it is retired instead."""

    code: Annotated[int, Field(ge=1000, le=9999)]
    group: str
    department: str
    label: Text
    means: Annotated[Text, BeforeValidator(_both)]
    skills: tuple[str, ...] = ()
    retired: bool = False


class CodesPolicy(Part):
    """The root keys of codes.yaml."""

    ranges: dict[int, CodeRange]
    codes: tuple[Code, ...]

    @cached_property
    def _by_code(self) -> dict[int, Code]:
        return {code.code: code for code in self.codes}

    def code(self, number: int) -> Code:
        """The leaf code with this number; KeyError when the policy has none."""
        return self._by_code[number]

    def has_code(self, number: int) -> bool:
        """Whether the policy knows this leaf code, retired or not."""
        return number in self._by_code

    def range_of(self, number: int) -> CodeRange:
        """The main category a number falls into; KeyError when it is outside all of them."""
        for span in self.ranges.values():
            if span.first <= number <= span.last:
                return span
        raise KeyError(number)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The sub-category names, in the order of the codes."""
        return tuple(dict.fromkeys(code.group for code in self.codes))


def _ranges_apart(policy: CodesPolicy) -> Iterator[Fault]:
    seen: list[tuple[int, CodeRange]] = []
    for number, span in policy.ranges.items():
        if span.last < span.first:
            yield Fault(("ranges", number, "last"), f"{span.last} is before the first code {span.first}")
        for other, before in seen:
            if span.first <= before.last and before.first <= span.last:
                yield Fault(("ranges", number), f"overlaps range {other} ({before.first}–{before.last})")
            if span.key == before.key:
                yield Fault(("ranges", number, "key"), f'"{span.key}" is already the key of range {other}')
        seen.append((number, span))


def _codes_in_range(policy: CodesPolicy) -> Iterator[Fault]:
    first_place: dict[int, int] = {}
    for place, code in enumerate(policy.codes):
        path = ("codes", place, "code")
        if code.code in first_place:
            other = policy.codes[first_place[code.code]]
            yield Fault(path, f"code {code.code} is used twice: it already means “{other.label.en}”")
        first_place.setdefault(code.code, place)
        try:
            policy.range_of(code.code)
        except KeyError:
            spans = ", ".join(f"{span.first}–{span.last}" for span in policy.ranges.values())
            yield Fault(path, f"code {code.code} is outside every range ({spans})")


CHECKS = (Check(("ranges",), _ranges_apart), Check(("ranges", "codes"), _codes_in_range))
