"""The Chinese words: collects every sentence the program says, and compiles their translations, without GNU gettext.

    python -m huiyin.web.messages check      what is missing or stale; exit code 1 when there is something
    python -m huiyin.web.messages extract    adds what is missing to the catalogue, to be translated
    python -m huiyin.web.messages compile    writes the .mo file the program reads

Sentences come from templates, from calls of gettext, and from the messages of the house's errors (`BadInput("…")`), which are
translated when they are shown. An error's message must therefore be a plain literal with named places.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.translation.template import templatize

PACKAGE: Final = Path(__file__).resolve().parent.parent
CATALOGUE: Final = PACKAGE / "web" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
ERRORS: Final = frozenset({"HuiyinError", "BadInput", "TooLarge", "NotFound", "Forbidden", "Conflict", "TooMany"})
CALLS: Final = {
    "_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1, "npgettext": 1,
    "npgettext_lazy": 1,
}  # fmt: skip
IN_TEMPLATE: Final = re.compile(r"(?<!\w)(n?p?gettext|_)\((?=\s*u?['\"])")


class Sentence(NamedTuple):
    """What the program says: its context, the words for one, and the words for several if it counts."""

    context: str | None
    one: str
    several: str | None = None


class Fault(NamedTuple):
    """A place whose words cannot be collected, and why."""

    place: str
    reason: str


def collect() -> tuple[dict[Sentence, str], list[Fault]]:
    """Return every sentence with the place of its first use, and what cannot be collected."""
    found: dict[Sentence, str] = {}
    faults: list[Fault] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            _add(found, faults, _of_python(path), path)
    for path in sorted(PACKAGE.rglob("templates/**/*.*")):
        if path.suffix in {".html", ".txt"}:
            _add(found, faults, _of_template(path), path)
    return found, faults


def _add(
    found: dict[Sentence, str], faults: list[Fault], said: Iterator[tuple[int, Sentence | str]], path: Path
) -> None:
    for line, sentence in said:
        place = f"{path.relative_to(PACKAGE)}:{line}"
        if isinstance(sentence, str) and sentence:
            faults.append(Fault(place, sentence))
        elif isinstance(sentence, Sentence) and sentence.one:
            found.setdefault(sentence, place)


def _of_python(path: Path) -> Iterator[tuple[int, Sentence | str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in CALLS:
            yield node.lineno, _called(name, node)
        elif name in ERRORS and node.args and path.name != "errors.py":
            yield from ((node.lineno, sentence) for sentence in _raised(node.args[0]))


def _called(name: str, node: ast.Call) -> Sentence | str:
    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    context = CALLS[name]
    wanted = 1 + context + (1 if name.startswith("n") else 0)
    if len(words) < wanted:
        return (
            ""
            if isinstance(node.args[0] if node.args else None, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
            else f"{name}() needs literal words"
        )
    return Sentence(words[0] if context else None, words[context], words[context + 1] if name.startswith("n") else None)


def _raised(message: ast.expr) -> Iterator[Sentence | str]:
    """An error's message: a literal, or a choice of literals."""
    if isinstance(message, ast.IfExp):
        yield from _raised(message.body)
        yield from _raised(message.orelse)
    elif isinstance(message, ast.Constant) and isinstance(message.value, str):
        yield Sentence(None, message.value)
    elif isinstance(message, ast.Name | ast.Attribute):
        return  # a constant declared elsewhere with gettext_noop, or another error's message
    else:
        yield "an error's message must be a literal with {places}, filled by keywords"


def _of_template(path: Path) -> Iterator[tuple[int, Sentence | str]]:
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in IN_TEMPLATE.finditer(text):
        call = _first_call(text[match.start() :])
        if call is not None:
            yield text.count("\n", 0, match.start()) + 1, _called(match[1], call)


def _first_call(text: str) -> ast.Call | None:
    """Parse the call a text begins with."""
    for end in (found.end() for found in re.finditer(r"\)", text)):
        try:
            parsed = ast.parse(text[:end].strip(), mode="eval").body
        except SyntaxError:
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None


def _catalogue() -> Any:
    import polib  # only translators need it

    return polib.pofile(str(CATALOGUE), wrapwidth=0)


def _key(entry: Any) -> Sentence:
    return Sentence(entry.msgctxt, entry.msgid, entry.msgid_plural or None)


def _translated(entry: Any) -> bool:
    words = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return bool(words) and all(words) and "fuzzy" not in entry.flags


PLACES: Final = re.compile(r"%\((\w+)\)s|%[sd]|\{(\w*)\}")


def _places(text: str) -> set[str]:
    return {found[1] or found[2] or found[0] for found in PLACES.finditer(text)}


def check() -> list[str]:
    """Return what is wrong: untranslated, unused, differing places, words that cannot be collected, a stale .mo file."""
    wanted, faults = collect()
    wrong = [f"{fault.place}: {fault.reason}" for fault in faults]
    entries = {_key(entry): entry for entry in _catalogue() if not entry.obsolete}
    ids = {(key.context, key.one) for key in entries}
    wrong += [
        f"{place}: not in the catalogue: {key.one!r}"
        for key, place in wanted.items()
        if (key.context, key.one) not in ids
    ]
    wrong += [f"not translated: {key.one!r}" for key, entry in entries.items() if not _translated(entry)]
    used = {(key.context, key.one) for key in wanted}
    wrong += [f"not used any more: {key.one!r}" for key in entries if (key.context, key.one) not in used]
    wrong += [
        f"other places in the translation: {key.one!r}"
        for key, entry in entries.items()
        if _translated(entry) and not _same_places(entry)
    ]
    compiled = CATALOGUE.with_suffix(".mo")
    if not wrong and (not compiled.exists() or compiled.read_bytes() != _catalogue().to_binary()):
        wrong.append("django.mo is stale: python -m huiyin.web.messages compile")
    return wrong


def _same_places(entry: Any) -> bool:
    source = _places(entry.msgid) | _places(entry.msgid_plural or "")
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return all(_places(text) == source or (entry.msgid_plural and _places(text) <= source) for text in texts)


def extract() -> int:
    """Add what is missing to the catalogue, drop what is not used, and return how much waits for its translation."""
    import polib

    wanted, _faults = collect()
    catalogue = _catalogue()
    kept = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    catalogue.clear()
    for key in sorted(
        {(key.context or "", key.one): key for key in wanted}.values(),
        key=lambda one: (one.one.lower(), one.one, one.context or ""),
    ):
        entry = kept.get((key.context, key.one))
        plural = {"msgid_plural": key.several, "msgstr_plural": {0: ""}} if key.several else {}
        if entry is None or bool(entry.msgid_plural) != bool(key.several):
            entry = polib.POEntry(msgctxt=key.context, msgid=key.one, msgstr="", **plural)
        entry.occurrences = []
        catalogue.append(entry)
    catalogue.save()
    return sum(not _translated(entry) for entry in catalogue)


def compile_catalogue() -> None:
    """Write the .mo file."""
    CATALOGUE.with_suffix(".mo").write_bytes(_catalogue().to_binary())


def main(arguments: list[str]) -> int:
    """Run one of the three commands."""
    match arguments:
        case ["extract"]:
            print(f"{extract()} sentences wait for their translation in {CATALOGUE.name}")
        case ["compile"]:
            compile_catalogue()
        case ["check"]:
            wrong = check()
            print("\n".join(wrong) or "Every sentence is translated.")
            return int(bool(wrong))
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=True)
    sys.exit(main(sys.argv[1:]))
