"""Charts as Vega-Lite specifications: plain data in, a specification out. `press` makes pictures of them.

One specification serves the page and the printed report: only the palette differs. On the page colours are the design's own custom
properties, so a chart follows light and dark without being drawn anew. Every mark carries `href`, the list of the cases behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

Spec = dict[str, Any]
Datum = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours and letters of a medium. `spare`: room at the left for letters wider than those the chart was measured with."""

    ink: str
    quiet: str
    line: str
    series: tuple[str, ...]
    good: str
    bad: str
    font: str = "Noto Sans SC"
    spare: int = 2


SCREEN: Final = Palette(
    ink="var(--ink)", quiet="var(--ink-2)", line="var(--line)",
    series=("var(--accent)", "var(--amber-line)", "var(--slate)", "var(--line-strong)"), good="var(--accent)", bad="var(--red-line)", spare=16,
)  # fmt: skip
PAPER: Final = Palette(
    ink="#1a292d",
    quiet="#4d5a5c",
    line="#ddd8cb",
    series=("#0b6866", "#c9851a", "#33505a", "#878272"),
    good="#0b6866",
    bad="#d0524a",
)

WIDTH: Final = 400
STEPS: Final = 5
"""Shades of the heat map."""


def _chart(height: int, data: Sequence[Datum], palette: Palette, body: Spec) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH, "height": height, "autosize": {"type": "fit", "contains": "padding"}, "padding": {"left": palette.spare, "right": 2, "top": 2, "bottom": 2}, "background": "transparent",
        "data": {"values": list(data)},
        "config": {
            "aria": False, "font": palette.font, "view": {"stroke": None},
            "axis": {"labelColor": palette.quiet, "labelFontSize": 13, "domainColor": palette.line, "tickColor": palette.line, "gridColor": palette.line,
                     "titleColor": palette.quiet, "titleFontSize": 13, "titleFontWeight": "normal", "labelLimit": 130, "labelOverlap": "greedy", "labelSeparation": 6},
            "legend": {"labelColor": palette.quiet, "labelFontSize": 13, "title": None, "orient": "top", "symbolSize": 90, "labelLimit": 200},
            "bar": {"cornerRadius": 2}, "text": {"color": palette.ink, "fontSize": 13},
        },
    } | body  # fmt: skip


def _amount(title: str = "", **more: Any) -> Spec:
    return {
        "field": "count",
        "type": "quantitative",
        "title": title or None,
        "axis": {"tickMinStep": 1, "tickCount": 5, "format": "~s", "domain": False, "ticks": False},
    } | more


def _legend(domain: Sequence[str], colours: Sequence[str]) -> Spec:
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(domain), "range": list(colours)},
        "sort": list(domain),
    }


def stacked_days(data: Sequence[Datum], series: Sequence[str], palette: Palette) -> Spec:
    """Columns by day, stacked by series. Datum: {"x", "series", "place", "count", "href"}; x in the order given."""
    return _chart(220, data, palette, {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "ticks": False}, "scale": {"paddingInner": 0.18}},
            "y": _amount(stack="zero"),
            "color": _legend(series, palette.series),
            "order": {"field": "place", "type": "quantitative"},
            "href": {"field": "href"},
        },
    })  # fmt: skip


def shares(data: Sequence[Datum], series: Sequence[str], targets: Sequence[Datum], palette: Palette) -> Spec:
    """Bars of 0–100 % by row and series, with a tick at each series' target. Datum: {"y", "series", "share", "words", "href"}."""
    row = {"field": "y", "type": "ordinal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    offset = {"field": "series", "sort": list(series)}
    share = {
        "field": "share",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 122]},
        "axis": {"values": [0, 25, 50, 75, 100], "domain": False, "ticks": False},
    }
    bars = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": row,
            "yOffset": offset,
            "x": share,
            "color": _legend(series, palette.series),
            "href": {"field": "href"},
        },
    }
    words = {
        "mark": {"type": "text", "align": "left", "dx": 4},
        "encoding": {"y": row, "yOffset": offset, "x": share, "text": {"field": "words"}},
    }  # fmt: skip
    marks = {
        "data": {"values": list(targets)},
        "mark": {"type": "tick", "thickness": 2, "color": palette.bad},
        "encoding": {"y": row, "yOffset": offset, "x": share},
    }
    return _chart(
        36 * max(1, len({datum["y"] for datum in data})) + 50,
        data,
        palette,
        {"layer": [bars, marks, words] if targets else [bars, words]},
    )


def ranking(data: Sequence[Datum], palette: Palette) -> Spec:
    """Bars in the order given, each with its number. Datum: {"y", "count", "words", "href"}."""
    row = {
        "field": "y",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": {"ticks": False, "domain": False, "labelLimit": 165},
    }
    top = max((datum["count"] for datum in data), default=1)
    amount = {
        "field": "count",
        "type": "quantitative",
        "title": None,
        "axis": None,
        "scale": {"domain": [0, top * 1.25]},
    }
    bars = {
        "mark": {"type": "bar", "color": palette.series[0]},
        "encoding": {"y": row, "x": amount, "href": {"field": "href"}},
    }
    words = {
        "mark": {"type": "text", "align": "left", "dx": 4},
        "encoding": {"y": row, "x": amount, "text": {"field": "words"}},
    }
    return _chart(24 * max(1, len(data)) + 10, data, palette, {"layer": [bars, words]})


def stacked_ages(data: Sequence[Datum], series: Sequence[str], palette: Palette) -> Spec:
    """Columns by age, in time below and late above. Datum: {"x", "series", "place", "count", "href"}."""
    return _chart(220, data, palette, {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "ticks": False}},
            "y": _amount(stack="zero"), "color": _legend(series, (palette.good, palette.bad)),
            "order": {"field": "place", "type": "quantitative"}, "href": {"field": "href"},
        },
    })  # fmt: skip


def trend(data: Sequence[Datum], target: float | None, palette: Palette) -> Spec:
    """A share by week with its 95 % interval, and the target as a dashed line. Datum: {"x", "share", "low", "high", "href"}."""
    x = {"field": "x", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0, "ticks": False}}
    y = {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 100]},
        "axis": {"tickCount": 5, "domain": False, "ticks": False},
    }
    band = {
        "mark": {"type": "rule", "color": palette.quiet, "opacity": 0.5, "strokeWidth": 5},
        "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}},
    }
    line = {
        "mark": {"type": "line", "color": palette.good, "strokeWidth": 2},
        "encoding": {"x": x, "y": y | {"field": "share"}},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": palette.good},
        "encoding": {"x": x, "y": y | {"field": "share"}, "href": {"field": "href"}},
    }
    aim = {
        "data": {"values": [{"aim": target}]},
        "mark": {"type": "rule", "strokeDash": [5, 4], "color": palette.ink},
        "encoding": {"y": y | {"field": "aim"}},
    }
    return _chart(220, data, palette, {"layer": [band, line, points] + ([aim] if target is not None else [])})


def heat(data: Sequence[Datum], rows: Sequence[str], palette: Palette) -> Spec:
    """A field of weekday × hour, darker where more came in. Datum: {"x": hour, "y", "shade": 0–1, "href"}."""
    return _chart(230, data, palette, {
        "mark": {"type": "rect", "color": palette.good},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "title": None, "scale": {"domain": list(range(24)), "padding": 0.08},
                  "axis": {"labelAngle": 0, "ticks": False, "domain": False, "values": [0, 4, 8, 12, 16, 20]}},
            "y": {"field": "y", "type": "ordinal", "title": None, "scale": {"domain": list(rows), "padding": 0.08}, "axis": {"ticks": False, "domain": False}},
            "opacity": {"field": "shade", "type": "quantitative", "scale": None}, "href": {"field": "href"},
        },
    })  # fmt: skip


def shade(count: int, top: int) -> float:
    """Return the opacity of a count in the heat map: five steps, so that neighbours can be told apart; nothing for none."""
    if count <= 0 or top <= 0:
        return 0.0
    step = min(STEPS, 1 + int(STEPS * (count - 1) / top))
    return round(0.12 + 0.88 * (step - 1) / (STEPS - 1), 2)
