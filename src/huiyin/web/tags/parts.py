"""Whole parts of a page: steps, timeline, tables, pages of a list, fields, dialogs, reasons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huiyin.web.tags.marks import TONE_ICONS, icon
from huiyin.web.words import STATES, in_reader_language, look

register = template.Library()
SIX: Final = tuple(STATES)[:6]
PAGE_KEYS: Final = ("newer", "older")


@register.inclusion_tag("components/steps.html", takes_context=True)
def steps(context: template.Context, state: str, times: Mapping[str, datetime] | None = None) -> dict[str, Any]:
    """The six steps; an unknown or empty state leaves all of them ahead, `closed` behind."""
    order = (*SIX, "closed")
    at = order.index(state) if state in order else -1
    places = [
        {
            "label": look("state", name, context.get("house_policy")).label,
            "place": "done" if index < at else "now" if index == at else "todo",
            "at": (times or {}).get(name),
        }
        for index, name in enumerate(SIX)
    ]
    return {"steps": places, "now": context.get("now")}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: template.Context, entries: Iterable[object]) -> dict[str, Any]:
    """Messages, notes and facts, newest last; keys of an entry: docs/pages.md."""
    return {"entries": entries, "now": context.get("now"), "house_policy": context.get("house_policy")}


@register.inclusion_tag("components/because.html")
def because(reasons: object, rule: str = "", version: object = "", title: str = "") -> dict[str, Any]:
    """Why the policy decided so: reasons in words, the rule's key and the policy's version."""
    several: Iterable[object] = reasons if isinstance(reasons, (list, tuple, set)) else [reasons] if reasons else []
    return {"reasons": [in_reader_language(one) for one in several], "rule": rule, "version": version, "title": title}


@register.simple_tag
def owner(name: str | None, department: str = "", you: bool = False) -> SafeString:
    """Who has the case: a name, never a picture; nobody means that it waits in the queue."""
    if not name:
        return format_html('<span class="owner owner-none">{}{}</span>', icon("inbox"), gettext("In the queue"))
    return format_html(
        '<span class="owner{}">{}<b>{}</b>{}</span>',
        " owner-you" if you else "",
        icon("user"),
        gettext("{name} (you)").format(name=name) if you else name,
        format_html(' <span class="muted">{}</span>', department) if department else "",
    )


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], current: str = "", label: str = "") -> dict[str, Any]:
    """Links to sister pages; the one shown is marked as the current page."""
    return {"items": items, "current": current, "label": label}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, newer: str = "", older: str = "", shown: int | None = None) -> dict[str, Any]:
    """Links to the neighbouring pages of a key-set list; other parameters of the address are kept."""
    request = context.get("request")

    def address(key: str, cursor: str) -> str:
        if not cursor or request is None:
            return f"?{key}={cursor}" if cursor else ""
        kept = request.GET.copy()
        for name in PAGE_KEYS:
            kept.pop(name, None)
        kept[key] = cursor
        return f"?{kept.urlencode()}"

    return {"newer": address("newer", newer or ""), "older": address("older", older or ""), "shown": shown}


@register.inclusion_tag("components/table.html")
def data_table(
    columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]], caption: str = ""
) -> dict[str, Any]:
    """Table of plain values; on a phone every row becomes a card."""
    paired = [{"url": row.get("url", ""), "cells": list(zip(columns, row["cells"], strict=True))} for row in rows]
    return {"columns": columns, "rows": paired, "caption": caption}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, compact: bool = False) -> dict[str, Any]:
    """A form field with label, help and errors tied to it for screen readers."""
    widget = bound.field.widget
    kind = "group" if widget.use_fieldset else "check" if getattr(widget, "input_type", "") == "checkbox" else "line"
    return {"field": bound, "kind": kind, "compact": compact}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Summary of what has to be put right, each with a link to its field."""
    return {"form": form, "faulty": [bound for bound in form if bound.errors]}


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", icon: str = "echo", url: str = "", label: str = "") -> dict[str, Any]:
    """What to say, and what to do next, when there is nothing to show."""
    return {"title": title, "text": text, "icon": icon, "url": url, "label": label}


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """Grey lines while an htmx target waits."""
    return {"lines": range(lines)}


@register.inclusion_tag("components/confirm.html", takes_context=True)
def confirm(
    context: template.Context,
    id: str,  # noqa: A002 - HTML's own name
    title: str,
    action: str,
    label: str,
    text: str = "",
    tone: str = "primary",
    reason: bool = False,
) -> dict[str, Any]:
    """A dialog that asks before a POST, with a required reason if the house wants one."""
    return {
        "csrf_token": context.get("csrf_token"),
        "id": id,
        "title": title,
        "action": action,
        "label": label,
        "text": text,
        "tone": tone,
        "reason": reason,
    }


@register.inclusion_tag("components/notice.html")
def notice(tone: str, text: str, title: str = "") -> dict[str, Any]:
    """A remark that stays in the page."""
    return {"tone": tone, "text": text, "title": title, "icon": TONE_ICONS.get(tone, "info")}


@register.filter
def undo_url(extra_tags: str | None) -> str:
    """The local address after `undo=` in a message's extra tags; anything that leaves this site is ignored."""
    for tag in (extra_tags or "").split():
        address = tag.removeprefix("undo=")
        if tag != address and address.startswith("/") and not address.startswith(("//", "/\\")):
            return address
    return ""
