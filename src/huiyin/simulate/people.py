"""The staff of the simulated shop: accounts, hours, and a desk on which work lies until somebody has time for it."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from huiyin.dispatch import actions as dispatch
from huiyin.people.actions import actor_of
from huiyin.people.actors import Actor
from huiyin.people.models import User
from huiyin.people.permissions import may
from huiyin.simulate.days import windows
from huiyin.simulate.world import Matter, World

SOON = timedelta(hours=1)
HANDED_OVER = "交接班，尚未开始处理"
URGENCY = {1: 1000, 2: 300, 3: 200, 4: 100}


@dataclass(frozen=True)
class Task:
    """Something that lies on a desk: what to do about which matter, how long it takes, and when it is still wanted."""

    matter: Matter
    do: Callable[["Person", Matter, datetime], object]
    minutes: float
    states: frozenset[str]
    owners_only: bool = True

    def wanted(self, person: "Person") -> bool:
        """Whether it is still to be done, and by this person."""
        return self.matter.state in self.states and (not self.owners_only or self.matter.owner is person)


@dataclass(eq=False)
class Person:
    """Somebody who works here."""

    user: User
    actor: Actor
    hours: list[tuple[datetime, datetime]]
    desk: list[tuple[int, int, Task]] = field(default_factory=list)
    busy: bool = False

    def begins(self, moment: datetime) -> datetime | None:
        """Return when he works next, from `moment` on; None when the simulation ends before."""
        while self.hours and self.hours[0][1] <= moment:
            self.hours.pop(0)
        return max(moment, self.hours[0][0]) if self.hours else None


class People:
    """All who work here, and the queues they take from."""

    def __init__(self, world: World, staff: Sequence[Mapping[str, Any]], password: str) -> None:
        self._world, self._order = world, count()
        hashed = make_password(password)
        self.all = [self._hire(row, hashed) for row in staff]
        self.by_id = {person.user.pk: person for person in self.all}
        self.waiting: dict[str, set[int]] = {}
        self._asked_in_vain: list[Person] = []
        self._days_off(staff)

    def _hire(self, row: Mapping[str, Any], hashed: str) -> Person:
        skills = list(row.get("skills", ()))
        user = User.objects.create(
            username=row["username"], name=row["name"], role=row["role"], department=row["department"], shift=row["shift"], skills=skills, password=hashed,
            languages=["zh-hans", "en"] if "english" in skills else ["zh-hans"], locale=row.get("locale", "zh-hans"), must_change_password=False,
        )  # fmt: skip
        world, week = self._world, self._world.policy.shifts[row["shift"]].week
        first = world.begin.astimezone(world.zone).date() - timedelta(days=1)
        days = [first + timedelta(days=number) for number in range((world.end - world.begin).days + 30)]
        hours = [
            window
            for day in days
            if day.weekday() not in row.get("rest", ())
            for window in windows(week, day, world.zone)
        ]
        return Person(user=user, actor=actor_of(user), hours=hours)

    def _days_off(self, staff: Sequence[Mapping[str, Any]]) -> None:
        """Whoever rests on a day is away on it, so that no case is given to him."""
        for weekday in range(7):
            names = [row["username"] for row in staff if weekday in row.get("rest", ())]
            world = self._world
            local = world.begin.astimezone(world.zone)
            first = datetime.combine(
                local.date() + timedelta(days=(weekday - local.weekday()) % 7), time(), tzinfo=world.zone
            )
            self._rest(names, first)

    def _rest(self, names: list[str], midnight: datetime) -> None:
        def away(_: datetime) -> None:
            User.objects.filter(username__in=names).update(away_until=midnight + timedelta(days=1))
            self._rest(names, midnight + timedelta(days=7))

        self._world.at(midnight, away)

    # --- who does what ---------------------------------------------------------------------------------------------------

    def who(self, permission: str, matter: Matter, *, but: Person | None = None) -> Person | None:
        """Return who does this: the owner if he may, else a colleague of the department, else whoever may, the least loaded first."""
        if matter.owner is not None and matter.owner is not but and may(matter.owner.actor, permission, matter):
            return matter.owner
        able = [person for person in self.all if person is not but and may(person.actor, permission, matter)]
        ladder = self._world.policy.ladder

        def distance(person: Person) -> tuple[bool, int, int]:
            rung = ladder.index(person.actor.role) if person.actor.role in ladder else len(ladder)
            return person.actor.department != matter.department, rung, len(person.desk)

        return min(able, key=distance, default=None)

    # --- working ---------------------------------------------------------------------------------------------------------

    def give(self, person: Person | None, task: Task) -> None:
        """Lay a task on somebody's desk."""
        if person is not None:
            matter = task.matter
            unheard = matter.state == "received"
            urgency = URGENCY[matter.level] + 250 * unheard + 500 * matter.late + 400 * ("safety" in matter.flags)
            heapq.heappush(person.desk, (-urgency, next(self._order), task))
            self.wake(person)

    def wake(self, person: Person) -> None:
        """Let somebody who has nothing to do look at his desk when he works next."""
        begins = None if person.busy else person.begins(self._world.now)
        if begins is not None:
            person.busy = True
            self._world.at(begins, lambda now: self._next(person, now))
            if begins > self._world.now + SOON:
                self._world.at(self._world.now, lambda now: self._hand_over(person, now))

    def _next(self, person: Person, now: datetime) -> None:
        begins = person.begins(now)
        person.busy = False
        if begins is None or begins > now:
            self._hand_over(person, now)
            if person.desk:
                self.wake(person)
            return
        self._take(person, now)
        while person.desk:
            task = heapq.heappop(person.desk)[2]
            if task.wanted(person):
                person.busy = True
                self._world.at(now + timedelta(minutes=task.minutes), partial(self._done, person, task))
                return

    def _hand_over(self, person: Person, now: datetime) -> None:
        """Whoever goes home puts what he has not begun back into the queue, for those who stay or come."""
        for _, _, task in person.desk:
            if task.matter.state == "received" and task.wanted(person):
                task.matter.owner = None
                self._world.attempt(partial(self._put_back, task.matter.number, person), now)

    @staticmethod
    def _put_back(number: str, person: Person, now: datetime) -> None:
        dispatch.release(number, reason=HANDED_OVER, by=person.actor, now=now)

    def _done(self, person: Person, task: Task, now: datetime) -> None:
        if task.wanted(person):
            self._world.attempt(partial(task.do, person, task.matter), now)
        self._next(person, now)

    def _take(self, person: Person, now: datetime) -> None:
        """Ask for the next case of the department's queue while one waits there."""
        if (
            person not in self._asked_in_vain
            and self.waiting.get(person.actor.department)
            and may(person.actor, "queue.next")
            and may(person.actor, "case.take")
            and person.actor.role not in self._world.policy.ladder[1:]
        ):
            self._world.attempt(partial(self._ask_for_next, person), now)

    def _ask_for_next(self, person: Person, now: datetime) -> None:
        case = dispatch.next_case(by=person.actor, now=now)
        if case is None or case.pk not in self.waiting[person.actor.department]:
            self._asked_in_vain.append(person)

    def queued(self, matter: Matter) -> None:
        """A case waits in a department's queue: those who have time ask for it."""
        self.waiting.setdefault(matter.department, set()).add(matter.id)
        for person in self.all:
            if person.actor.department == matter.department:
                if person in self._asked_in_vain:
                    self._asked_in_vain.remove(person)
                self.wake(person)

    def taken(self, matter: Matter) -> None:
        """A case waits no longer."""
        for queue in self.waiting.values():
            queue.discard(matter.id)
