"""Giving cases to departments and people, and handing over the next one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, F, Q

from huiyin.cases.facts import AssignmentDisputed, CaseAssigned, CaseOpened, DeadlineMissed, JudgementCorrected
from huiyin.cases.locks import lock, lock_for
from huiyin.cases.models import Case
from huiyin.cases.opening import rank
from huiyin.cases.rules import HIGHEST
from huiyin.dispatch.rules import Way, Worker, choose, on_shift, way_for
from huiyin.kernel.errors import BadInput, Conflict, Forbidden
from huiyin.kernel.facts import record
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import require
from huiyin.policy.schema import Policy
from huiyin.policy.versions import active
from huiyin.policy.versions import version as policy_version


def workers_on_shift(policy: Policy, now: datetime, departments: set[str]) -> list[Worker]:
    """Return the people of these departments who may take cases, are on shift and not away, with their open cases counted."""
    local = now.astimezone(ZoneInfo(policy.meta.timezone))
    taking = [
        name for name, role in policy.roles.items() if "case.take" in role.may and "proposal.approve" not in role.may
    ]
    people = (
        User.objects.filter(is_active=True, role__in=taking, department__in=departments)
        .exclude(away_until__gt=now)
        .annotate(open_cases=Count("cases", filter=Q(cases__closed_at__isnull=True)))
    )
    return [
        Worker(id=person.id, department=person.department, skills=frozenset(person.skills), load=person.open_cases)
        for person in people
        if not person.shift or (person.shift in policy.shifts and on_shift(policy.shifts[person.shift].week, local))  # type: ignore[arg-type]
    ]


def skills_of(departments: set[str]) -> set[tuple[str, str]]:
    """Return which skills somebody in these departments has: one that nobody has must not keep a case waiting for ever."""
    people = User.objects.filter(is_active=True, department__in=departments).values_list("department", "skills")
    return {(department, skill) for department, skills in people for skill in skills}


def assign(batch: Sequence[CaseOpened], now: datetime) -> list[CaseAssigned]:
    """Give each new case to a department and, where somebody is free, to a person."""
    return _assign([fact.case_id for fact in batch], now)


def assign_anew(batch: Sequence[JudgementCorrected], now: datetime) -> list[CaseAssigned]:
    """A judgement was put right: a case that now belongs to another department goes there."""
    ids = [fact.case_id for fact in batch if fact.after.keys() & {"kind", "code", "level", "flags"}]
    _, policy = active()
    cases = [
        case
        for case in lock(ids).values()
        if case.closed_at is None and _way(policy, case).department != case.department
    ]
    return _assign([case.id for case in cases], now, hop=True)


def _way(policy: Policy, case: Case) -> Way:
    return way_for(policy, kind=case.kind, code=case.code, flags=case.flags, level=case.level, channel=case.channel)


def _assign(ids: list[int], now: datetime, *, hop: bool = False) -> list[CaseAssigned]:
    if not ids:
        return []
    _, policy = active()
    cases = list(
        Case.objects.filter(id__in=ids)
        .only("id", "kind", "code", "flags", "level", "channel", "priority")
        .order_by("-priority", "id")
    )
    ways = {case.id: _way(policy, case) for case in cases}
    departments = {way.department for way in ways.values()}
    workers, there = workers_on_shift(policy, now, departments), skills_of(departments)
    limit = policy.dispatch.max_open_per_person
    brought = []
    rows: list[tuple[int, str, int | None, str, str]] = []
    for case in cases:
        way = ways[case.id]
        skill = way.skill if (way.department, way.skill) in there else ""
        worker = choose(workers, department=way.department, skill=skill, limit=limit)
        rows.append(
            (
                case.id,
                way.department,
                worker.id if worker else None,
                skill,
                "{" + ",".join(way.co_departments) + "}",
            )
        )
        brought.append(
            CaseAssigned(
                case_id=case.id,
                at=now,
                department=way.department,
                owner_id=worker.id if worker else None,
                because=f"{way.rule}: {way.because['en']}",
                hop=hop,
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case c SET department = t.department, owner_id = t.owner, owner_since = CASE WHEN t.owner IS NULL THEN NULL ELSE %s END, "
            "skill = t.skill, co_departments = t.co::varchar[], hops = hops + %s "
            "FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[]) AS t(id, department, owner, skill, co) WHERE c.id = t.id",
            [now, int(hop), *(list(column) for column in zip(*rows, strict=True))],
        )
    return brought


def escalate(batch: Sequence[DeadlineMissed], now: datetime) -> list[CaseAssigned]:
    """A deadline has passed: the case rises in the queue (policy key `triage.priority.late_bonus`), once however many it misses."""
    _, policy = active()
    late = lock({fact.case_id for fact in batch if fact.clock == "promise" and fact.rung == 0})
    risen = []
    for case in late.values():
        rank_when_late = min(HIGHEST, rank(policy, case.level, case.flags) + policy.triage.priority.late_bonus)
        if case.closed_at is None and case.priority < rank_when_late:
            case.priority = rank_when_late
            risen.append(case)
    Case.objects.bulk_update(risen, ["priority"])
    return []


@transaction.atomic
def assign_to(number: str, *, department: str, owner_id: int | None, reason: str, by: Actor, now: datetime) -> Case:
    """Give a case to a department or a person of it.

    Raises:
        BadInput: no such department, or the person does not work in it.
    """
    case = lock_for(number, by, "case.assign")
    policy = policy_version(case.policy_version)
    if department not in policy.departments:
        raise BadInput("There is no department “{department}”.", department=department[:60])
    if owner_id is not None and not User.objects.filter(id=owner_id, is_active=True, department=department).exists():
        raise BadInput("This person does not work in that department.")
    return _give(case, department=department, owner_id=owner_id, because=reason[:300], by=by, now=now)


@transaction.atomic
def assign_many(
    numbers: Collection[str], *, department: str, owner_id: int | None, reason: str, by: Actor, now: datetime
) -> list[Case]:
    """Give several cases to a department or a person at once: all of them or, when one cannot be given, none. Raises as `assign_to`."""
    in_order = Case.objects.filter(number__in=numbers).order_by("id").values_list("number", flat=True)
    return [
        assign_to(number, department=department, owner_id=owner_id, reason=reason, by=by, now=now)
        for number in in_order
    ]


@transaction.atomic
def take(number: str, *, by: Actor, now: datetime) -> Case:
    """Take a case out of the department's queue.

    Raises:
        Conflict: somebody else has it.
    """
    case = lock_for(number, by, "case.take")
    if by.user_id is None:
        raise Forbidden("Only a person can take a case.")
    if case.owner_id == by.user_id:
        raise Conflict("This case is yours already.")
    if case.owner_id is not None:
        raise Conflict("Somebody else has taken this case meanwhile.")
    return _give(case, department=case.department, owner_id=by.user_id, because="taken from the queue", by=by, now=now)


@transaction.atomic
def release(number: str, *, reason: str, by: Actor, now: datetime) -> Case:
    """Put one's own case back into the department's queue: the undo of `take`."""
    case = lock_for(number, by, "case.take")
    if case.owner_id is None:
        raise Conflict("The case is in the queue already.")
    if case.owner_id != by.user_id:
        require(by, "case.assign", case)
    return _give(
        case,
        department=case.department,
        owner_id=None,
        because=reason[:300] or "put back into the queue",
        by=by,
        now=now,
    )


def _give(case: Case, *, department: str, owner_id: int | None, because: str, by: Actor, now: datetime) -> Case:
    if case.closed_at is not None:
        raise Conflict("The case is closed; reopen it first.")
    hop = department != case.department
    case.department, case.owner_id, case.owner_since = department, owner_id, now if owner_id else None
    case.hops += hop
    case.version += 1
    case.save(update_fields=["department", "owner_id", "owner_since", "hops", "version"])
    record(
        CaseAssigned(
            case_id=case.id, at=now, by=by.tag, department=department, owner_id=owner_id, because=because, hop=hop
        )
    )
    return case


@transaction.atomic
def next_case(*, by: Actor, now: datetime, passed: Collection[int] = ()) -> Case | None:
    """Give this person the most urgent case he can handle, from his own or the queue; never one that another is getting.

    `passed` are ids of cases he was handed in this round and went on from: they do not come again, so that “next” always leads on.
    Returns None when there is nothing (more) to do.
    """
    require(by, "queue.next")
    person = User.objects.filter(id=by.user_id or 0).first()
    if person is None:
        raise Forbidden("Only a person can be given cases.")
    order = ("-priority", F("due_at").asc(nulls_last=True), "id")
    own = (
        Case.objects.open()
        .filter(owner_id=person.pk, paused_at__isnull=True)
        .exclude(id__in=passed)
        .order_by(*order)
        .first()
    )
    waiting = (
        Case.objects.open()
        .unowned()
        .filter(department=by.department, paused_at__isnull=True)
        .filter(Q(skill="") | Q(skill__in=person.skills))
    )
    top = waiting.exclude(id__in=passed).select_for_update(skip_locked=True, of=("self",)).order_by(*order).first()
    if top is None or (own is not None and own.priority >= top.priority):
        return own
    return _give(top, department=top.department, owner_id=person.pk, because="next in the queue", by=by, now=now)


@transaction.atomic
def dispute(number: str, *, reason: str, by: Actor, now: datetime) -> Case:
    """Say that a case was given to the wrong place: the supervisor of the department decides, or whom the policy names (key `dispatch.disputed_to`).

    After as many hops as the policy allows (`dispatch.max_hops`) the rung above decides, so that a case is not passed round.

    Raises:
        BadInput: no reason is given.
        Conflict: the case is closed, or nobody is there to decide.
    """
    case = lock_for(number, by, "case.take")
    if not reason.strip():
        raise BadInput("Please say why this case belongs elsewhere.")
    policy = policy_version(case.policy_version)
    judge = _judge_of(policy, case, by)
    if judge is None:
        raise Conflict("Nobody who could decide this is here. Speak to your supervisor.")
    case.hops += 1
    case.save(update_fields=["hops"])
    record(AssignmentDisputed(case_id=case.id, at=now, by=by.tag, reason=reason[:300], hops=case.hops))
    return _give(
        case, department=case.department, owner_id=judge.pk, because=f"disputed: {reason[:280]}", by=by, now=now
    )


def _judge_of(policy: Policy, case: Case, by: Actor) -> User | None:
    ladder = list(policy.ladder)
    role = policy.dispatch.disputed_to
    if case.hops >= policy.dispatch.max_hops and role in ladder and ladder.index(role) + 1 < len(ladder):
        role = ladder[ladder.index(role) + 1]
    people = User.objects.filter(is_active=True, role=role).exclude(id=by.user_id or 0)
    people = people.annotate(load=Count("cases", filter=Q(cases__closed_at__isnull=True))).order_by("load", "id")
    return people.filter(department=case.department).first() or people.first()
