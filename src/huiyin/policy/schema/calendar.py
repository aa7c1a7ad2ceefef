"""Working time: opening hours by weekday, a country's holidays and make-up days, in a named time zone (CL-2)."""

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from huiyin.policy.schema.base import Part, Text
from huiyin.policy.schema.vocabulary import Weekday

WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60


def _hours(text: str) -> str:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", text, re.ASCII)
    if not found:
        raise ValueError(f'"{text}" is not a time span such as 09:00-12:00, 22:00-06:00 or 00:00-24:00')
    if found[1] == found[3] and found[2] == found[4]:
        raise ValueError(f'"{text}" ends when it begins; write 00:00-24:00 for the whole day')
    return text


def minutes(hours: str) -> tuple[int, int]:
    """Opening and closing of ``22:00-06:00`` in minutes after midnight of its first day: (1320, 1800)."""
    first, last = (int(part[:2]) * 60 + int(part[3:]) for part in hours.split("-"))
    return first, last if last > first else last + DAY


def _in_order(hours: tuple[str, ...]) -> tuple[str, ...]:
    ordered = sorted(hours, key=minutes)
    for before, after in pairwise(ordered):
        if minutes(after)[0] < minutes(before)[1]:
            raise ValueError(f"{before} and {after} overlap")
    if ordered and minutes(ordered[-1])[1] - DAY > minutes(ordered[0])[0]:
        raise ValueError(f"{ordered[-1]} runs into {ordered[0]} of the day after")
    return tuple(ordered)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'there is no time zone "{name}"; write one such as Asia/Shanghai') from None
    return name


Hours = Annotated[str, AfterValidator(_hours)]
"""``09:00-12:00``; an end before the start runs past midnight and belongs to the day it starts on."""

DayHours = Annotated[tuple[Hours, ...], AfterValidator(_in_order)]


class Calendar(Part):
    """When somebody works.

    `week`: opening hours by weekday; left out, a working day is open all day.
    `country` (ISO 3166, optionally with a subdivision: ``CN``, ``DE-BE``): whose holidays and make-up days apply.
    `makeup`: hours on a make-up working day; left out, those of the first weekday that has any.
    `holiday`: hours on a holiday, none by default.
    `extra_days`: days the shop or the government decides otherwise.
    `published_years`: for China, years to trust with `extra_days` alone though the calendar package lacks them; for
    other countries, if given, the only years to trust.
    """

    label: Text
    timezone: Annotated[str, AfterValidator(_zone)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None
    week: dict[Weekday, DayHours] | None = None
    makeup: DayHours | None = None
    holiday: DayHours = ()
    extra_days: dict[date, Literal["work", "rest"]] = Field(default_factory=dict)
    published_years: tuple[Annotated[int, Field(ge=1900, le=2200)], ...] = ()

    @model_validator(mode="after")
    def _workable(self) -> Self:
        if self.week is not None and not any(self.week.values()):
            raise ValueError("no weekday has any working hours, so no deadline could ever be reached")
        if self.week is None and self.country is None:
            raise ValueError("give the working hours by weekday (week) or a country, or both")
        self._nights_end_before_morning()
        return self

    def _nights_end_before_morning(self) -> None:
        """Any kind of day may be followed by any other when holidays fall, so every night must fit every morning."""
        week: dict[str, tuple[str, ...]] = {str(day): hours for day, hours in (self.week or {}).items()}
        kinds = {**week, "makeup": self.makeup or (), "holiday": self.holiday}
        openings = {name: minutes(hours[0])[0] for name, hours in kinds.items() if hours}
        for name, hours in kinds.items():
            night = minutes(hours[-1])[1] - DAY if hours else 0
            followers = [WEEK[(WEEK.index(name) + 1) % 7]] if name in WEEK else list(WEEK)
            for other in {*followers, "makeup", "holiday"} & openings.keys():
                if night > openings[other]:
                    raise ValueError(f"the night of {name} ({hours[-1]}) runs into the morning of {other}")

    @property
    def makeup_hours(self) -> tuple[str, ...]:
        """Hours of a make-up working day."""
        if self.makeup is not None:
            return self.makeup
        return next((self.week[day] for day in WEEK if self.week and self.week.get(day)), ())
