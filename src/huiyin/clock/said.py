"""Arithmetic in words, and the result of a computation: a deadline."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Said(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str

    def in_(self, locale: str) -> str:
        """Chinese for any locale that begins with ``zh``, English for every other."""
        return self.zh if locale.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline. `clock`: "promise" (policy, may pause) or "statute" (law, does not). `kind`: respond, answer,
    propose, result, step:confirm … or the key of a legal clock. `rule`: where the policy says so, such as
    ``deadlines/2/propose``. `calendar`: "clock" for hours round the clock, else the calendar counted by.
    All moments are UTC."""

    clock: str
    kind: str
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    calendar: str
    rule: str
    because: tuple[Said, ...]


def shown(moment: datetime, zone: ZoneInfo) -> str:
    """``2026-03-01 10:00``, with seconds where there are some."""
    local = moment.astimezone(zone)
    text = local.isoformat(sep=" ")
    return text[:16] if local.second == 0 else text[:19]


def listed(days: list[date]) -> str:
    """Days in one line, runs shortened: ``10-01…10-07, 10-10``."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day.toordinal() == runs[-1][-1].toordinal() + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{run[0]:%m-%d}" if len(run) == 1 else f"{run[0]:%m-%d}…{run[-1]:%m-%d}" for run in runs)
