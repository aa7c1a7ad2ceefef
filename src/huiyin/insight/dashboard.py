"""What the dashboard shows, gathered in few statements and kept for a minute: tiles and the data of the charts."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.insight import charts, queries
from huiyin.insight.addresses import drill
from huiyin.insight.figures import name_of, tile, with_unit
from huiyin.insight.forms import age_words, weekdays
from huiyin.insight.measures import MEASURES
from huiyin.insight.press import LINK
from huiyin.insight.queries import View
from huiyin.insight.rules import week_name
from huiyin.policy.schema import Policy

FRESH_SECONDS: Final = 60
SERIES: Final = ("complaint", "consultation", "suggestion", "praise")
TOP_CODES: Final = 10
TREND: Final = timedelta(days=83)
PROMISES: Final = ("respond_on_time", "propose_on_time")

T = TypeVar("T")
Chart = dict[str, Any]


def kept(what: str, view: View, number: int, make: Callable[[], T]) -> T:
    """Return the result for a view as it was made within this minute, by anybody who may see the same."""
    minute = int(view.now.timestamp()) // FRESH_SECONDS
    digest = hashlib.sha256(f"{view.slice.key} {view.period.first} {view.period.last}".encode()).hexdigest()
    key = f"insight:{what}:{number}:{minute}:{digest}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, FRESH_SECONDS)
    return found


def tiles(view: View, number: int, policy: Policy) -> list[dict[str, Any]]:
    """Return the stat tiles of the policy's dashboard, with the change to the period before."""
    keys = [key for key in policy.insight.dashboard if key in MEASURES]
    values, before = kept(
        "tiles", view, number, lambda: (queries.measure(keys, view), queries.measure(keys, view.before()))
    )
    return [
        tile(key, policy, values.get(key), before.get(key), drill(view, key) if key in MEASURES else "")
        for key in policy.insight.dashboard
    ]


def chart_data(view: View, number: int) -> dict[str, Any]:
    """Return everything the charts are drawn from, in four statements."""
    weeks = View(
        view.slice,
        type(view.period)(max(view.period.last - TREND, date.min), view.period.last, view.period.zone),
        view.now,
    )
    return kept(
        "charts", view, number,
        lambda: {
            "incoming": queries.incoming(view), "levels": queries.measure_by(PROMISES, view, "level"), "ages": queries.ages(view),
            "csat": queries.measure_by(["csat"], weeks, "week"), "weeks": weeks,
        },
    )  # fmt: skip


def chart_list(view: View, number: int, policy: Policy, palette: charts.Palette = charts.SCREEN) -> list[Chart]:
    """Return the charts: title, note, specification, and the same numbers as a table with links to the cases."""
    data = chart_data(view, number)
    made = [_days(view, data, policy, palette), _levels(view, data, policy, palette), _codes(view, data, policy, palette), _channels(view, data, policy, palette),
            _ages(view, data, palette), _csat(data, policy, palette), _heat(view, data, palette)]  # fmt: skip
    return [chart for chart in made if chart["rows"]]


def short_day(day: date) -> str:
    """Return a day as people write it short."""
    return f"{day.month}/{day.day}" if (get_language() or "").startswith("zh") else f"{day.day}/{day.month}"


def _days(view: View, data: Any, policy: Policy, palette: charts.Palette) -> Chart:
    counts: dict[tuple[date, str], int] = data["incoming"]["day"]
    words = [name_of("kind", kind, policy) for kind in SERIES]
    days = [
        day
        for day in view.period.each_day()
        if day < view.until.astimezone(view.period.zone).date()
        or (day, SERIES[0]) in counts
        or day == view.period.first
    ]
    by_week = len(days) > 62
    bins: dict[str, list[date]] = {}
    for day in days:
        bins.setdefault(week_name(day)[5:] if by_week else short_day(day), []).append(day)
    values, rows = [], []
    for label, held in bins.items():
        sums = [sum(counts.get((day, kind), 0) for day in held) for kind in SERIES]
        span = {"from": held[0], "to": held[-1]}
        values += [
            {"x": label, "series": word, "place": place, "count": count, "href": LINK + _span_link(view, span, kind)}
            for place, (kind, word, count) in enumerate(zip(SERIES, words, sums, strict=True))
        ]
        rows.append({"url": _span_link(view, span, ""), "cells": [label, *sums]})
    columns = [{"label": _("Week") if by_week else _("Day")}, *({"label": word, "num": True} for word in words)]
    title = _("Received by week") if by_week else _("Received by day")
    return {
        "key": "days",
        "title": title,
        "spec": charts.stacked_days(values, words, palette),
        "columns": columns,
        "rows": rows if counts else [],
    }


def _span_link(view: View, span: dict[str, date], kind: str) -> str:
    inside = View(view.slice, type(view.period)(span["from"], span["to"], view.period.zone), view.now)
    return drill(inside, "received", **({"kind": kind} if kind else {}))


def _levels(view: View, data: Any, policy: Policy, palette: charts.Palette) -> Chart:
    words = [_("Response"), _("Proposal")]
    values, targets, rows = [], [], []
    for level, found in data["levels"].items():
        name = name_of("level", level, policy)
        cells: list[str] = [name]
        for key, word in zip(PROMISES, words, strict=True):
            value, indicator = found[key], policy.indicators[key]
            if value.value is not None:
                link = drill(view, key, "miss", level=level)
                values.append(
                    {
                        "y": name,
                        "series": word,
                        "share": value.value,
                        "words": with_unit(value.value, "percent"),
                        "href": LINK + link,
                    }
                )
                if indicator.target is not None:
                    targets.append({"y": name, "series": word, "share": float(indicator.target)})
            cells += [with_unit(value.value, "percent"), f"{value.hits} / {value.counted}"]
        rows.append({"url": drill(view, PROMISES[0], "", level=level), "cells": cells})
    columns = [{"label": _("Level")}, *({"label": text, "num": True} for word in words for text in (word, _("Cases")))]
    note = _("The mark is the target. A bar leads to the cases that were late.")
    return {
        "key": "levels",
        "title": _("On time by level"),
        "note": note,
        "spec": charts.shares(values, words, targets, palette),
        "columns": columns,
        "rows": rows if values else [],
    }


def _ranked(
    view: View, counts: dict[tuple[Any, ...], int], dimension: str, policy: Policy
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    order = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:TOP_CODES]
    total = sum(counts.values())
    names = {value: name_of(dimension, value, policy) for (value,), _count in order}
    links = {value: drill(view, "received", **{dimension: value}) for value in names}
    values = [
        {"y": names[value], "count": count, "words": f"{count:,}", "href": LINK + links[value]}
        for (value,), count in order
    ]
    return values, [
        {"url": links[value], "cells": [names[value], f"{count:,}", with_unit(100 * count / total, "percent")]}
        for (value,), count in order
    ]


def _codes(view: View, data: Any, policy: Policy, palette: charts.Palette) -> Chart:
    values, rows = _ranked(view, data["incoming"]["code"], "code", policy)
    return {
        "key": "codes",
        "title": _("Most frequent matters"),
        "spec": charts.ranking(values, palette),
        "columns": _rank_columns(_("Code")),
        "rows": rows,
    }


def _channels(view: View, data: Any, policy: Policy, palette: charts.Palette) -> Chart:
    values, rows = _ranked(view, data["incoming"]["channel"], "channel", policy)
    return {
        "key": "channels",
        "title": _("By channel"),
        "spec": charts.ranking(values, palette),
        "columns": _rank_columns(_("Channel")),
        "rows": rows,
    }


def _rank_columns(label: str) -> list[dict[str, Any]]:
    return [{"label": label}, {"label": _("Received"), "num": True}, {"label": _("Share"), "num": True}]


def _ages(view: View, data: Any, palette: charts.Palette) -> Chart:
    words = [_("In time"), _("Late")]
    values, rows = [], []
    for low, high, count, late in data["ages"]:
        label, link = age_words(low, high), drill(view, "backlog", age=(low, high))
        late_link = drill(view, "backlog_late_share", "hit", age=(low, high))
        values.append({"x": label, "series": words[0], "place": 0, "count": count - late, "href": LINK + link})
        values.append({"x": label, "series": words[1], "place": 1, "count": late, "href": LINK + late_link})
        rows.append({"url": link, "cells": [label, count, late]})
    columns = [{"label": _("Age in days")}, {"label": _("Open"), "num": True}, {"label": _("Late"), "num": True}]
    some = any(count for _low, _high, count, _late in data["ages"])
    return {
        "key": "ages",
        "title": _("Open cases by age in days"),
        "spec": charts.stacked_ages(values, words, palette),
        "columns": columns,
        "rows": rows if some else [],
    }


def _csat(data: Any, policy: Policy, palette: charts.Palette) -> Chart:
    indicator, weeks = policy.indicators["csat"], data["weeks"]
    values, rows = [], []
    for monday, found in data["csat"].items():
        value = found["csat"]
        if value.value is None:
            continue
        inside = View(weeks.slice, type(weeks.period)(monday, monday + timedelta(days=6), weeks.period.zone), weeks.now)
        label, link = week_name(monday)[5:], drill(inside, "csat")
        values.append({"x": label, "share": value.value, "low": value.low, "high": value.high, "href": LINK + link})
        rows.append(
            {
                "url": link,
                "cells": [label, with_unit(value.value, "percent"), f"{value.low:.1f}–{value.high:.1f}", value.counted],
            }
        )
    columns = [
        {"label": _("Week")},
        {"label": _("Satisfied"), "num": True},
        {"label": _("95 % interval"), "num": True},
        {"label": _("Answers"), "num": True},
    ]
    target = float(indicator.target) if indicator.target is not None else None
    note = _("Grey: 95 % interval. Dashed: the target. The last twelve weeks.")
    return {
        "key": "csat",
        "title": _("Satisfaction by week"),
        "note": note,
        "spec": charts.trend(values, target, palette),
        "columns": columns,
        "rows": rows,
    }


def _heat(view: View, data: Any, palette: charts.Palette) -> Chart:
    counts: dict[tuple[int, int], int] = data["incoming"]["heat"]
    names, top = weekdays(), max(counts.values(), default=0)
    values = [
        {
            "x": hour,
            "y": names[weekday - 1],
            "shade": charts.shade(count, top),
            "href": LINK + drill(view, "received", weekday=weekday, hour=hour),
        }
        for (weekday, hour), count in sorted(counts.items())
    ]
    rows = []
    for weekday, name in enumerate(names, 1):
        quarters = [sum(counts.get((weekday, hour), 0) for hour in range(first, first + 6)) for first in (0, 6, 12, 18)]
        rows.append({"url": drill(view, "received", weekday=weekday), "cells": [name, *quarters]})
    columns = [{"label": _("Weekday")}, *({"label": f"{first}–{first + 6}", "num": True} for first in (0, 6, 12, 18))]
    note = _("The darker, the more came in at that hour.")
    return {
        "key": "heat",
        "title": _("Received by weekday and hour"),
        "note": note,
        "spec": charts.heat(values, names, palette),
        "columns": columns,
        "rows": rows if counts else [],
    }
