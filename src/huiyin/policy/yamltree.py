"""YAML into plain values that remember on which line each of them stands.

A small, safe part of YAML: mappings, lists, texts, numbers, true/false, null. Anchors are refused (they hide what a
line means and can blow up), nesting is limited, `18:00` and `no` stay the texts they look like.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from huiyin.policy.schema.base import Path

DEEPEST = 30
"""Levels of nesting; the parser below would run out of stack far beyond this."""

LONGEST = 4_000_000
"""Characters a file may have."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: where it stands and what is wrong, in plain words."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass
class Tree:
    """The values of one file, the line of each, and what was wrong while reading."""

    file: str
    data: dict[Any, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True

    def complain(self, line: int, reason: str) -> None:
        """Add a problem of this file."""
        self.problems.append(Problem(self.file, line, reason))


class _Loader(yaml.CSafeLoader):
    """The C parser with the scalar rules of YAML 1.2: no dates, no base-60 numbers, no yes/no/on/off."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for _tag, _pattern, _first in (
    ("bool", r"(?:true|True|false|False)", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"(?:~|null|Null|NULL|)", "~nN\0"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^{_pattern}$"), [*_first])
_Loader.yaml_implicit_resolvers[""] = _Loader.yaml_implicit_resolvers["\0"]


def read(file: str, text: str) -> Tree:
    """Read one file. Never raises for what is in the text: mistakes are in `problems`."""
    tree = Tree(file)
    try:
        if _harmless(tree, text):
            node = yaml.compose(text, Loader=_Loader)
            _take_root(tree, node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = ", ".join(part for part in (error.problem, error.context) if part)
        tree.complain(mark.line + 1 if mark else 1, f"this is not YAML: {told}")
        tree.readable = False
    return tree


def _harmless(tree: Tree, text: str) -> bool:
    """Look at the stream of events, which needs no stack, before building anything."""
    if len(text) > LONGEST:
        tree.complain(1, f"the file is longer than {LONGEST:,} characters")
        tree.readable = False
        return False
    if strange := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        tree.complain(line, f"a character that may not stand here (U+{ord(strange[0]):04X})")
        tree.readable = False
        return False
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:
                tree.complain(line, "one document a file: remove this ---")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            tree.complain(line, "anchors and aliases (& and *) are not used in a policy: write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                tree.complain(line, f"nested deeper than {DEEPEST} levels")
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    tree.readable = not tree.problems
    return tree.readable


def _take_root(tree: Tree, node: Any) -> None:
    if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"):
        return
    if not isinstance(node, yaml.MappingNode):
        tree.complain(node.start_mark.line + 1, "expected keys with values (name: …) at the beginning of the line")
        tree.readable = False
        return
    tree.data = _value(tree, node, ())


def _value(tree: Tree, node: Any, path: Path) -> Any:
    tree.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(tree, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_value(tree, item, (*path, place)) for place, item in enumerate(node.value)]
    return _scalar(tree, node)


def _mapping(tree: Tree, node: Any, path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _scalar(tree, key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, Hashable) or not isinstance(key, str | int) or isinstance(key, bool):
            tree.complain(line, "a key must be a word or a whole number")
            continue
        here = (*path, key)
        if key in found:
            tree.complain(line, f'"{key}" is already given on line {tree.lines[here]}; a key may stand only once')
            continue
        tree.lines[here] = line
        found[key] = _value(tree, value_node, here)
    return found


def _scalar(tree: Tree, node: Any) -> Any:
    tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
    match tag:
        case "str":
            return node.value
        case "int":
            return int(node.value)
        case "float":
            return float(node.value)
        case "bool":
            return node.value.lower() == "true"
        case "null":
            return None
    tree.complain(node.start_mark.line + 1, f"tags such as {node.tag} are not used in a policy")
    return None
