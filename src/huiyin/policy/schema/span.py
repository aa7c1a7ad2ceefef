"""Lengths of time as the handbook writes them: “2 hours”, “8 business hours”, “5 working days in office”."""

import re
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from huiyin.policy.schema.base import Part, Text

Unit = Literal["minutes", "hours", "business hours", "working days", "days", "months", "years"]

_WRITTEN = re.compile(
    r"(\d{1,5}) (minute|hour|business hour|working day|day|month|year)s?(?: in ([a-z][a-z0-9_]*))?", re.ASCII
)
_LONG = {"m": "minute", "min": "minute", "h": "hour", "wd": "working day", "d": "day"}
_ZH = {
    "minutes": "分钟",
    "hours": "小时",
    "business hours": "个工作小时",
    "working days": "个工作日",
    "days": "天",
    "months": "个月",
    "years": "年",
}


class Span(Part):
    """A length of time. Minutes and hours run round the clock; business hours and working days follow
    `calendar`, or the policy's default calendar when it is None; days, months and years are natural ones."""

    amount: Annotated[int, Field(ge=0, le=99999)]
    unit: Unit
    calendar: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read “5 working days” and the like; ValueError tells how to write it."""
        found = _WRITTEN.fullmatch(_spelled_out(text))
        if not found:
            raise ValueError(
                f'"{text}" is not a length of time; write for example 30 minutes, 2 hours, 8 business hours, '
                "5 working days, 7 days, 6 months or 3 years"
            )
        amount, unit, calendar = int(found[1]), f"{found[2]}s", found[3]
        if calendar and unit not in ("business hours", "working days"):
            raise ValueError(f'"{text}" names a calendar, but only business hours and working days follow one')
        return cls(amount=amount, unit=unit, calendar=calendar)

    @property
    def fixed(self) -> bool:
        """Whether it is always the same number of seconds, whatever the calendar says."""
        return self.unit in ("minutes", "hours")

    @property
    def measured(self) -> bool:
        """Whether it is counted in hours and minutes, round the clock or in business hours."""
        return self.fixed or self.unit == "business hours"

    @cached_property
    def length(self) -> timedelta:
        """The time to pass, for minutes, hours and business hours; ValueError for days and longer."""
        if not self.measured:
            raise ValueError(f"{self} has no length in hours")
        return timedelta(minutes=self.amount) if self.unit == "minutes" else timedelta(hours=self.amount)

    @cached_property
    def words(self) -> Text:
        """The length in both languages."""
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        return Text(zh=f"{self.amount}{_ZH[self.unit]}", en=f"{self.amount} {unit}")

    @property
    def rough_minutes(self) -> int:
        """A size to compare limits of different units by; a working day counts as one day. Never a deadline."""
        return self.amount * _ROUGH[self.unit]

    def __str__(self) -> str:
        return self.words.en + (f" in {self.calendar}" if self.calendar else "")


_ROUGH = {
    "minutes": 1,
    "hours": 60,
    "business hours": 60,
    "working days": 1440,
    "days": 1440,
    "months": 43200,
    "years": 525600,
}


def _spelled_out(text: str) -> str:
    words = re.sub(r"\s+", " ", text.strip().lower())
    short = re.fullmatch(r"(\d+) ?(m|min|h|wd|d)", words)
    return f"{short[1]} {_LONG[short[2]]}" if short else words


def _read(value: Any) -> Any:
    return Span.parse(value) if isinstance(value, str) else value


def _only_fixed(span: Span) -> Span:
    if not span.fixed:
        raise ValueError(f'"{span}" must be given in minutes or hours here')
    return span


def _some_time(span: Span) -> Span:
    if span.amount == 0:
        raise ValueError("a limit of no time at all can never be kept")
    return span


Within = Annotated[Span, BeforeValidator(_read)]
"""A length of time, zero allowed."""

Limit = Annotated[Span, BeforeValidator(_read), AfterValidator(_some_time)]
"""A length of time longer than nothing."""

Delay = Annotated[Span, BeforeValidator(_read), AfterValidator(_only_fixed)]
"""Minutes or hours round the clock, zero allowed."""
