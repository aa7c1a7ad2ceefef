"""Numbers in words: an indicator's value as people read it, with its target, its definition and the change to the period before."""

from typing import Any, Final

from django.utils.translation import gettext as _

from huiyin.insight.measures import MEASURES, WAITING
from huiyin.insight.rules import NOTHING, Value
from huiyin.policy.schema import Indicator, Policy
from huiyin.web.words import in_reader_language, look

DASH: Final = "—"
PLACES: Final = {"percent": 1, "hours": 1, "days": 1, "count": 1, "per_10000": 1, "score": 1, "cny": 2}


def unit(name: str) -> str:
    """Return the words of a unit of the policy."""
    return {
        "hours": _("h"),
        "days": _("days"),
        "percent": "%",
        "per_10000": _("per 10,000"),
        "cny": _("CNY"),
        "score": "",
        "count": "",
    }[name]


def shown(value: float | None, unit_name: str) -> str:
    """Return a number without its unit; a dash for none."""
    if value is None:
        return DASH
    return f"{value:,.0f}" if unit_name == "count" and float(value).is_integer() else f"{value:,.{PLACES[unit_name]}f}"


def with_unit(value: float | None, unit_name: str) -> str:
    """Return a number with its unit."""
    words = unit(unit_name)
    return shown(value, unit_name) + ("" if value is None or not words else words if words == "%" else f" {words}")


def change(value: float | None, before: float | None, unit_name: str) -> str:
    """Return the difference to the period before with its sign; nothing where one of them is missing."""
    if value is None or before is None:
        return ""
    difference = round(value - before, PLACES[unit_name])
    sign = "±" if difference == 0 else "+" if difference > 0 else "−"
    return sign + with_unit(abs(difference), unit_name).replace("%", " " + _("percentage points"))


def span(hours: float) -> str:
    """Return a length of time in hours, from three days on in days."""
    return with_unit(hours, "hours") if hours < 72 else with_unit(hours / 24, "days")


def target(indicator: Indicator) -> str:
    """Return the target in words such as ≤ 24 h; nothing without one."""
    if indicator.target is None:
        return ""
    words = unit(indicator.unit)
    return (
        f"{'≥' if indicator.better == 'high' else '≤'} {indicator.target:,f}{'' if words in {'', '%'} else ' '}{words}"
    )


def meaning(key: str, indicator: Indicator, value: Value) -> str:
    """Return what the number means: definition, denominator, how many of how many, and its interval."""
    parts = [
        in_reader_language(indicator.definition),
        _("Counted: {what}.").format(what=in_reader_language(indicator.denominator)),
    ]
    if key in WAITING:
        parts.append(_("Not measured yet: no records are kept for it so far."))
    elif MEASURES[key].how == "share" and value.counted:
        parts.append(_("{hits} of {counted}.").format(hits=value.hits, counted=value.counted))
    elif value.counted:
        parts.append(_("{counted} counted.").format(counted=value.counted))
    if value.low is not None and value.high is not None:
        interval = f"{shown(value.low, indicator.unit)}–{with_unit(value.high, indicator.unit)}"
        parts.append(_("95 % interval {interval}.").format(interval=interval))
    if indicator.clock == "business" and MEASURES.get(key) is not None and MEASURES[key].how in {"mean", "p50", "p90"}:
        parts.append(_("Counted round the clock."))
    return " ".join(parts)


def tile(key: str, policy: Policy, value: Value | None, before: Value | None = None, url: str = "") -> dict[str, Any]:
    """Return the arguments of the stat component for an indicator of the policy."""
    indicator, value = policy.indicators[key], value or NOTHING
    return {
        "key": key, "label": in_reader_language(indicator), "value": shown(value.value, indicator.unit), "unit": unit(indicator.unit) if value.value is not None else "",
        "target": target(indicator), "met": None if value.value is None else indicator.met(round(value.value, 6)), "definition": meaning(key, indicator, value),
        "url": url if value.counted else "", "delta": change(value.value, before.value if before else None, indicator.unit),
    }  # fmt: skip


def name_of(dimension: str, value: Any, policy: Policy) -> str:
    """Return the words of a dimension's value: a code with its label, a department, a channel; anything else as it is."""
    if value in (None, ""):
        return _("(none)")
    if dimension == "code":
        return f"{value} {look('code', value, policy).label}" if policy.has_code(int(value)) else str(value)
    if dimension == "category":
        return in_reader_language(policy.ranges[int(value)]) if int(value) in policy.ranges else str(value)
    return str(look(dimension, value, policy).label)
