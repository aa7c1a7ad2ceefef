"""Tags for pages that list cases."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from huiyin.cases.models import Case
from huiyin.cases.words import deadline_words, marked, warns_at

register = template.Library()


@register.simple_tag(takes_context=True)
def deadline_word(context: template.Context, kind: str) -> str:
    """Words of a deadline's kind."""
    return deadline_words(kind, context.get("house_policy")) if kind else ""


@register.simple_tag(takes_context=True)
def warn_time(context: template.Context, case: Case) -> datetime | None:
    """From when a row shows that its promise is near."""
    policy: Any = context.get("house_policy")
    return warns_at(case, policy) if policy else None


@register.simple_tag(takes_context=True)
def mark_words(context: template.Context, text: str) -> SafeString:
    """A text with the words marked that the page's reader sought (`sought` in the context)."""
    return marked(text, context.get("sought") or "")
