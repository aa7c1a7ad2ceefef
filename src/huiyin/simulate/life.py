"""Who does what when something has happened: the table of the simulated shop's habits, fact by fact."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from huiyin.cases import facts
from huiyin.simulate.customers import Customers
from huiyin.simulate.people import People, Person
from huiyin.simulate.work import EARLY, OPEN, Work
from huiyin.simulate.world import Matter, World

STRAINED = {"propose", "step:investigate"}
UNCLAIMED = "claim"
FELT = {"respond", "propose"}


class Life:
    """Ties people and customers to the facts they hear of."""

    def __init__(self, world: World, people: People, customers: Customers, work: Work) -> None:
        self.world, self.people, self.customers, self.work = world, people, customers, work
        world.reactions = self.reactions()

    def reactions(self) -> dict[type, Callable[[Any], object]]:
        """Return what follows in people's heads from each kind of fact."""
        return {
            facts.CaseOpened: self.opened,
            facts.CaseAssigned: self.assigned,
            facts.JudgementCorrected: self.corrected,
            facts.CaseMoved: self.moved,
            facts.CasePaused: self.paused,
            facts.CaseResumed: self.resumed,
            facts.CustomerWrote: lambda fact: self.work.lay(
                self.work.answer_words, self.of(fact), states=OPEN, minutes=(3, 10)
            ),
            facts.DeadlineNear: self.near,
            facts.DeadlineMissed: self.missed,
            facts.ExtensionRequested: lambda fact: self.work.decide_extension(self.of(fact), fact.extension_id),
            facts.ProposalMade: lambda fact: self.work.ask_approval(self.of(fact)) if fact.needs_role else None,
            facts.ProposalApproved: lambda fact: None if fact.approved else self.propose_again(self.of(fact)),
            facts.ProposalOffered: lambda fact: self.customers.consider(self.of(fact), fact.proposal_id),
            facts.ProposalSilent: lambda fact: self.customers.consider(self.of(fact), fact.proposal_id, reminded=True),
            facts.ProposalRefused: lambda fact: self.propose_again(self.of(fact)),
            facts.ProposalDiscussed: lambda fact: self.propose_again(self.of(fact)),
            facts.CaseClosed: self.closed,
            facts.CaseReopened: self.reopened,
            facts.SurveyDue: lambda fact: self.customers.rate(self.of(fact), fact.survey_id, reminded=fact.reminder),
            facts.VisitPlanned: lambda fact: self.work.visit(self.of(fact), fact.visit_id, fact.due_at),
        }

    def of(self, fact: Any) -> Matter:
        """Return the matter a fact is about."""
        return self.world.matters[fact.case_id]

    def opened(self, fact: facts.CaseOpened) -> None:
        """A new matter."""
        said, token, order = self.world.spoken[fact.number]
        judged = fact.judgement
        self.world.matters[fact.case_id] = Matter(
            id=fact.case_id, number=fact.number, token=token, said=said, order=order, locale=said.locale if said else "zh-hans",
            kind=judged["kind"], code=judged["code"], level=judged["level"], flags=list(judged["flags"]),
        )  # fmt: skip

    def assigned(self, fact: facts.CaseAssigned) -> None:
        """Somebody got it, or it waits in a queue."""
        matter = self.of(fact)
        person = self.people.by_id.get(fact.owner_id or 0)
        matter.department, matter.owner, matter.owner_id = fact.department, person, fact.owner_id
        self.people.taken(matter)
        if person is None:
            self.people.queued(matter)
        else:
            self.resume(matter)

    def resume(self, matter: Matter) -> None:
        """Whoever has it now goes on where it stands."""
        if matter.state == "received":
            self.work.begin(matter)
        elif matter.state == "confirmed":
            self.work.lay(self.work.look_into, matter, states=frozenset({"confirmed"}), minutes=(5, 25))
        elif matter.state == "investigating":
            self.work.wait_for_outside(matter)

    def corrected(self, fact: facts.JudgementCorrected) -> None:
        """The judgement was put right: whoever has it goes on from the beginning."""
        matter = self.of(fact)
        for name, value in fact.after.items():
            if hasattr(matter, name):
                setattr(matter, name, value)
        if fact.after and matter.state == "received" and matter.owner is not None:
            self.work.begin(matter)

    def moved(self, fact: facts.CaseMoved) -> None:
        """It is at another step."""
        matter, hours = self.of(fact), self.world.chance.uniform
        matter.state = fact.after
        if fact.after in {"confirmed", "investigating"}:
            self.resume(matter)
        elif fact.after == "executing":
            self.world.after(
                hours(14, 60),
                lambda _: self.work.lay(self.work.carry_out, matter, states=frozenset({"executing"}), minutes=(5, 15)),
            )
        elif fact.after == "following":
            self.world.after(hours(2, 40), lambda _: self.work.wind_up(matter))

    def paused(self, fact: facts.CasePaused) -> None:
        """It waits for the customer."""
        matter = self.of(fact)
        matter.paused = True
        if fact.reason == "information":
            self.customers.inform(matter)

    def resumed(self, fact: facts.CaseResumed) -> None:
        """It waits no longer."""
        matter = self.of(fact)
        matter.paused = False
        if matter.state in EARLY:
            self.resume(matter)

    def near(self, fact: facts.DeadlineNear) -> None:
        """A deadline is close: some ask for more time."""
        matter = self.of(fact)
        owner = matter.owner
        if (
            owner is not None
            and fact.deadline in STRAINED
            and matter.state == "investigating"
            and self.world.perhaps(0.22)
        ):
            deadline = fact.deadline_id
            begins = owner.begins(self.world.now)
            if begins is not None and begins < fact.due_at:
                self.world.act(begins + timedelta(minutes=5), partial(self._plead, owner, matter, deadline))

    def _plead(self, owner: Person, matter: Matter, deadline: int, now: datetime) -> None:
        """Ask for more time if it is still needed."""
        if matter.state == "investigating":
            self.work.ask_extension(owner, matter, deadline, now)

    def missed(self, fact: facts.DeadlineMissed) -> None:
        """It is late: the owner puts it first, and some customers ask."""
        matter = self.of(fact)
        if fact.deadline == UNCLAIMED and fact.rung == 0:
            self.work.see_to_it(matter)
        if fact.deadline in FELT and fact.rung == 0:
            matter.late = True
            self.customers.chase(matter)

    def propose_again(self, matter: Matter) -> None:
        """The solution did not suit: another one is drawn up."""
        self.world.after(
            self.world.chance.uniform(0.5, 8),
            lambda _: self.work.lay(
                self.work.propose, matter, states=frozenset({"investigating", "proposing"}), minutes=(10, 30)
            ),
        )

    def closed(self, fact: facts.CaseClosed) -> None:
        """It ended."""
        matter = self.of(fact)
        matter.outcome, matter.paused = fact.outcome, False

    def reopened(self, fact: facts.CaseReopened) -> None:
        """It goes on."""
        matter = self.of(fact)
        matter.reopened += 1
        matter.outcome = ""
