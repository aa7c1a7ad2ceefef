"""Times and countdowns. Without JavaScript they read right at the moment the page was made."""

from datetime import datetime
from typing import Final

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from huiyin.kernel import clock
from huiyin.web.spans import patterns, span
from huiyin.web.tags.marks import icon

register = template.Library()
EMPTY: Final = SafeString('<span class="muted">—</span>')
STYLES: Final = {
    "zh": {"full": "Y年n月j日 H:i", "date": "Y年n月j日", "time": "H:i", "short": "n月j日 H:i", "long_ago": "Y-m-d"},
    "en": {"full": "j M Y, H:i", "date": "j M Y", "time": "H:i", "short": "j M, H:i", "long_ago": "j M Y"},
}
ICONS: Final = {"ok": "clock", "near": "alert", "late": "alert", "done": "check", "paused": "pause"}


def _now(context: template.Context) -> datetime:
    """The page's own `now` if it has one (simulated time, tests), else the clock of the world."""
    given = context.get("now")
    return given if isinstance(given, datetime) else clock.now()


def _shown(when: datetime, style: str, now: datetime) -> str:
    styles = STYLES["zh" if (get_language() or "en").startswith("zh") else "en"]
    there, here = timezone.localtime(when), timezone.localtime(now)
    if style == "short" and there.year != here.year:
        style = "long_ago"
    return date_format(there, styles.get(style, styles["full"]))


@register.simple_tag(takes_context=True)
def localtime(context: template.Context, when: datetime | None, style: str = "full") -> SafeString:
    """`when` in the reader's zone; styles full, date, time, short (no year when it is this one), ago."""
    if when is None:
        return EMPTY
    now = _now(context)
    if style == "ago":
        away = (when - now).total_seconds()
        text = patterns()["ago" if away <= 0 else "in"].format(t=span(away))
    else:
        text = _shown(when, style, now)
    local = timezone.localtime(when)
    full = f"{_shown(when, 'full', now)} ({local.tzname()})"
    return format_html('<time class="nowrap" datetime="{}" title="{}">{}</time>', local.isoformat(), full, text)


def _countdown(
    due: datetime, warn_at: datetime | None, done_at: datetime | None, now: datetime, *, paused: datetime | bool | None
) -> tuple[str, str]:
    words = patterns()
    if done_at is not None:
        late = (done_at - due).total_seconds()
        return "done", gettext("on time") if late <= 0 else gettext("done, {t} late").format(t=span(late))
    left = (due - (paused if isinstance(paused, datetime) else now)).total_seconds()
    if paused:
        return "paused", words["paused"].format(t=span(max(left, 0)))
    if left < 0:
        return "late", words["late"].format(t=span(left))
    return "near" if warn_at is not None and now >= warn_at else "ok", words["left"].format(t=span(left))


@register.simple_tag(takes_context=True)
def countdown(
    context: template.Context,
    due: datetime | None,
    warn_at: datetime | None = None,
    paused: datetime | bool | None = None,
    done_at: datetime | None = None,
    label: str = "",
) -> SafeString:
    """Time left to `due`; static/huiyin/js/countdown.js keeps it going while the state is ok, near or late.

    `paused` is the moment from which it stands still: what was left then is what is left.
    """
    if due is None:
        return EMPTY
    now = _now(context)
    state, text = _countdown(due, warn_at, done_at, now, paused=paused)
    running = state in ("ok", "near", "late")
    return format_html(
        '<time class="countdown is-{}" datetime="{}" title="{}"{}{}>{}{}<span class="countdown-text">{}</span></time>',
        state,
        due.isoformat(),
        gettext("due {t}").format(t=_shown(due, "full", now)),
        format_html(' data-due="{}"', due.isoformat()) if running else "",
        format_html(' data-warn="{}"', warn_at.isoformat()) if running and warn_at else "",
        icon(ICONS[state]),
        format_html('<span class="countdown-label">{}</span> ', label) if label else "",
        text,
    )
