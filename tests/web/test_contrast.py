"""The palette keeps WCAG 2.2 AA in light and dark: 4.5 for text, 3 for borders of controls and meaningful marks."""

import re
from pathlib import Path

import pytest

import huiyin

TOKENS = Path(huiyin.__file__).parent / "web" / "static" / "huiyin" / "css" / "tokens.css"
TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("ink-2", "paper"), ("ink-2", "surface"), ("ink-2", "sunken"),
    ("accent", "paper"), ("accent", "surface"), ("accent", "sunken"), ("accent", "accent-soft"), ("on-accent", "accent"),
    ("on-accent", "accent-hover"), ("amber", "surface"), ("amber", "paper"), ("amber", "amber-soft"), ("red", "surface"),
    ("red", "paper"), ("red", "red-soft"), ("red", "accent-soft"), ("on-red", "red"), ("slate", "slate-soft"), ("ink", "accent-soft"),
    ("ink-2", "accent-soft"), ("ink", "amber-soft"), ("ink", "red-soft"), ("ink", "slate-soft"), ("on-night", "night"),
    ("on-night", "night-2"), ("on-night-2", "night"), ("on-night-2", "night-2"), ("surface", "ink-2"), ("surface", "slate"),
    ("surface", "amber"), ("surface", "red"),
]  # fmt: skip
MARKS = [
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("accent", "sunken"),
    ("red-line", "surface"),
    ("echo", "night"),
    ("echo", "night-2"),
]


def _palettes() -> dict[str, dict[str, str]]:
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")
    first = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return {"light": first, "dark": first | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1–21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [(*p, 4.5) for p in TEXT] + [(*p, 3.0) for p in MARKS])
def test_pair_is_readable(mode: str, front: str, back: str, least: float) -> None:
    palette = _palettes()[mode]
    assert contrast(palette[front], palette[back]) >= least
