"""Addresses that lead from a number to its cases."""

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from huiyin.insight.queries import View


def drill(view: View, key: str, part: str = "", **filters: Any) -> str:
    """Return the address of the cases behind a number of a view."""
    words = {"of": key, "part": part, "from": view.period.first.isoformat(), "to": view.period.last.isoformat()}
    for name, value in (dict(view.slice.filters) | filters).items():
        words[name] = "-".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
    return reverse("insight:cases") + "?" + urlencode({name: value for name, value in words.items() if value})


def case_page(number: str) -> str:
    """Return the address of a case, empty where this installation has no page for it."""
    try:
        return reverse("cases:case", args=[number])
    except NoReverseMatch:
        return ""
