"""“Did you mean …”: the nearest known word to a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: object, known: Iterable[object]) -> str:
    """A phrase to append to an error: ``; did you mean "label"?``, or nothing when no known word is near."""
    found = get_close_matches(str(word), [str(item) for item in known], n=1, cutoff=0.6)
    return f'; did you mean "{found[0]}"?' if found else ""
