"""Word lists as regular expressions, built so that a search fails at the first wrong character."""

import re
from collections.abc import Iterable

GAP, OR = "…", "|"
_BETWEEN_ZH = "[^。！？!?；;，,\\s]{0,6}?"
_BETWEEN_EN = r"(?:\W+[\w']+){0,3}?\W+"
_Tree = dict[str, "_Tree"]


def pattern(words: Iterable[str], language: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the words; longer words win. English words are found whole only."""
    every = sorted(set(words), key=lambda word: (-len(word), word))
    between = _BETWEEN_EN if language == "en" else _BETWEEN_ZH
    parts = [between.join(f"(?:{_trie(part.split(OR))})" for part in word.split(GAP)) for word in every if GAP in word]
    plain = [word for word in every if GAP not in word]
    if plain:
        parts.append(_trie(plain))
    body = "|".join(parts) or "(?!)"
    return re.compile(rf"(?<![\w'])(?:{body})(?![\w'])" if language == "en" else f"(?:{body})")


def _trie(words: Iterable[str]) -> str:
    root: _Tree = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _written(root)


def _written(node: _Tree) -> str:
    branches = [re.escape(character) + _written(below) for character, below in sorted(node.items()) if character]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{body}?" if "" in node else body
