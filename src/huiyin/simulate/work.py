"""What staff do with a case, step by step, through the actions of the product. Each function is one visit of a case at one desk."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from huiyin.care import actions as care
from huiyin.cases import actions as cases
from huiyin.cases.models import Case
from huiyin.cases.rules import SIMPLE_KINDS
from huiyin.clock import actions as clock
from huiyin.contact import actions as contact
from huiyin.dispatch import actions as dispatch
from huiyin.kernel.errors import Conflict, Forbidden
from huiyin.people.permissions import may
from huiyin.remedy import actions as remedy
from huiyin.remedy.queries import suggestions
from huiyin.remedy.suggest import Suggestion
from huiyin.simulate.people import People, Person, Task
from huiyin.simulate.world import Matter, World

EARLY = frozenset({"received", "confirmed", "investigating"})
OPEN = EARLY | {"proposing", "executing", "following"}
GUESSES = {"freight": Decimal(12), "price_difference": Decimal(20), "overcharge": Decimal(30), "loss": Decimal(60)}
OUTSIDE_HOURS = {1: (2.0, 0.7), 2: (9.0, 0.8), 3: (14.0, 0.8), 4: (20.0, 0.7)}
"""Median hours until merchants, suppliers and carriers have answered, and how much they differ."""


class Work:
    """How this shop's staff work."""

    def __init__(self, world: World, people: People, words: Mapping[str, Any]) -> None:
        self.world, self.people, self.words = world, people, words

    def say(self, what: str, matter: Matter, person: Person | None = None) -> str:
        """Return something staff say in the customer's language."""
        chosen = self.world.chance.choice(self.words[what])
        text = str(chosen["zh" if matter.zh else "en"])
        return text.replace("{agent}", person.user.name if person else "").replace(
            "{hours}", "24" if matter.level < 4 else "48"
        )

    def pick(self, what: str) -> str:
        """Return something staff write for staff."""
        return str(self.world.chance.choice(self.words[what])).replace(
            "{n}", str(self.world.chance.randrange(10**7, 10**8))
        )

    def lay(
        self, do: Any, matter: Matter, *, states: frozenset[str], minutes: tuple[float, float], by: Person | None = None
    ) -> None:
        """Lay a task on the owner's desk, or on somebody else's."""
        task = Task(matter, do, self.world.chance.uniform(*minutes), states, owners_only=by is None)
        self.people.give(by or matter.owner, task)

    # --- received --------------------------------------------------------------------------------------------------------

    def begin(self, matter: Matter) -> None:
        """Somebody has got a new case."""
        self.lay(self.first_steps, matter, states=frozenset({"received"}), minutes=(3, 14))

    def first_steps(self, person: Person, matter: Matter, now: datetime) -> None:
        """Check the judgement; answer what is simple; confirm the rest and speak to the customer."""
        if self._put_right(person, matter, now):
            return
        if matter.kind in SIMPLE_KINDS and may(person.actor, "case.answer", matter):
            text = self.say({"praise": "thanks", "suggestion": "ideas"}.get(matter.kind, "answers"), matter, person)
            contact.answer(matter.number, text=text, by=person.actor, now=now)
            return
        cases.confirm(matter.number, by=person.actor, now=now)
        if self.world.perhaps(0.07):
            questions = self.world.chance.choice(self.words["questions"])["zh" if matter.zh else "en"]
            contact.ask_info(matter.number, questions=questions, by=person.actor, now=now)
        else:
            contact.send_message(matter.number, text=self.say("first_reply", matter, person), by=person.actor, now=now)

    def _put_right(self, person: Person, matter: Matter, now: datetime) -> bool:
        """Correct or confirm a judgement the program was not sure of, or that is plainly wrong; tell whether the case may go elsewhere now."""
        unsure = Case.objects.filter(id=matter.id, needs_person=True).exists()
        change = self._truth(matter)
        if change and (unsure or self.world.perhaps(0.7)):
            cases.correct(matter.number, change=change, reason="", by=person.actor, now=now)
            return True
        if unsure and self.world.perhaps(0.8):
            cases.correct(matter.number, change={}, reason="", by=person.actor, now=now)
        return False

    def _truth(self, matter: Matter) -> dict[str, Any]:
        """What was judged wrongly, where the customer's words leave no doubt."""
        said, change = matter.said, dict[str, Any]()
        if said is None or matter.reopened or matter.rounds:
            return change
        matter.rounds += 1
        if said.kind != matter.kind:
            change["kind"] = said.kind
        if said.code is not None and said.code // 100 != matter.code // 100:
            change["code"] = said.code
        if abs(said.level - matter.level) > 1 or (change and said.level != matter.level):
            change["level"] = said.level
        return change

    # --- confirmed, investigating ----------------------------------------------------------------------------------------

    def look_into(self, person: Person, matter: Matter, now: datetime) -> None:
        """Begin to find out what happened, and ask those outside."""
        if not matter.paused:
            cases.investigate(matter.number, by=person.actor, now=now)
            if self.world.perhaps(0.88):
                self.world.after(
                    self.world.chance.uniform(0.4, 5),
                    lambda _: self.lay(self.tell_direction, matter, states=EARLY, minutes=(3, 9)),
                )
            if self.world.perhaps(0.3):
                contact.add_note(matter.number, text=self.pick("notes"), by=person.actor, now=now)

    def tell_direction(self, person: Person, matter: Matter, now: datetime) -> None:
        """Tell the customer what was found so far and where it is heading."""
        contact.send_message(matter.number, text=self.say("directions", matter), by=person.actor, now=now)

    def wait_for_outside(self, matter: Matter) -> None:
        """Merchant, supplier or carrier answer some time; then a solution is drawn up."""
        median, spread = OUTSIDE_HOURS[matter.level]
        hours = median * self.world.chance.lognormvariate(0, spread) * (0.4 if matter.reopened else 1)
        self.world.after(
            hours, lambda _: self.lay(self.propose, matter, states=frozenset({"investigating"}), minutes=(8, 25))
        )

    def propose(self, person: Person, matter: Matter, now: datetime) -> None:
        """Write down whose fault it was, and propose a solution from the handbook."""
        if matter.paused and matter.state != "proposing":
            return
        if matter.state == "investigating" and not matter.reopened:
            rows = [row for row in self.words["findings"] if matter.code // 1000 in row["ranges"]]
            (found,) = self.world.chance.choices(rows, [row["weight"] for row in rows])
            cases.set_responsibility(
                matter.number,
                responsible=found["responsible"],
                cause=found["cause"],
                note=found["note"],
                by=person.actor,
                now=now,
            )
        case = Case.objects.get(id=matter.id)
        words = self.say("better" if matter.state == "proposing" else "proposals", matter)
        for way in [*self._liked(suggestions(case, person.actor, now)), None]:
            items = self._items(way, matter)
            short = (
                way is not None
                and way.floor is not None
                and sum((item.amount for item in items), Decimal(0)) < way.floor
            )
            try:
                remedy.make_proposal(
                    matter.number,
                    words=words,
                    items=items,
                    by=person.actor,
                    now=now,
                    below_floor=self.words["below_floor"] if short else "",
                    offer=True,
                )
            except Conflict:
                continue
            return

    def _liked(self, ways: tuple[Suggestion, ...]) -> list[Suggestion]:
        shuffled = list(ways)
        self.world.chance.shuffle(shuffled)
        return shuffled

    def _items(self, way: Suggestion | None, matter: Matter) -> list[remedy.Item]:
        locale = "zh-hans" if matter.zh else "en"
        if way is None:
            return [
                remedy.Item("explanation"),
                remedy.Item("coupon", Decimal("10.00"), basis="手册：小额关怀" if matter.zh else "Handbook: goodwill"),
            ]
        made = []
        for item in way.items:
            amount = item.amount if item.amount is not None else GUESSES.get(item.ask, Decimal(20))
            if item.kind in {"refund", "compensation", "coupon"} and not amount:
                continue
            plain = item.kind in {"apology", "explanation", "points"}
            made.append(
                remedy.Item(
                    item.kind,
                    Decimal(0) if plain else amount,
                    item.points,
                    item.basis.in_(locale),
                    item.what.in_(locale),
                )
            )
        return made or self._items(None, matter)

    # --- approvals -------------------------------------------------------------------------------------------------------

    def ask_approval(self, matter: Matter) -> None:
        """Somebody above decides on the amount."""
        by = self.people.who("proposal.approve", matter, but=matter.owner)
        if by is not None:
            self.lay(self.approve, matter, states=OPEN, minutes=(4, 30), by=by)

    def approve(self, person: Person, matter: Matter, now: datetime) -> None:
        """Approve an amount, or send it back."""
        if self.world.perhaps(0.06):
            remedy.send_back(matter.number, reason=self.pick("send_back"), by=person.actor, now=now)
            return
        try:
            remedy.approve_proposal(matter.number, reason=self.pick("approve"), by=person.actor, now=now)
        except Forbidden:
            boss = next((other for other in self.people.all if other.actor.role == self.world.policy.ladder[-1]), None)
            if boss is not None and boss is not person:
                self.lay(self.approve, matter, states=OPEN, minutes=(10, 60), by=boss)

    def see_to_it(self, matter: Matter) -> None:
        """Nobody has taken a case: somebody above gives it to whoever of the department works next."""
        by = self.people.who("case.assign", matter)

        def assign(person: Person, _: Matter, now: datetime) -> None:
            hands = [
                one
                for one in self.people.all
                if one.actor.department == matter.department and may(one.actor, "case.take") and one is not person
            ]
            able = [one for one in hands if one.begins(now) is not None]
            if matter.owner is None and able:
                soonest = min(able, key=lambda one: (one.begins(now) or now, len(one.desk)))
                dispatch.assign_to(
                    matter.number,
                    department=matter.department,
                    owner_id=soonest.user.pk,
                    reason=self.pick("assigning"),
                    by=person.actor,
                    now=now,
                )

        if by is not None and matter.owner is None:
            self.lay(assign, matter, states=frozenset({"received"}), minutes=(2, 10), by=by)

    def ask_extension(self, person: Person, matter: Matter, deadline_id: int, now: datetime) -> None:
        """Ask for more time, because somebody outside has not answered."""
        reason = self.world.chance.choice(list(self.world.policy.extensions.reasons))
        clock.request_extension(
            matter.number, deadline_id=deadline_id, length="24 hours", reason=reason, by=person.actor, now=now
        )

    def decide_extension(self, matter: Matter, extension_id: int) -> None:
        """Somebody above decides on more time."""
        by = self.people.who("extension.approve", matter, but=matter.owner)
        granted = self.world.perhaps(0.8)

        def decide(person: Person, _: Matter, now: datetime) -> None:
            answer = self.pick("granted" if granted else "refused")
            clock.decide_extension(extension_id, granted=granted, answer=answer, by=person.actor, now=now)

        if by is not None:
            self.lay(decide, matter, states=OPEN, minutes=(5, 90), by=by)

    # --- executing, following, closed ------------------------------------------------------------------------------------

    def carry_out(self, person: Person, matter: Matter, now: datetime) -> None:
        """Goods came back, were sent, were repaired: write down the evidence."""
        remedy.carry_out(matter.number, by=person.actor, now=now, evidence=self.pick("evidence"))

    def wind_up(self, matter: Matter) -> None:
        """Whoever may close the case does so, once it is clear that all is well."""
        unresolved = self.world.perhaps(0.025)
        by = self.people.who("case.close_unresolved" if unresolved else "case.close", matter)
        outcome = "unresolved" if unresolved else "partly" if self.world.perhaps(0.1) else "resolved"

        def close(person: Person, _: Matter, now: datetime) -> None:
            reason = self.pick("unresolved") if unresolved else ""
            cases.close(matter.number, outcome=outcome, by=person.actor, now=now, reason=reason)

        if by is not None:
            self.lay(close, matter, states=frozenset({"following"}), minutes=(2, 8), by=by)

    def visit(self, matter: Matter, visit_id: int, due_at: datetime) -> None:
        """Somebody visits the customer when it is time."""

        def knock(person: Person, _: Matter, now: datetime) -> None:
            happy = 0.72 if matter.outcome == "partly" else 0.86 if matter.late else 0.95
            result = (
                "unreachable"
                if self.world.perhaps(0.13)
                else "satisfied"
                if self.world.perhaps(happy)
                else "dissatisfied"
            )
            words = str(self.world.chance.choice(self.words["visits"][result]))
            care.record_visit(visit_id, result=result, words=words, by=person.actor, now=now)

        def call(_: datetime) -> None:
            by = self.people.who("visit.record", matter)
            if by is not None:
                self.lay(knock, matter, states=frozenset({"closed"}), minutes=(4, 12), by=by)

        self.world.at(due_at + timedelta(hours=self.world.chance.uniform(0, 5)), call)

    def answer_words(self, person: Person, matter: Matter, now: datetime) -> None:
        """Answer a customer who asked how it goes."""
        contact.send_message(matter.number, text=self.say("replies", matter), by=person.actor, now=now)
