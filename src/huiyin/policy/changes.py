"""What differs between two policies, value by value, in words a reviewer can follow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from huiyin.policy.schema import Policy
from huiyin.policy.schema.base import Path

# Lists whose items have a name of their own are compared by it, so that a new line does not change all after it.
NAMES = ("code", "name", "key", "label")


@dataclass(frozen=True)
class Change:
    """One value that was added, removed or changed. `path` names it, `before` and `after` are plain JSON values."""

    how: Literal["added", "removed", "changed"]
    path: Path
    before: Any = None
    after: Any = None

    @property
    def where(self) -> str:
        """The path as one word: ``codes.1001.department``."""
        return ".".join(str(step) for step in self.path)

    def __str__(self) -> str:
        match self.how:
            case "added":
                return f"+ {self.where}: {shown(self.after)}"
            case "removed":
                return f"- {self.where}: {shown(self.before)}"
        return f"~ {self.where}: {shown(self.before)} → {shown(self.after)}"


def changes(before: Policy, after: Policy) -> list[Change]:
    """Everything that differs, in the order of the policy's keys."""
    return list(
        _differences(
            (), before.model_dump(mode="json", exclude_none=True), after.model_dump(mode="json", exclude_none=True)
        )
    )


def shown(value: Any) -> str:
    """A value on one line, the Chinese words first where it has both languages."""
    if isinstance(value, Mapping):
        if set(value) == {"zh", "en"}:
            return f"“{value['zh']}” / “{value['en']}”"
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _differences(path: Path, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    old, new = _named(before), _named(after)
    if old is None or new is None:
        yield Change("changed", path, before, after)
        return
    for key in [*old, *(key for key in new if key not in old)]:
        here = (*path, key)
        if key not in new:
            yield Change("removed", here, before=old[key])
        elif key not in old:
            yield Change("added", here, after=new[key])
        else:
            yield from _differences(here, old[key], new[key])
    if isinstance(before, list) and [key for key in old if key in new] != [key for key in new if key in old]:
        yield Change("changed", (*path, "order"), list(old), list(new))


def _named(value: Any) -> dict[str, Any] | None:
    """A mapping as it is; a list of named items as a mapping from their names; None for anything else."""
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return None
    for name in NAMES:
        names = [_plain(item.get(name)) for item in value]
        if all(names) and len(set(names)) == len(names):
            return {str(key): item for key, item in zip(names, value, strict=True)}
    return None


def _plain(name: Any) -> str | None:
    if isinstance(name, Mapping):
        return str(name.get("en") or "") or None
    return str(name) if name is not None else None
