"""A report's content in the reader's words: the same tables for the page and the print."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.insight import charts
from huiyin.insight.dashboard import SERIES, short_day
from huiyin.insight.figures import change, name_of, shown, span, target, with_unit
from huiyin.insight.models import Report
from huiyin.insight.reports import BY_DEPARTMENT, BY_LEVEL
from huiyin.insight.rules import week
from huiyin.policy.schema import Policy
from huiyin.policy.versions import version
from huiyin.web.words import in_reader_language, look

Table = dict[str, Any]


def label_of(key: str, policy: Policy) -> str:
    """Return the words of an indicator or of one of the two counts beside them."""
    words = {"received": _("Received"), "handled": _("Handled")}
    return words[key] if key in words else in_reader_language(policy.indicators[key])


def _unit(key: str, policy: Policy) -> str:
    return policy.indicators[key].unit if key in policy.indicators else "count"


def heading(report: Report) -> str:
    """Return the title of a report."""
    return _("Weekly report {week}").format(week=report.content["week"])


def show(report: Report) -> dict[str, Any]:
    """Return the report as tables of words, with its figure of incoming feedback as a specification for the page."""
    policy, content = version(report.policy_version), report.content
    return {
        "title": heading(report), "shop": in_reader_language(policy.meta.shop), "period": f"{report.first_day} – {report.last_day}",
        "scope": name_of("department", report.department, policy) if report.department else _("All departments"),
        "made": _moment(report.made_at, ZoneInfo(content["zone"])), "policy": report.policy_version,
        "numbers": _numbers(content["numbers"], policy),
        "tables": [
            _split(_("On time by level"), "level", content["levels"], BY_LEVEL, policy), _codes(content["codes"], policy),
            _split(_("By department"), "department", content["departments"], BY_DEPARTMENT, policy), _late(content["late"], policy),
            _serious(content["serious"], policy), _spent(content["spent"], policy), _reopened(content["reopened"], policy),
        ],
    }  # fmt: skip


def _numbers(numbers: list[dict[str, Any]], policy: Policy) -> list[dict[str, Any]]:
    found = []
    for number in numbers:
        key = number["key"]
        unit, indicator = _unit(key, policy), policy.indicators.get(key)
        interval = (
            f"{shown(number['low'], unit)}–{with_unit(number['high'], unit)}" if number["low"] is not None else ""
        )
        found.append({
            "key": key, "label": label_of(key, policy), "value": with_unit(number["value"], unit), "target": target(indicator) if indicator else "",
            "met": number["met"], "change": change(number["value"], number["before"], unit), "before": with_unit(number["before"], unit), "interval": interval,
            "cases": f"{number['hits']} / {number['counted']}" if interval and unit == "percent" else str(number["counted"]),
            "definition": in_reader_language(indicator.definition) if indicator else "",
        })  # fmt: skip
    return found


def _table(
    title: str, columns: list[str], rows: list[list[str]], *, words: int = 1, wide: int = 0, none: str = ""
) -> Table:
    """`words`: how many columns from the left hold words; the others hold figures, to the right. `wide`: the column that takes what room is
    left. `none`: what to say when it is empty."""
    heads = [{"label": label, "num": place >= words, "wide": place == wide} for place, label in enumerate(columns)]
    return {
        "title": title,
        "columns": heads,
        "rows": rows,
        "lines": [{"cells": row} for row in rows],
        "none": none or _("Nothing in this week."),
    }


def _split(title: str, dimension: str, groups: dict[str, Any], keys: tuple[str, ...], policy: Policy) -> Table:
    rows = []
    order = sorted(
        groups.items(), key=lambda pair: pair[0] if dimension == "level" else (-pair[1]["received"]["counted"], pair[0])
    )
    for group, numbers in order:
        rows.append([name_of(dimension, group, policy), *(_cell(key, numbers[key], policy) for key in keys)])
    return _table(
        title, [_("Level") if dimension == "level" else _("Department"), *(label_of(key, policy) for key in keys)], rows
    )


def _cell(key: str, number: dict[str, Any], policy: Policy) -> str:
    return with_unit(number["value"], _unit(key, policy)) + (" ✗" if number["met"] is False else "")


def _codes(codes: list[dict[str, int]], policy: Policy) -> Table:
    rows = [
        [
            name_of("code", row["code"], policy),
            str(row["count"]),
            str(row["before"]),
            change(row["count"], row["before"], "count"),
        ]
        for row in codes
    ]
    return _table(
        _("Most frequent matters, and what changed"),
        [_("Code"), _("This week"), _("Week before"), _("Difference")],
        rows,
    )


def _late(late: list[dict[str, Any]], policy: Policy) -> Table:
    rows = [
        [
            row["number"],
            str(row["level"]),
            name_of("code", row["code"], policy),
            name_of("department", row["department"], policy),
            span(row["hours"]),
        ]
        for row in late
    ]
    return _table(
        _("Open and longest overdue"),
        [_("Case"), _("Level"), _("Code"), _("Department"), _("Overdue")],
        rows,
        words=4,
        wide=2,
        none=_("No open case was overdue."),
    )


def _serious(serious: list[dict[str, Any]], policy: Policy) -> Table:
    rows = [
        [row["number"], name_of("code", row["code"], policy), name_of("department", row["department"], policy),
         str(look("state", row["state"], policy).label if row["open"] else look("outcome", row["outcome"], policy).label), span(row["hours"])]
        for row in serious
    ]  # fmt: skip
    return _table(
        _("Cases of level 1"),
        [_("Case"), _("Code"), _("Department"), _("State or outcome"), _("Time taken")],
        rows,
        words=4,
        wide=1,
        none=_("No case of level 1 came in."),
    )


def _spent(spent: list[dict[str, Any]], policy: Policy) -> Table:
    rows = [
        [str(look("remedy", row["kind"], policy).label), str(row["count"]), f"¥{float(row['amount']):,.2f}"]
        for row in spent
    ]
    return _table(
        _("Spent on remedies"), [_("Remedy"), _("How often"), _("Amount")], rows, none=_("Nothing was paid out.")
    )


def _reopened(cases: list[dict[str, Any]], policy: Policy) -> Table:
    rows = [
        [
            row["number"],
            str(row["level"]),
            name_of("code", row["code"], policy),
            name_of("department", row["department"], policy),
        ]
        for row in cases
    ]
    return _table(
        _("Taken up again"),
        [_("Case"), _("Level"), _("Code"), _("Department")],
        rows,
        words=4,
        wide=2,
        none=_("No case was taken up again."),
    )


def figure(report: Report, palette: charts.Palette) -> dict[str, Any]:
    """Return the specification of the report's figure: received by day and kind, the same for page and print."""
    policy, content = version(report.policy_version), report.content
    counts = {(row["day"], row["kind"]): row["count"] for row in content["days"]}
    words = [name_of("kind", kind, policy) for kind in SERIES]
    values = [
        {"x": short_day(day), "series": word, "place": place, "count": counts.get((day.isoformat(), kind), 0)}
        for day in week(content["week"], ZoneInfo(content["zone"])).each_day()
        for place, (kind, word) in enumerate(zip(SERIES, words, strict=True))
    ]
    return charts.stacked_days(values, words, palette)


def _moment(when: datetime, zone: ZoneInfo) -> str:
    return when.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def for_print(report: Report) -> dict[str, Any]:
    """Return the data of the printed report: the tables above, the words round them, and the figure still to be drawn."""
    words = {
        "numbers": _("Numbers"), "number": _("Indicator"), "value": _("Value"), "target": _("Target"), "change": _("Difference"), "cases": _("Cases"), "interval": _("95 % interval"),
        "figure": _("Received by day"), "definitions": _("What the numbers mean"), "page": _("Page"), "met": _("met"), "missed": _("missed"),
        "made": _("Made {when} under policy version {number}").format(when=_moment(report.made_at, ZoneInfo(report.content["zone"])), number=report.policy_version),
    }  # fmt: skip
    return show(report) | {
        "words": words,
        "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "figure": figure(report, charts.PAPER),
    }
