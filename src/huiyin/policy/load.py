"""Read a policy from a folder, a file or texts, and name every mistake by file and line."""

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from huiyin.policy.plain import reason
from huiyin.policy.schema import CHECKS, Policy
from huiyin.policy.schema.base import Check, Fault, Path
from huiyin.policy.schema.references import unknown_names
from huiyin.policy.yamltree import Problem, Tree, read

Source = Mapping[str, str]
"""The texts of a policy by file name: ``{"codes.yaml": "ranges: …"}``."""

_NOWHERE = Tree("policy")


class PolicyError(ValueError):
    """A policy that cannot be used; `problems` has everything wrong with it, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def source_of(path: FilePath) -> dict[str, str]:
    """The texts of a folder's ``*.yaml`` files, or of one file. PolicyError when there is nothing to read."""
    found = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    if not found:
        raise PolicyError([Problem(str(path), 1, "there is no .yaml file in this folder")])
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file in found:
        try:
            texts[file.name] = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            problems.append(Problem(file.name, line, "this is not UTF-8 text; save the file as UTF-8"))
        except OSError as error:
            problems.append(Problem(str(file), 1, f"cannot be read: {error.strerror}"))
    if problems:
        raise PolicyError(problems)
    return texts


def default_source() -> dict[str, str]:
    """The texts of the default policy that comes with the program."""
    folder = files("huiyin.policy") / "default"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


@lru_cache(maxsize=1)
def load_default() -> Policy:
    """The default policy, read once a process."""
    return load_source(default_source())


def load(path: FilePath | str) -> Policy:
    """The policy in a folder or file. PolicyError with every mistake when there is one."""
    return load_source(source_of(FilePath(path)))


def load_source(source: Source) -> Policy:
    """The policy in these texts. PolicyError with every mistake when there is one."""
    policy, problems = examine(source)
    if problems or policy is None:
        raise PolicyError(problems)
    return policy


def digest(source: Source) -> str:
    """SHA-256 over names and texts, the same for the same policy whatever the order of its files."""
    whole = hashlib.sha256()
    for name in sorted(source):
        for part in (name, source[name]):
            data = part.replace("\r\n", "\n").encode()
            whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def examine(source: Source) -> tuple[Policy | None, list[Problem]]:
    """The policy, or None, and everything wrong with it, sorted by file and line."""
    trees = [read(name, text) for name, text in sorted(source.items())]
    problems = [problem for tree in trees for problem in tree.problems]
    data, home = _joined(trees, problems)
    complete = all(tree.readable for tree in trees)
    policy, faults = _validated(data, complete)
    faults.extend(unknown_names(data))
    problems.extend(_placed(fault, home, trees) for fault in faults)
    return (None if problems else policy), sorted(set(problems))


def _joined(trees: list[Tree], problems: list[Problem]) -> tuple[dict[Any, Any], dict[Any, Tree]]:
    """All root keys together, and the file each comes from; no key may be in two files."""
    data: dict[Any, Any] = {}
    home: dict[Any, Tree] = {}
    for tree in trees:
        for key, value in tree.data.items():
            if key in home:
                first = home[key]
                told = f'"{key}" is already given in {first.file} line {first.lines[(key,)]}'
                problems.append(Problem(tree.file, tree.lines[(key,)], told))
                continue
            data[key] = value
            home[key] = tree
    return data, home


def _validated(data: dict[Any, Any], complete: bool) -> tuple[Policy | None, list[Fault]]:
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        missing_roots = [one for one in found if one["type"] == "missing" and len(one["loc"]) == 1]
        # When a file could not be read, the keys it holds are not “missing”.
        told = found if complete else [one for one in found if one not in missing_roots]
        faults = [Fault(tuple(one["loc"]), reason(one, Policy)) for one in told]
        return None, faults + _faults_of_rest(data, {one["loc"][0] for one in found if one["loc"]})
    return policy, [fault for check in CHECKS for fault in check.run(policy)]


def _faults_of_rest(data: dict[Any, Any], broken: set[Any]) -> list[Fault]:
    """Run the checks whose root keys are sound, so that one mistake does not hide the others."""
    sound = {
        name: TypeAdapter[Any](kind).validate_python(data[name])
        for name, kind in get_type_hints(Policy, include_extras=True).items()
        if name in Policy.model_fields and name in data and name not in broken
    }
    partial = Policy.model_construct(**sound)
    usable: list[Check] = [check for check in CHECKS if set(check.needs) <= set(sound)]
    return [fault for check in usable for fault in check.run(partial)]


def _placed(fault: Fault, home: dict[Any, Tree], trees: list[Tree]) -> Problem:
    """Give a fault its file and line: the deepest place on its path that stands in a file."""
    tree = home.get(fault.path[0]) if fault.path else None
    if tree is None:
        usual = _usual_files().get(str(fault.path[0])) if fault.path else None
        place = next((one for one in trees if one.file == usual), trees[0] if trees else _NOWHERE)
        hint = f" (it usually stands in {usual})" if usual and place.file != usual else ""
        return Problem(place.file, 1, fault.reason + hint)
    return Problem(tree.file, _line(tree, fault.path), fault.reason)


def _line(tree: Tree, path: Path) -> int:
    here: Path = ()
    for step in path:
        for candidate in ((*here, step), (*here, _number(step))):
            if candidate in tree.lines:
                here = candidate
                break
    return tree.lines.get(here, 1)


def _number(step: str | int) -> str | int:
    return int(step) if isinstance(step, str) and step.isdigit() else step


@lru_cache(maxsize=1)
def _usual_files() -> dict[str, str]:
    """The file each root key usually stands in: the topic of the schema that owns it."""
    return {
        name: f"{topic.__module__.rpartition('.')[2]}.yaml"
        for topic in reversed(Policy.__mro__)
        for name in inspect.get_annotations(topic)
    }
