"""Conditions, hours and differences of the policy in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.policy.schema import Policy, When
from huiyin.policy.schema.base import Text

FULL_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def said(thing: Any) -> str:
    """The words of a `Text`, or of something with a label."""
    text: Text = getattr(thing, "label", thing)
    return text.in_(get_language() or "en")


def weekday(key: str) -> str:
    """A weekday, short."""
    return {
        "mon": _("Mon"),
        "tue": _("Tue"),
        "wed": _("Wed"),
        "thu": _("Thu"),
        "fri": _("Fri"),
        "sat": _("Sat"),
        "sun": _("Sun"),
    }[key]


def codes(spans: Iterable[tuple[int, int]]) -> str:
    """``1001–1899, 2101``."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


def conditions(when: When | None, policy: Policy) -> list[str]:
    """Each condition as “name: values”; none means that it holds for everything."""
    if when is None:
        return []
    channels = {key: door.label for key, door in policy.channels.items()}
    given: list[tuple[str, list[str]]] = [
        (_("Kind"), [said(policy.kinds[kind]) for kind in when.kinds]),
        (_("Codes"), [codes(when.codes)] if when.codes else []),
        (_("Groups"), list(when.groups)),
        (_("Flags"), [said(policy.flags[flag]) for flag in when.flags]),
        (_("Level"), [str(level) for level in when.levels]),
        (_("Channel"), [said(channels[channel]) if channel in channels else channel for channel in when.channels]),
    ]
    return [f"{name}: {', '.join(values)}" for name, values in given if values]


def week(hours: Mapping[Any, Sequence[str]] | None) -> list[str]:
    """Opening hours, days with the same hours together: ``Mon–Fri 09:00-12:00, 13:00-18:00``."""
    if hours is None:
        return [_("every working day, round the clock")]
    lines = []
    for same, days in groupby(FULL_WEEK, key=lambda day: tuple(hours.get(day, ()))):
        named = [weekday(day) for day in days]
        if same:
            lines.append(
                f"{named[0]}–{named[-1]} {', '.join(same)}" if len(named) > 1 else f"{named[0]} {', '.join(same)}"
            )
    return lines


def value(thing: Any) -> str:
    """A plain value of the policy on one line, in the reader's language where it has both."""
    if isinstance(thing, Mapping):
        if set(thing) == {"zh", "en"}:
            return str(thing["zh" if (get_language() or "en").startswith("zh") else "en"])
        return "; ".join(f"{key}: {value(item)}" for key, item in thing.items())
    if isinstance(thing, list):
        return ", ".join(value(item) for item in thing)
    if isinstance(thing, bool):
        return _("yes") if thing else _("no")
    return "—" if thing is None else str(thing)
