"""What plain rules see in a text: signs of danger, of the law, of many or vulnerable people, and the floors of the level.

Signs are words of the lists in `lexicon/`; a sign that is denied, asked for or only part of a harmless phrase does not count.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from huiyin.policy.schema import Policy
from huiyin.policy.schema.base import holds
from huiyin.triage.lexicon import both, read
from huiyin.triage.lexicon.patterns import pattern

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")
SAFETY = ("illness", "foreign", "spoiled", "burn", "injury", "skin", "fumes")
GROUPS = (*SAFETY, "legal", "group", "repeat", "vulnerable", "doubtful")

_CLAUSE = re.compile(r"[。！？!?；;，,、.\n]")
_END = re.compile(r"[。！？!?；;，,.\n]|$")
_HAPPENED = re.compile(r"[了过]|出来|吃出")
_FILLER = "(?:任何|什么|出现|引起|发生|造成|觉得|感到|感觉|明显|一点|啥|有|是|再|很|太|那么|这么|闻到|吃出|发现|看到|被|的|到)*"
_NOT_ONLY = re.compile(
    r"not only|no doubt|no wonder|not the first|不仅|不光|不但|不只|不是|没想到|不小心|不知道|不到|不停|不断|不得不|不敢|不能用|不会是"
)
_INSIDE = re.compile(r"[不没未无别]|\b(?:not|no|never|without)\b|n't")
_COVER = "\u25a1"


@dataclass(frozen=True, slots=True)
class Sign:
    """A word of the lists found in a text. `counts` is False where the words around it take it back."""

    group: str
    word: str
    first: int
    last: int
    counts: bool


@lru_cache(maxsize=1)
def _lists() -> dict[Language, tuple[re.Pattern[str], dict[str, re.Pattern[str]], re.Pattern[str], re.Pattern[str]]]:
    """For each language: all signs together, the signs by group, the harmless phrases, and negators at the end of a stretch."""
    safety, flags, contexts, negators = read("safety"), read("flags"), read("contexts"), read("negators")
    found = {}
    for language in LANGUAGES:
        groups = {name: safety[name][language] if name in safety else flags[name][language] for name in GROUPS}
        every = pattern([word for words in groups.values() for word in words], language)
        harmless = pattern([*contexts["harmless"][language], *flags["not_legal"][language]], language)
        single = {name: pattern(words, language) for name, words in groups.items()}
        before = "|".join(re.escape(word) for word in sorted(negators["before"][language], key=len, reverse=True))
        tail = rf"(?:{before}){_FILLER}$" if language == "zh" else rf"(?<![\w'])(?:{before})(?:\s+[\w']+){{0,2}}\s*$"
        found[language] = (every, single, harmless, re.compile(tail))
    return found


@lru_cache(maxsize=1)
def _unreal() -> dict[Language, re.Pattern[str]]:
    words = read("contexts")["unreal"]
    return {language: pattern(words[language], language) for language in LANGUAGES}


def signs(text: str) -> list[Sign]:
    """Return the signs in a cleaned text, in the order of the groups."""
    text = text.lower()
    found: list[Sign] = []
    for language in LANGUAGES:
        every, single, harmless, negated = _lists()[language]
        if (language == "zh") == text.isascii() or not every.search(text):
            continue
        covered = harmless.sub(lambda match: _COVER * len(match[0]), text)
        for name, words in single.items():
            found.extend(
                Sign(
                    name, match[0].strip(), match.start(), match.end(), _counts(covered, match, name, language, negated)
                )
                for match in words.finditer(covered)
            )
    return found


def _counts(text: str, match: re.Match[str], group: str, language: Language, negated: re.Pattern[str]) -> bool:
    if group in {"vulnerable", "repeat", "group", "doubtful"}:
        return True
    if _INSIDE.search(match[0][1:]):
        return False
    start = max(
        (cut.end() for cut in _CLAUSE.finditer(text, max(0, match.start() - 40), match.start())),
        default=max(0, match.start() - 40),
    )
    before = text[start : match.start()]
    taken_back = negated.search(before)
    if taken_back and not _NOT_ONLY.search(before[taken_back.start() :]):
        return False
    if group == "legal":
        return True
    end = _END.search(text, match.end())
    clause = text[start : end.end() if end else len(text)]
    if _unreal()[language].search(before[-12:] if language == "zh" else before):
        return bool(language == "zh" and _HAPPENED.search(text[match.end() : match.end() + 2]))
    return not (
        group in {"skin", "fumes"}
        and language == "zh"
        and re.search(r"[吗么?？]$", clause)
        and not _HAPPENED.search(clause)
    )


def groups_of(found: Iterable[Sign]) -> dict[str, list[str]]:
    """Return the words that count, by group."""
    groups: dict[str, list[str]] = {}
    for sign in found:
        if sign.counts and sign.word not in groups.setdefault(sign.group, []):
            groups[sign.group].append(sign.word)
    return {name: words for name, words in groups.items() if words}


def floor(policy: Policy, *, level: int, code: int, flags: Iterable[str]) -> tuple[int, tuple[dict[str, str], ...]]:
    """Return the level raised to the policy's floors (`triage.level_floor`), and why in both languages."""
    have, because = set(flags), []
    for rule in policy.triage.level_floor:
        if set(rule.flags) <= have and (not rule.codes or holds(rule.codes, code)) and rule.level < level:
            level = rule.level
            because.append({"zh": rule.because.zh, "en": rule.because.en})
    return level, tuple(because)


@lru_cache(maxsize=1)
def _force() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = read("sentiment")
    strong, mild = words["strong"], words["mild"]
    return (
        pattern(strong["zh"], "zh"),
        pattern(strong["en"], "en"),
        pattern(mild["zh"], "zh"),
        pattern(mild["en"], "en"),
    )


def strength(text: str, certainty: float) -> float:
    """Return how strong the feeling of a text is, 0 … 1.

    `certainty` is how far the text is from neutral (0 … 1); strong words, exclamation marks and shouting add, mild words take away.
    """
    text = text[:2000]
    low = text.lower()
    strong_zh, strong_en, mild_zh, mild_en = _force()
    loud = len(strong_zh.findall(low)) if not low.isascii() else len(strong_en.findall(low))
    soft = len(mild_zh.findall(low)) if not low.isascii() else len(mild_en.findall(low))
    marks = min(3, text.count("!") + text.count("！"))
    shouted = sum(1 for word in text.split() if len(word) > 3 and word.isascii() and word.isupper())
    value = certainty * (0.5 + 0.12 * min(loud, 3) + 0.08 * marks + 0.05 * min(shouted, 3) - 0.08 * min(soft, 3))
    return round(min(1.0, max(0.0, value)), 3)


def words_of(name: str, group: str) -> tuple[str, ...]:
    """Return the words of a list, for documentation and tests."""
    return both(read(name)[group])
