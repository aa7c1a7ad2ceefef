"""Why a text was judged so: the words that weighed most, for and against, in words a customer can be told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from huiyin.policy.schema import Policy
from huiyin.policy.schema.vocabulary import Kind
from huiyin.triage import rules
from huiyin.triage.model import CATEGORIES, KINDS, SCALE, Flags, Matrix, Model, Reading

MOST, LEAST = 3, 2
READ = 600
NEAR = 0.08
PEAK = 0.3
_LONGEST = {True: 30, False: 10}
_BREAKS = frozenset(",.!?;:。！？；：、…~\x02\x03")
_LETTERS = re.compile(r"[^\W\d_]")
_EDGES = " \t\x020123456789@.,;:!?'\"()[]{}<>、。，；：！？“”‘’（）【】…~～-_/\\|的了是我你他她就也在和与"
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORDS = {
    "zh": {"kind": "像{label}：{words}", "code": "归入“{label}”：{words}", "against": "也像{label}：{words}", "safety": "安全信号：{words}", "legal": "法律信号：{words}",
           "vulnerable": "涉及特殊人群：{words}", "group": "提到多人：{words}", "repeat": "提到重复发生：{words}", "doubtful": "说法存疑：{words}", "high_value": "金额较高", "join": "、",
           "kind_only": "整体语气像{label}", "code_only": "整体内容最接近“{label}”", "safety_only": "整体内容像是涉及人身或食品安全", "legal_only": "整体内容像是要走法律途径"},
    "en": {"kind": "Reads like {label}: {words}", "code": "Filed under “{label}”: {words}", "against": "Could also be {label}: {words}", "safety": "Signs of danger: {words}",
           "legal": "Signs of legal steps: {words}", "vulnerable": "Vulnerable person: {words}", "group": "Many people: {words}", "repeat": "Happened before: {words}",
           "doubtful": "Doubtful statement: {words}", "high_value": "High amount", "join": ", ", "kind_only": "On the whole it reads like {label}",
           "code_only": "On the whole nearest to “{label}”", "safety_only": "On the whole it seems to concern somebody's safety", "legal_only": "On the whole it seems to announce legal steps"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decisive:
    """The words that spoke for the kind, for the code, and for the second kind (None when that is far off)."""

    kind: tuple[str, ...]
    code: tuple[str, ...]
    second: str | None
    against: tuple[str, ...]


def decisive(model: Model, reading: Reading, kinds: Matrix, codes: Flags) -> list[Decisive]:
    """Return the decisive words of each text: `kinds` are the probabilities, `codes` the chosen places in the model's codes."""
    order = np.argsort(-kinds, axis=1, kind="stable")
    first, second = order[:, 0], order[:, 1]
    by_kind = _weights(model, "kind")
    for_kind = _by_character(reading, by_kind, first)
    against = _by_character(reading, by_kind, second)
    by_code = _by_character(reading, _code_weights(model), codes)
    found = []
    for row, text in enumerate(reading.plain):
        place = slice(int(reading.found.starts[row]) + 1, int(reading.found.starts[row]) + 1 + min(len(text), READ))
        close = kinds[row, second[row]] >= NEAR
        contrary = _spans(text, against[place].tolist()) if close else ()
        spoken = _spans(text, for_kind[place].tolist())
        contrary = tuple(word for word in contrary if word not in spoken)
        found.append(
            Decisive(spoken, _spans(text, by_code[place].tolist()), KINDS[second[row]] if contrary else None, contrary)
        )
    return found


def _weights(model: Model, head: str) -> Matrix:
    """Weights of every gram for each class of a head, against the mean of the classes; word classes folded in. Kept in the model."""
    if head not in model.kept:
        first, last = model.heads[head]
        own = model.weights[:, first:last] * model.idf[:, None]
        sense = np.asarray(model.senses @ model.dense_weights[: model.senses.shape[1], first:last]) * SCALE
        both = own + sense
        model.kept[head] = np.asarray(both - both.mean(axis=1, keepdims=True), np.float32)
    return model.kept[head]


def _code_weights(model: Model) -> Matrix:
    if "codes" not in model.kept:
        inside = np.hstack([_weights(model, f"code{category}") for category in CATEGORIES])
        whole = _weights(model, "category")[:, [CATEGORIES.index(code // 1000) for code in model.codes]]
        model.kept["codes"] = np.asarray(inside + whole, np.float32)
    return model.kept["codes"]


def _by_character(reading: Reading, weights: Matrix, chosen: Flags) -> Matrix:
    """Spread the weight of every gram over its characters; the result lies along the joined characters of the batch."""
    found = reading.found
    length = found.last - found.first
    share = np.where(length >= LEAST, weights[found.columns, chosen[found.rows]] / length, 0)
    size = int(found.starts[-1]) + 1
    rises = np.bincount(found.first, weights=share, minlength=size) - np.bincount(
        found.last, weights=share, minlength=size
    )
    return np.asarray(np.cumsum(rises)[:-1], np.float32)


def _spans(text: str, scores: Sequence[float]) -> tuple[str, ...]:
    """Return up to MOST stretches of the text that carry the highest scores."""
    if not scores or (top := max(scores)) <= 0:
        return ()
    limit, runs, start = PEAK * top, [], -1
    for place, score in enumerate([*scores, 0.0]):
        if score >= limit and text[place] not in _BREAKS:
            start = place if start < 0 else start
        elif start >= 0:
            runs.append((sum(scores[start:place]), start, place))
            start = -1
    words: list[str] = []
    for _, first, last in sorted(runs, reverse=True):
        word = _whole(text, first, last)
        if word and not any(word in other or other in word for other in words):
            words.append(word)
        if len(words) == MOST:
            break
    return tuple(words)


def _whole(text: str, first: int, last: int) -> str:
    """Widen a stretch to whole Latin words and strip what says nothing."""
    while first > 0 and text[first - 1].isascii() and text[first - 1].isalpha() and text[first].isascii():
        first -= 1
    while last < len(text) and text[last].isascii() and text[last].isalpha() and text[last - 1].isascii():
        last += 1
    latin = text[first:last].isascii()
    word = text[first : min(last, first + _LONGEST[latin])].strip(_EDGES)
    return word if len(word) >= LEAST and _LETTERS.search(word) else ""


def told(
    reading: Reading,
    row: int,
    *,
    kind: str,
    code: int,
    flags: Iterable[str],
    words: Decisive,
    because: Sequence[dict[str, str]],
    policy: Policy,
) -> tuple[str, ...]:
    """Return the reasons as sentences, Chinese for a text with Chinese characters, English for every other."""
    locale = "zh" if _CJK.search(reading.texts[row]) else "en"
    form = _WORDS[locale]

    def say(name: str, label: str, chosen: Iterable[str]) -> str:
        joined = form["join"].join(chosen)
        return form[name].format(label=label, words=joined) if joined else form[f"{name}_only"].format(label=label)

    lines = [say("kind", policy.kinds[cast("Kind", kind)].label.in_(locale), words.kind)]
    if kind != "praise" and policy.has_code(code):
        lines.append(say("code", policy.code(code).label.in_(locale), words.code))
    for flag in sorted(flags):
        if flag in form:
            groups = rules.SAFETY if flag == "safety" else (flag,)
            signs = [word for group in groups for word in reading.signs[row].get(group, ())][:MOST]
            if signs or f"{flag}_only" in form or flag == "high_value":
                lines.append(say(flag, "", signs) if flag != "high_value" else form[flag])
    if words.second is not None:
        lines.append(say("against", policy.kinds[cast("Kind", words.second)].label.in_(locale), words.against))
    lines.extend(reason[locale] for reason in because)
    return tuple(lines)
