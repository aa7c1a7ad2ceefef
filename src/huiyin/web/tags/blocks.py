"""Frames round markup of the page: panel, dialog, filter bar, chart, disclosure."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


def _frame(name: str, content: str, **values: Any) -> SafeString:
    # The inner markup was rendered, and so escaped, by the template engine.
    return render_to_string(f"components/{name}.html", {"content": SafeString(content), **values})


@register.simple_block_tag
def panel(content: str, title: str = "", icon: str = "", id: str = "", tone: str = "") -> SafeString:  # noqa: A002
    """A titled section of the page."""
    return _frame("panel", content, title=title, icon=icon, id=id, tone=tone)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 - HTML's own name
    """A native modal dialog, opened by an element with `data-dialog` of this id."""
    return _frame("dialog", content, id=id, title=title)


@register.simple_block_tag
def filterbar(content: str, chips: Iterable[Mapping[str, str]] = (), label: str = "") -> SafeString:
    """A GET form of filters and the filters in force, each removable by its own link."""
    return _frame("filterbar", content, chips=chips, label=label)


@register.simple_block_tag
def chart(content: str, title: str, note: str = "", source: str = "") -> SafeString:
    """A figure with title, note and a link to the numbers behind it."""
    return _frame("chart", content, title=title, note=note, source=source)


@register.simple_block_tag
def disclosure(content: str, title: str, open: bool = False) -> SafeString:  # noqa: A002 - HTML's own name
    """Detail that most readers do not need at once."""
    return _frame("disclosure", content, title=title, open=open)
