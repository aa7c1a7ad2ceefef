"""Figures: money, counts, shares, progress, indicator tiles."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huiyin.web.tags.times import EMPTY

register = template.Library()


@register.simple_tag
def money(amount: Decimal | str | int | None) -> SafeString:
    """Yuan with two places; nothing is shown as a dash, never as zero."""
    if amount is None or amount == "":
        return EMPTY
    value = Decimal(amount)
    return format_html('<span class="money">{}¥{}</span>', "−" if value < 0 else "", f"{abs(value):,.2f}")


@register.simple_tag
def number(value: float | None) -> str | SafeString:
    """Count with separators, at most one decimal."""
    if value is None:
        return EMPTY
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@register.simple_tag
def percent(share: float | None, places: int = 1) -> str | SafeString:
    """A share 0–1 as a percentage."""
    return EMPTY if share is None else f"{share * 100:.{places}f}%"


@register.inclusion_tag("components/progress.html")
def progress(value: float | None, max: float = 100, label: str = "") -> dict[str, Any]:  # noqa: A002 - HTML's own name
    """Progress of long work; `value=None` while its size is unknown."""
    share = None if value is None or not max else round(100 * value / max)
    return {"value": value, "max": max, "label": label, "share": share}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str,
    value: object,
    unit: str = "",
    target: str = "",
    met: bool | None = None,
    definition: object = "",
    url: str = "",
    delta: str = "",
) -> dict[str, Any]:
    """Indicator tile; whether the target is met is said by word and mark, not by colour alone."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "target": target,
        "met": met,
        "definition": definition,
        "url": url,
        "delta": delta,
    }
