"""Simulated time: deeds on a heap, done in order of time; then the real drains; then everybody hears what has happened.

The simulated people and customers know nothing but the facts of the histories, which they read as they are written, and what
they themselves said. All they do, they do through the actions of the product.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction

from huiyin.drains import DRAINS
from huiyin.kernel.errors import HuiyinError
from huiyin.kernel.facts import Fact, together
from huiyin.policy.schema import Policy
from huiyin.simulate.days import mark_after
from huiyin.simulate.orders import Bought
from huiyin.simulate.post import hand_over
from huiyin.simulate.voices import Said

if TYPE_CHECKING:
    from huiyin.simulate.people import Person

Deed = Callable[[datetime], object]
ROUNDS = 20
OFTEN, SELDOM, FINE, LATELY = timedelta(hours=1), timedelta(hours=3), timedelta(minutes=15), timedelta(days=1)
"""How often the loop takes up what was said, and what was done; lately both go faster. Deeds have their own times in between."""

TIMED = {"deadlines", "care", "remedy"}
"""Drains that act by the clock; the others are run whenever something was said or done."""


@dataclass
class Matter:
    """A case as the simulated people see it. It is `Placed`, so that the product's permissions can be asked about it."""

    id: int
    number: str
    token: str
    said: Said | None
    order: Bought | None
    locale: str
    kind: str
    code: int
    level: int
    flags: list[str]
    state: str = "received"
    department: str = ""
    co_departments: list[str] = field(default_factory=list)
    owner: "Person | None" = None
    owner_id: int | None = None
    paused: bool = False
    late: bool = False
    rounds: int = 0
    reopened: int = 0
    outcome: str = ""

    @property
    def zh(self) -> bool:
        """Whether the customer speaks Chinese."""
        return self.locale.startswith("zh")


class World:
    """Everything that lives in the simulation, and its time."""

    def __init__(self, *, policy: Policy, begin: datetime, end: datetime, chance: random.Random) -> None:
        self.policy, self.begin, self.now, self.end, self.chance = policy, begin, begin, end, chance
        self.zone = ZoneInfo(policy.meta.timezone)
        self.matters: dict[int, Matter] = {}
        self.spoken: dict[str, tuple[Said | None, str, Bought | None]] = {}
        self.failed: Counter[str] = Counter()
        self.reactions: dict[type, Callable[[Any], object]] = {}
        self._heap: list[tuple[datetime, int, Deed]] = []
        self._order = count()
        self._recorded: list[Fact] = []
        self._unheard = False
        self._seen = 0
        self._dues: dict[str, datetime] = {}

    def at(self, moment: datetime, thought: Deed) -> None:
        """Have somebody think of something at a moment; what lies in the past is thought of as soon as possible."""
        heapq.heappush(self._heap, (max(moment, self.now), next(self._order), thought))

    def act(self, moment: datetime, deed: Deed) -> None:
        """Have an action done at a moment; if it is not possible then, it is left."""
        self.at(moment, partial(self.attempt, deed))

    def after(self, hours: float, deed: Deed) -> None:
        """Have something done so many hours from now."""
        self.at(self.now + timedelta(hours=hours), deed)

    def perhaps(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.chance.random() < probability

    def run(self) -> Iterator[datetime]:
        """Live until the end, mark by mark, skipping those at which nothing happens; yield the time reached."""
        while (tick := self._next_mark()) is not None and tick <= self.end:
            with transaction.atomic():
                self._do_until(tick)
                self.now = tick
                self._follow(tick)
            yield tick
        self.now = self.end

    def _next_mark(self) -> datetime | None:
        """Return when somebody hears of something again."""
        moments = [self._mark(due, SELDOM) for due in self._dues.values()]
        if self._heap:
            moments.append(self._mark(self._heap[0][0], OFTEN))
        if self._unheard:
            moments.append(self._mark(self.now + timedelta(seconds=1), SELDOM))
        return min(moments, default=None)

    def _mark(self, moment: datetime, every: timedelta) -> datetime:
        return min(mark_after(moment, FINE if self.end - moment < LATELY else every), max(self.end, moment))

    def _do_until(self, tick: datetime) -> None:
        with together() as self._recorded:
            while self._heap and self._heap[0][0] <= tick:
                moment, _, deed = heapq.heappop(self._heap)
                self.now = max(self.now, moment)
                deed(self.now)

    def attempt(self, deed: Deed, now: datetime) -> None:
        """Do something that may turn out impossible: then nothing of it has happened, and life goes on."""
        before = len(self._recorded)
        try:
            with transaction.atomic():
                deed(now)
        except HuiyinError as error:
            del self._recorded[before:]
            self.failed[f"{type(error).__name__}: {error}"] += 1

    def _follow(self, tick: datetime) -> None:
        """Run the drains that have work, hand over the post, and let people react, until nothing more happens at this time."""
        whole = self._mark(tick, SELDOM) == tick
        for _ in range(ROUNDS):
            due = {name for name, moment in self._dues.items() if self._mark(moment, SELDOM) <= tick}
            said, done = _recorded()
            self._unheard = done and not whole
            if not (due or said or (done and whole)):
                return
            work = due | ({"loop"} if said else set()) | ({"facts"} if done and whole else set())
            for drain in DRAINS:
                if drain.name in work:
                    drain.run(tick)
            hand_over(tick, self.chance)
            self._dues = {
                drain.name: moment
                for drain in DRAINS
                if drain.name in TIMED and (moment := drain.next_due()) is not None
            }
            for fact in list(self._news()):
                reaction = self.reactions.get(type(fact))
                if reaction is not None:
                    reaction(fact)

    def _news(self) -> Iterator[Fact]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, body::text FROM kernel_fact WHERE id > %s ORDER BY id", [self._seen])
            rows = cursor.fetchall()
        for fact_id, body in rows:
            self._seen = fact_id
            yield Fact.read(msgspec.json.decode(body))


def _recorded() -> tuple[bool, bool]:
    """Whether anything was said, and whether anything was done, that has not been followed yet.

    Raises:
        RuntimeError: the loop could not follow something; a simulation that goes on regardless would show nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(error) FROM cases_feedback WHERE drained_at IS NULL), (SELECT max(error) FROM kernel_pending)"
        )
        said, done = cursor.fetchone()
    if said or done:
        raise RuntimeError(f"the loop stopped in the simulation: {said or done}")
    return said is not None, done is not None


@contextmanager
def hurried() -> Iterator[None]:
    """Let the database be quick rather than careful while the simulation runs: a broken one is begun again."""
    options = connection.settings_dict["OPTIONS"]
    if not connection.in_atomic_block:  # statements that come again are prepared once
        connection.close()
        connection.settings_dict["OPTIONS"] = options | {"server_side_binding": True, "prepare_threshold": 3}
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    yield
    connection.settings_dict["OPTIONS"] = options
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
    else:
        connection.close()
