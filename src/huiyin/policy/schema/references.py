"""Names one part of the policy uses and another part defines: departments, roles, flags, skills, codes …

One list of who refers to what, so that a new reference is one line here. A pattern walks the raw policy: ``*`` is any
key or place; ``@key`` at the end means that the dictionary's keys are the references.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from huiyin.policy.schema import clock, law
from huiyin.policy.schema.base import Check, Fault, Part, Path
from huiyin.policy.schema.nearest import nearest

REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "department",
        "departments",
        (
            "codes/*/department",
            "routes/*/department",
            "routes/*/co_departments/*",
            "strategies/*/team",
            "triage/incidents/lead_department",
            "prevention/warnings/*/tell_departments/*",
        ),
    ),
    (
        "role",
        "roles",
        (
            "departments/*/lead_role",
            "strategies/*/lead_role",
            "strategies/*/tell_roles/*",
            "dispatch/disputed_to",
            "triage/top_response/tell_roles/*",
            "ladder/*",
            "authority/*/role",
            "budget/tell_roles/*",
            "insight/reports/*/for_roles/*",
            "prevention/warnings/*/tell_roles/*",
            "prevention/improvement/late_tell_roles/*",
            "prevention/knowledge/reviewer_role",
            "people/courses/*/for_roles/*",
            "privacy/full_contacts_roles/*",
            "adoption/*/points/*/who",
        ),
    ),
    (
        "flag",
        "flags",
        (
            "routes/*/when/flags/*",
            "strategies/@key",
            "triage/level_floor/*/flags/*",
            "triage/top_response/flags/*",
            "triage/priority/importance/@key",
            "execute_before_acceptance/*",
            "contact/written_flags/*",
            "prevention/warnings/*/flags/*",
        ),
    ),
    ("skill", "skills", ("routes/*/skill", "codes/*/skills/*", "people/courses/*/for_skills/*")),
    ("template", "templates", ("channels/*/acknowledge",)),
    ("indicator", "indicators", ("insight/reports/*/indicators/*", "insight/dashboard/*")),
)


_ALL = (*REFERENCES, *clock.REFERENCES, *law.REFERENCES)


def unknown_names(data: Mapping[Any, Any]) -> Iterator[Fault]:
    """Every reference to a name that nothing defines, in the raw values of a policy.

    Works on what was read, not on what is valid, so that a mistake elsewhere hides none of these.
    """
    for what, target, patterns in _ALL:
        known = data.get(target)
        if not isinstance(known, Mapping):
            continue
        for pattern in patterns:
            for path, name in _walk(data, pattern.split("/"), ()):
                if isinstance(name, str) and name not in known:
                    yield Fault(path, f'unknown {what} "{name}"{nearest(name, known)}')


def _walk(value: Any, steps: Sequence[str], path: Path) -> Iterator[tuple[Path, Any]]:
    """Every value the pattern reaches, with its path; absent branches reach nothing."""
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    for key, item in _children(value, step):
        yield from _walk(item, rest, (*path, key))


def _children(value: Any, step: str) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Part):
        value = dict(value)
    if step == "@key":
        yield from ((key, key) for key in value if isinstance(value, Mapping))
    elif isinstance(value, Mapping):
        yield from value.items() if step == "*" else ((step, value[step]),) if step in value else ()
    elif step == "*" and isinstance(value, list | tuple):
        yield from enumerate(value)


CODE_SETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("routes", ("*", "when", "codes")),
    ("authority", ("*", "codes")),
    ("triage", ("level_floor", "*", "codes")),
    ("prevention", ("warnings", "*", "codes")),
)


def _code_set(root: str, pattern: tuple[str, ...]) -> Check:
    """Every code a rule names must exist, and every range must hold at least one code."""

    def run(policy: Any) -> Iterator[Fault]:
        for path, spans in _walk(getattr(policy, root), pattern, (root,)):
            for place, (first, last) in enumerate(spans):
                if first == last and not policy.has_code(first):
                    yield Fault((*path, place), f"unknown code {first}; codes.yaml has no such leaf code")
                elif not any(first <= code.code <= last for code in policy.codes):
                    yield Fault((*path, place), f"no code of codes.yaml lies in {first}–{last}")

    return Check((root, "codes"), run)


def _groups(policy: Any) -> Iterator[Fault]:
    for path, name in _walk(policy.routes, ("*", "when", "groups", "*"), ("routes",)):
        if name not in policy.groups:
            yield Fault(path, f'unknown group "{name}"{nearest(name, policy.groups)}')


def _ranges(policy: Any) -> Iterator[Fault]:
    known = tuple(span.key for span in policy.ranges.values())
    for path, name in _walk(policy.authority, ("*", "ranges", "*"), ("authority",)):
        if name not in known:
            yield Fault(path, f'unknown range "{name}"{nearest(name, known)}')


CHECKS = (
    *(_code_set(root, pattern) for root, pattern in (*CODE_SETS, *clock.CODE_SETS, *law.CODE_SETS)),
    Check(("routes", "codes"), _groups),
    Check(("authority", "ranges"), _ranges),
)
