"""Small marks inside a line: icons, badges, words of the policy."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huiyin.web.words import Look, in_reader_language, look

register = template.Library()
IN_BRACKETS = re.compile(r"[（(]([^（()）]+)[)）]\s*$")
TONE_ICONS = {"good": "check", "warn": "alert", "bad": "alert", "info": "info"}


@lru_cache(maxsize=1)
def sprite() -> str:
    """Address of the icon sheet; fixed as long as the process runs."""
    return static("huiyin/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of the sheet; with `label` it is an image with a name, without it is decoration."""
    href = f"{sprite()}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


def mark(seen: Look, kind: str, extra: str = "") -> SafeString:
    """A badge of the given look."""
    picture = icon(seen.icon) if seen.icon else SafeString("")
    return format_html(
        '<span class="badge badge-{} tone-{}{}">{}{}</span>', kind, seen.tone, extra, picture, seen.label
    )


@register.simple_tag(takes_context=True)
def badge(context: template.Context, group: str, value: object, text: str = "") -> SafeString:
    """Badge of a value of the house, or of free `text` when the group is `tone`."""
    if value in (None, ""):
        return SafeString("")
    if group == "level":
        return level(context, value)
    if group == "tone":
        return mark(Look(text, str(value), TONE_ICONS.get(str(value), "")), "tone")
    seen = look(group, value, context.get("house_policy"))
    return mark(seen._replace(label=text) if text else seen, group)


@register.simple_tag(takes_context=True)
def level(context: template.Context, value: object) -> SafeString:
    """Level 1–4: the figure in a box, then the policy's word."""
    if value in (None, ""):
        return SafeString("")
    seen = look("level", value, context.get("house_policy"))
    full = str(seen.label)
    # A label such as “Level 1 (serious)” would say the figure twice: beside the box only what is in brackets.
    inner = IN_BRACKETS.search(full)
    return format_html(
        '<span class="badge badge-level tone-{}" title="{}"><span class="hidden">{} </span><b class="figure">{}</b>{}</span>',
        seen.tone,
        full,
        gettext("Level"),
        value,
        inner[1] if inner else full,
    )


@register.simple_tag(takes_context=True)
def flags(context: template.Context, values: Iterable[str] | None) -> SafeString:
    """One badge for each flag, in the given order."""
    policy = context.get("house_policy")
    return format_html_join(" ", "{}", ((mark(look("flag", value, policy), "flag"),) for value in values or ()))


@register.simple_tag(takes_context=True)
def word(context: template.Context, group: str, value: object) -> str:
    """Only the words of a value."""
    return "" if value in (None, "") else str(look(group, value, context.get("house_policy")).label)


@register.simple_tag
def policy_label(thing: Any) -> str:
    """Words of a policy object in the reader's language."""
    return in_reader_language(thing)
