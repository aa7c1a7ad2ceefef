"""How good the judgements are, measured on labelled texts. Pure.

A truth is a dictionary with `kind`, `level`, `sentiment`, `category` (1 … 5, a four-digit code, or null for praise), and where
known `kind_alt`, `category_alt` (what a careful reader would also accept) and `flags` (or `risk_type`: safety, legal or both).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from huiyin.cases.judgement import Judgement
from huiyin.triage.model import CATEGORIES, FLAGS, KINDS, LEVELS, SENTIMENTS

Truth = Mapping[str, Any]
BINS = 10
COVERED = (0.80, 0.85, 0.90, 0.95)
VALUES: dict[str, Sequence[Any]] = {"kind": KINDS, "category": CATEGORIES, "level": LEVELS, "sentiment": SENTIMENTS}


def measure(judgements: Sequence[Judgement], truths: Sequence[Truth]) -> dict[str, Any]:
    """Return all measures: by aspect accuracy, F1, confusion, calibration and coverage; by flag precision and recall."""
    report: dict[str, Any] = {"texts": len(truths)}
    for name, values in VALUES.items():
        cases = [
            (judged(one, name), right, one.confidence.get(name, 0.0), also(truth, name))
            for one, truth in zip(judgements, truths, strict=True)
            if (right := true_value(truth, name)) is not None
        ]
        report[name] = _aspect(cases, values)
    report["level"]["within_one"] = _mean(
        abs(one.level - int(truth["level"])) <= 1
        for one, truth in zip(judgements, truths, strict=True)
        if truth.get("level") is not None
    )
    report["flags"] = {flag: found for flag in FLAGS if (found := _flag(judgements, truths, flag)) is not None}
    return report


def judged(judgement: Judgement, name: str) -> Any:
    """Return what was judged: the category of praise is None."""
    if name == "category":
        return None if judgement.kind == "praise" else judgement.code // 1000
    return getattr(judgement, name)


def true_value(truth: Truth, name: str) -> Any:
    """Return the true value, None where the label says nothing."""
    value = truth.get(name)
    if name == "category":
        value = value if value is not None else truth.get("code")
        return (
            None
            if value in (None, "-", "") or truth.get("kind") == "praise"
            else (int(value) // 1000 if int(value) >= 1000 else int(value))
        )
    return int(value) if name == "level" and value is not None else value


def also(truth: Truth, name: str) -> tuple[Any, ...]:
    """Return the values a careful reader would accept besides the true one."""
    value = truth.get(f"{name}_alt")
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)


def _aspect(cases: Sequence[tuple[Any, Any, float, tuple[Any, ...]]], values: Sequence[Any]) -> dict[str, Any]:
    hits = [(confidence, found == right) for found, right, confidence, _ in cases]
    return {
        "texts": len(cases),
        "accuracy": _mean(hit for _, hit in hits),
        "with_alternatives": _mean(found == right or found in more for found, right, _, more in cases),
        "f1": {str(value): _f1(cases, value) for value in values},
        "confusion": {
            f"{right}→{found}": count
            for (right, found), count in sorted(
                Counter((str(right), str(found)) for found, right, _, _ in cases).items()
            )
            if right != found
        },
        "calibration_error": _calibration(hits),
        "coverage": {str(wanted): _coverage(hits, wanted) for wanted in COVERED},
    }


def _mean(values: Iterable[bool]) -> float:
    every = [float(value) for value in values]
    return round(sum(every) / len(every), 4) if every else 0.0


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _f1(cases: Sequence[tuple[Any, Any, float, tuple[Any, ...]]], value: Any) -> float:
    both = sum(found == right == value for found, right, _, _ in cases)
    either = sum((found == value) + (right == value) for found, right, _, _ in cases)
    return _ratio(2 * both, either)


def _calibration(hits: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over BINS equal bins, weighted by size."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in hits:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, hit))
    gaps = (abs(sum(confidence for confidence, _ in one) - sum(hit for _, hit in one)) for one in bins.values())
    return round(sum(gaps) / len(hits), 4) if hits else 0.0


def _coverage(hits: Sequence[tuple[float, bool]], wanted: float) -> float:
    """Return the largest share of texts, the surest first, on which the accuracy is at least `wanted`."""
    right, best = 0, 0
    for count, (_, hit) in enumerate(sorted(hits, key=lambda one: -one[0]), 1):
        right += hit
        if right >= wanted * count:
            best = count
    return _ratio(best, len(hits))


def _flag(judgements: Sequence[Judgement], truths: Sequence[Truth], flag: str) -> dict[str, Any] | None:
    pairs = [
        (flag in one.flags, right)
        for one, truth in zip(judgements, truths, strict=True)
        if (right := _flagged(truth, flag)) is not None
    ]
    if not pairs:
        return None
    both = sum(found and right for found, right in pairs)
    said, true = sum(found for found, _ in pairs), sum(right for _, right in pairs)
    return {"precision": _ratio(both, said), "recall": _ratio(both, true), "true": true, "found": said}


def _flagged(truth: Truth, flag: str) -> bool | None:
    if "flags" in truth:
        return flag in truth["flags"]
    if "risk_type" in truth and flag in {"safety", "legal"}:
        return truth["risk_type"] in {flag, "both"}
    return None


def lines(report: Mapping[str, Any], say: Callable[[str], None]) -> None:
    """Tell the main figures, one line an aspect."""
    say(
        f"{'aspect':<11}{'texts':>7}{'accuracy':>10}{'with alt.':>11}{'macro F1':>10}{'calib. err':>12}{'coverage at 90 %':>18}"
    )
    for name in VALUES:
        one = report[name]
        macro = sum(one["f1"].values()) / max(1, len(one["f1"]))
        say(
            f"{name:<11}{one['texts']:>7}{one['accuracy']:>10.3f}{one['with_alternatives']:>11.3f}{macro:>10.3f}{one['calibration_error']:>12.3f}{one['coverage']['0.9']:>18.2f}"
        )
    say(f"level within one: {report['level']['within_one']:.3f}")
    for name, one in report["flags"].items():
        say(
            f"{name:<11} precision {one['precision']:.2f}  recall {one['recall']:.2f}  (true {one['true']}, found {one['found']})"
        )
