"""Putting a judgement right, confirming it, and taking a correction back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from huiyin.cases import facts
from huiyin.cases.locks import lock_for
from huiyin.cases.models import Case
from huiyin.cases.opening import rank
from huiyin.cases.rules import HIGHEST
from huiyin.kernel.errors import BadInput, Conflict
from huiyin.kernel.facts import history, record
from huiyin.people.actors import Actor
from huiyin.policy.schema import Policy
from huiyin.policy.versions import version as policy_version

CORRECTABLE = {
    "kind": "kinds",
    "code": "codes",
    "level": "levels",
    "need": "needs",
    "sentiment": "sentiments",
    "flags": "flags",
}
"""What a person may put right in a judgement, and the key of the policy that names its values."""


def known(words: Mapping[Any, Any], value: Any, what: str) -> None:
    """Refuse a value that the policy has no word for; nothing at all is allowed. Raises BadInput."""
    if value != "" and value not in words:
        raise BadInput(
            "There is no {what} “{value}”. The policy knows: {known}.",
            what=what,
            value=str(value)[:60],
            known=", ".join(map(str, words)),
        )


@transaction.atomic
def correct(number: str, *, change: dict[str, Any], reason: str, by: Actor, now: datetime) -> Case:
    """Put the judgement right: any of kind, code, level, need, sentiment, flags; an empty change confirms it.

    Raises:
        BadInput: a value the case's policy does not know.
    """
    case = lock_for(number, by, "case.correct")
    policy = policy_version(case.policy_version)
    change = _sound(policy, change)
    before = {key: getattr(case, key) for key in change if getattr(case, key) != change[key]}
    after = {key: change[key] for key in before}
    _judge_anew(case, after, by=by.tag, now=now, reason=reason)
    return case


@transaction.atomic
def take_back_correction(number: str, *, by: Actor, now: datetime) -> Case:
    """Undo the last correction: the judgement is what it was before. Raises Conflict when there is none."""
    case = lock_for(number, by, "case.correct")
    last = next((fact for fact in reversed(history(case.id)) if isinstance(fact, facts.JudgementCorrected)), None)
    if last is None or any(getattr(case, key) != value for key, value in last.after.items()):
        raise Conflict("There is no correction to take back: the judgement has changed since.")
    _judge_anew(case, dict(last.before), by=by.tag, now=now, reason="taken back")
    return case


def _sound(policy: Policy, change: dict[str, Any]) -> dict[str, Any]:
    """Return a correction checked against the policy's words; flags in order and each once."""
    for key, value in change.items():
        if key not in CORRECTABLE:
            raise BadInput(
                "“{key}” cannot be corrected. What can: {known}.", key=key[:60], known=", ".join(CORRECTABLE)
            )
        if key == "code":
            if not policy.has_code(value):
                raise BadInput("There is no category code {value}.", value=str(value)[:20], field="code")
        elif key == "flags":
            for flag in value:
                known(policy.flags, flag, "flag")
        elif value == "" or value is None:
            raise BadInput("Please choose a value for “{key}”.", key=key, field=key)
        else:
            known(getattr(policy, CORRECTABLE[key]), value, key)
    return {**change, "flags": sorted(set(change["flags"]))} if "flags" in change else change


def _judge_anew(case: Case, after: dict[str, Any], *, by: str, now: datetime, reason: str) -> None:
    policy = policy_version(case.policy_version)
    risen = max(0, case.priority - rank(policy, case.level, case.flags))  # what being late has added stays
    before = {key: getattr(case, key) for key in after}
    for key, value in after.items():
        setattr(case, key, value)
    case.priority = min(HIGHEST, rank(policy, case.level, case.flags) + risen)
    case.judged_by, case.needs_person = by, False
    case.version += 1
    case.save(update_fields=[*after, "priority", "judged_by", "needs_person", "version"])
    record(facts.JudgementCorrected(case_id=case.id, at=now, by=by, before=before, after=after, reason=reason[:300]))
