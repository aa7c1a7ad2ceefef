"""What the shop tells the public about its handling of feedback (电商法 59, 63): numbers, no names, and nothing about groups so small that
somebody might be recognised in them (policy key `insight.smallest_group`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from huiyin.insight import queries
from huiyin.insight.figures import name_of, shown, unit
from huiyin.insight.measures import MEASURES
from huiyin.insight.queries import View
from huiyin.insight.rules import Period, Value, public_count
from huiyin.insight.slices import Slice
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active
from huiyin.web.words import in_reader_language, look

SPAN: Final = timedelta(days=90)
KEPT_SECONDS: Final = 600
COUNTS: Final = ("received", "handled")
ARTICLES: Final = (
    ("电子商务法 59", gettext_noop("E-commerce Law, article 59: a convenient and effective way to complain, made public, and complaints taken up and handled in time")),
    ("电子商务法 63", gettext_noop("E-commerce Law, article 63: a platform may set up and publish rules for settling disputes online")),
)  # fmt: skip
DOORS: Final = ("phone", "web", "app", "chat", "email", "social", "store")
TOP: Final = 6


def public_period(now: datetime, zone: ZoneInfo) -> Period:
    """Return the ninety days up to yesterday: whole days only, so that the page is the same all day."""
    last = now.astimezone(zone).date() - timedelta(days=1)
    return Period(last - SPAN + timedelta(days=1), last, zone)


def public_numbers(now: datetime, period: Period | None = None) -> dict[str, Any]:
    """Return the numbers of the public page, small groups left out. Kept for some minutes: the page is open to all."""
    number, policy = active()
    span = period or public_period(now, ZoneInfo(policy.meta.timezone))
    key = f"insight:public:{number}:{span.first}:{span.last}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _count(View(Slice(), span, max(now, span.end)), policy)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _count(view: View, policy: Policy) -> dict[str, Any]:
    smallest = policy.insight.smallest_group
    keys = [key for key in policy.insight.reports["public"].indicators if key in MEASURES]
    values = queries.measure((*COUNTS, *keys), view)
    codes: dict[int, int] = {}
    for (code,), count in queries.incoming(view)["code"].items():
        codes[code] = count
    groups = sorted(((count, code) for code, count in codes.items() if public_count(count, smallest)), reverse=True)[
        :TOP
    ]
    return {
        "first": view.period.first, "last": view.period.last,
        "counts": {key: public_count(values[key].counted, smallest) for key in COUNTS},
        "values": {key: values[key] for key in keys if values[key].counted >= smallest},
        "codes": [(code, count) for count, code in groups],
        "measures": [(kind, count) for kind, count, _amount in queries.spent(view) if public_count(count, smallest)],
    }  # fmt: skip


def public_page(numbers: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """Return the page in the reader's words: the same for the browser and the printed report."""
    return {
        "title": _("How we handle your feedback"), "shop": in_reader_language(policy.meta.shop), "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "period": f"{numbers['first']} – {numbers['last']}", "promise": in_reader_language(policy.contact.disclosure.promise),
        "tiles": _tiles(numbers, policy), "codes": _shares(numbers["codes"], "code", policy),
        "measures": [[str(look("remedy", kind, policy).label), f"{count:,}"] for kind, count in numbers["measures"]],
        "smallest": policy.insight.smallest_group, "limits": _limits(policy), "steps": _steps(policy),
        "doors": [str(look("channel", door, policy).label) for door in DOORS if policy.channels[door].open],
        "hotline": policy.contact.disclosure.hotline, "hours": in_reader_language(policy.contact.disclosure.hotline_hours), "email": policy.contact.disclosure.email,
        "outside": [in_reader_language(way) for way in policy.contact.disclosure.outside],
        "articles": [[name, _(words)] for name, words in ARTICLES],
    }  # fmt: skip


def _tiles(numbers: dict[str, Any], policy: Policy) -> list[dict[str, Any]]:
    words = {"received": _("Received"), "handled": _("Handled")}
    few = _("fewer than {n}").format(n=policy.insight.smallest_group)
    found = [
        {"label": words[key], "value": few if count is None else f"{count:,}", "unit": "", "definition": ""}
        for key, count in numbers["counts"].items()
    ]
    for key, value in numbers["values"].items():
        indicator = policy.indicators[key]
        found.append(
            {
                "label": in_reader_language(indicator),
                "value": shown(value.value, indicator.unit),
                "unit": unit(indicator.unit),
                "definition": _meaning(indicator, value),
            }
        )
    return found


def _meaning(indicator: Any, value: Value) -> str:
    words = in_reader_language(indicator.definition)
    return (
        words
        if value.low is None
        else f"{words} ({_('95 % interval')} {shown(value.low, indicator.unit)}–{shown(value.high, indicator.unit)} {unit(indicator.unit)})"
    )


def _shares(groups: Sequence[tuple[int, int]], dimension: str, policy: Policy) -> list[list[str]]:
    return [[name_of(dimension, value, policy).partition(" ")[2], f"{count:,}"] for value, count in groups]


def _limits(policy: Policy) -> list[list[str]]:
    return [
        [
            name_of("level", level, policy),
            *(in_reader_language(getattr(limit, name).words) for name in ("respond", "propose", "result")),
        ]
        for level, limit in policy.deadlines.items()
    ]


def _steps(policy: Policy) -> list[list[str]]:
    return [
        [str(look("state", key, policy).label), in_reader_language(state.means)]
        for key, state in policy.states.items()
        if key != "closed"
    ]
