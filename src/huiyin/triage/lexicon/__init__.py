"""The readable word lists: which words stand for a feeling, a topic or a danger."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

Words = dict[str, tuple[str, ...]]


@lru_cache(maxsize=32)
def read(name: str) -> dict[str, Words]:
    """Return a list file as {class: {language: words}}; "_" inside a word stands for a blank."""
    text = (files("huiyin.triage.lexicon") / f"{name}.yaml").read_text(encoding="utf-8")
    raw: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {group: {language: _split(words) for language, words in lists.items()} for group, lists in raw.items()}


def _split(words: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.replace("_", " ") for word in (words or "").split()))


def both(words: Words) -> tuple[str, ...]:
    """Return the words of all languages."""
    return tuple(word for language in words.values() for word in language)
