"""Which rules apply to a case, worked out once for each combination of marks, and the earliest of several."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from huiyin.clock.measure import Bench, bench
from huiyin.clock.said import Due, Said, shown
from huiyin.clock.statute import statutes_starting
from huiyin.policy.schema import Policy
from huiyin.policy.schema.span import Span

_WORDS = {
    "respond": Said("首次人工响应", "first human reply"),
    "answer": Said("实质答复", "answer in substance"),
    "propose": Said("提出方案", "solution proposed"),
    "result": Said("结果反馈", "result told"),
}
_KEPT = 16
_plans: dict[int, tuple[Policy, "Plans"]] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """One time limit of the policy: its key, its length, and what it says."""

    key: str
    span: Span
    said: Said


Marks = tuple[str, int | None, int, str, frozenset[str]]
"""Kind, code, level, channel and flags of a case: what decides which rules apply."""


class Plans:
    """Which rules apply to which marks, worked out once for each combination."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.bench: Bench = bench(policy)
        self.rules = lru_cache(maxsize=16384)(self._rules)
        self.legal = lru_cache(maxsize=16384)(self._legal)

    def _group(self, code: int | None) -> str | None:
        return self.policy.code(code).group if code is not None and self.policy.has_code(code) else None

    def _rules(self, marks: Marks) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """By promise, in the order of the policy: the rules of which the earliest holds; the level's own comes first."""
        kind, code, level, channel, flags = marks
        policy = self.policy
        found: dict[str, list[Rule]] = {name: [] for name in policy.promises.get(kind, ())}  # type: ignore[call-overload]
        for name, rules in found.items():
            span: Span | None = getattr(policy.deadlines[level], name, None)  # type: ignore[index]
            if span is not None:
                rules.append(Rule(f"deadlines/{level}/{name}", span, _by_level(level, name, span)))
        for key, standard in policy.standards.items():
            fits = standard.when.holds(
                kind=kind, code=code, group=self._group(code), flags=flags, level=level, channel=channel
            )
            if fits and standard.promise in found:
                said = Said(standard.label.zh, standard.label.en)
                found[standard.promise].append(Rule(f"standards/{key}", standard.within, said))
        return tuple((name, tuple(rules)) for name, rules in found.items() if rules)

    def _legal(self, marks: Marks) -> tuple[str, ...]:
        kind, code, level, channel, flags = marks
        return statutes_starting(
            self.policy, "received", kind=kind, code=code, level=level, channel=channel, flags=flags
        )


def _by_level(level: int, name: str, span: Span) -> Said:
    words, promise = span.words, _WORDS[name]
    return Said(f"{level}级：{promise.zh}限{words.zh}", f"level {level}: {promise.en} within {words.en}")


def plans(policy: Policy) -> Plans:
    """The worked-out rules of a policy, kept by object: a policy is frozen."""
    kept = _plans.get(id(policy))
    if kept is None:
        if len(_plans) >= _KEPT:
            _plans.clear()
        kept = _plans[id(policy)] = (policy, Plans(policy))
    return kept[1]


def earliest(with_bench: Bench, name: str, rules: tuple[Rule, ...], start: datetime) -> Due:
    """The earliest of the rules holds; the others are named with what they would have allowed."""
    first = rules[0]
    due, warn, said = with_bench.measure(start, first.span)
    others: list[Said] = []
    for rule in rules[1:]:
        other_due, other_warn, other_said = with_bench.measure(start, rule.span)
        if other_due < due:
            others.append(_later(first.said, shown(due, with_bench.zone)))
            first, due, warn, said = rule, other_due, other_warn, other_said
        else:
            others.append(_later(rule.said, shown(other_due, with_bench.zone)))
    calendar = with_bench.calendar_of(first.span).name
    return Due("promise", name, start, due, warn, calendar, first.key, (first.said, said, *others))


def _later(said: Said, moment: str) -> Said:
    return Said(f"{said.zh}：至 {moment}，以较早者为准", f"{said.en}: until {moment}; the earlier holds")


@lru_cache(maxsize=256)
def _step_said(label_zh: str, label_en: str, level: int, words_zh: str, words_en: str) -> Said:
    return Said(f"{level}级：步骤“{label_zh}”限{words_zh}", f"level {level}: step “{label_en}” within {words_en}")


def step_rule(policy: Policy, step: str, level: int) -> Rule:
    limit = policy.stage_limits[step]
    span = limit.within[level]  # type: ignore[index]
    said = _step_said(limit.label.zh, limit.label.en, level, span.words.zh, span.words.en)
    return Rule(f"stage_limits/{step}/{level}", span, said)
