"""The customers of the simulated shop: who they are, when they speak, and how they answer. They come by their token, as real ones do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from huiyin.care import actions as care
from huiyin.care.models import Survey
from huiyin.contact import actions as contact
from huiyin.intake.actions import accept
from huiyin.intake.rules import read_item
from huiyin.remedy import actions as remedy
from huiyin.simulate.days import Hours, drawn
from huiyin.simulate.orders import Bought, OrderBook, Weighted
from huiyin.simulate.people import People
from huiyin.simulate.voices import Said, Voices
from huiyin.simulate.world import Matter, World

SPOKEN = {"phone", "counter"}
NAMELESS = {"social", "review", "survey"}


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer as he is known to the shop."""

    name: str
    phone: str
    email: str
    external_id: str
    english: bool
    patience: float

    def as_sender(self, channel: str) -> dict[str, str]:
        """Return what he tells of himself on this channel."""
        if channel in NAMELESS:
            return {"external_id": self.external_id}
        told = {"name": self.name, "phone": self.phone, "external_id": self.external_id}
        if channel in {"email", "web"} and self.email:
            told["email"] = self.email
        return {key: value for key, value in told.items() if value}


class Customers:
    """All customers, and their part in the loop."""

    def __init__(
        self,
        world: World,
        shop: Mapping[str, Any],
        sayings: Mapping[str, Any],
        words: Mapping[str, Any],
        *,
        number: int,
    ) -> None:
        self.world, self.shop, self.words = world, shop, words
        self.voices = Voices(shop, sayings, world.chance)
        self.channels, self.hours = Weighted(shop["channels"]), Hours(shop["hours"])
        self.buyers = [self._buyer(place) for place in range(number)]

    def _buyer(self, place: int) -> Buyer:
        chance, names = self.world.chance, self.words["names"]
        english = chance.random() < self.shop["english_share"]
        name = (
            chance.choice(names["english"])
            if english
            else chance.choice(names["surnames"]) + chance.choice(names["given"])
        )
        phone = f"1380000{place:04}" if chance.random() < 0.82 else ""
        email = f"customer{place}@example.com" if chance.random() < 0.4 or not phone else ""
        return Buyer(name, phone, email, f"U{100000 + place}", english, chance.random())

    # --- speaking --------------------------------------------------------------------------------------------------------

    def speak_on(self, days: Sequence[Any], book: OrderBook, people: People) -> None:
        """Plan who speaks when: the buyers of the last days in proportion to what was bought, and those the planted problems strike."""
        for place, day in enumerate(days):
            recent = sum(len(book.of_day[past]) for past in days[max(0, place - 5) : place + 1]) / 6
            for _ in range(drawn(self.world.chance, recent * self.shop["feedback_per_1000_orders"] / 1000)):
                moment = self.hours.moment(self.world.chance, day, self.world.zone)
                if self.world.begin <= moment < self.world.end:
                    self.world.act(moment, lambda now: self._anything(book, people, now))
        for problem in self.shop["problems"]:
            for order in book.struck_by(problem):
                moment = self._awake(order.signed_at + timedelta(hours=self.world.chance.expovariate(1 / 30)))
                if self.world.begin <= moment < self.world.end:
                    self.world.act(
                        moment,
                        partial(self._of_problem, order, problem["sayings"], people),
                    )

    def _anything(self, book: OrderBook, people: People, now: datetime) -> None:
        order = book.some_before(now) if self.world.perhaps(0.72) else None
        buyer = self.buyers[order.buyer] if order else self.world.chance.choice(self.buyers)
        said = self.voices.speak(order, english=buyer.english)
        self._send(said, order, buyer, people, now)
        if order is not None and said.kind == "complaint" and self.world.perhaps(0.05):
            again = timedelta(hours=self.world.chance.uniform(6, 60))
            self.world.act(self._awake(now + again), lambda later: self._send(said, order, buyer, people, later))

    def _of_problem(self, order: Bought, about: str, people: People, now: datetime) -> None:
        buyer = self.buyers[order.buyer]
        self._send(self.voices.of_goods(about, order, english=buyer.english), order, buyer, people, now)

    def _send(self, said: Said, order: Bought | None, buyer: Buyer, people: People, now: datetime) -> None:
        channel = "counter" if order is not None and order.store else self.channels.draw(self.world.chance)
        raw: dict[str, Any] = {
            "text": said.text,
            "customer": buyer.as_sender(channel),
            "locale": said.locale,
            "demand": self.voices.demand(said),
        }
        if order is not None:
            raw["order_number"] = order.number
        if channel == "counter":
            raw["store"] = (
                order.store if order is not None and order.store else self.world.chance.choice(self.shop["stores"])
            )
        receipt = accept(
            read_item(raw, policy=self.world.policy, channel=channel, now=now),
            source=self._source(channel, people),
            now=now,
        )
        self.world.spoken[receipt.number] = (said, receipt.token, order)

    def _source(self, channel: str, people: People) -> str:
        """Through whom it came in: what is spoken is written down by an agent."""
        if channel not in SPOKEN:
            return f"simulated:{channel}"
        agents = [
            person for person in people.all if person.actor.role == "agent" and person.actor.department == "service"
        ]
        return self.world.chance.choice(agents).actor.tag

    # --- answering -------------------------------------------------------------------------------------------------------

    def _awake(self, moment: datetime) -> datetime:
        """Return the moment, or the next morning when people sleep."""
        local = moment.astimezone(self.world.zone)
        if 8 <= local.hour < 23:
            return moment
        return moment + timedelta(hours=(8 - local.hour) % 24 + self.world.chance.uniform(0, 2))

    def later(self, median_hours: float) -> datetime:
        """Return when a customer gets round to something."""
        return self._awake(self.world.now + timedelta(hours=median_hours * self.world.chance.lognormvariate(0, 0.9)))

    def _say(self, what: str, matter: Matter) -> str:
        return str(self.world.chance.choice(self.words[what])["zh" if matter.zh else "en"])

    def consider(self, matter: Matter, proposal_id: int, *, reminded: bool = False) -> None:
        """Think about a proposal, and answer it; or not."""
        mood = self.world.chance.random()
        again = matter.rounds > 1
        if mood < (0.5 if reminded else 0.1):
            return
        matter.rounds += 1

        def answer(now: datetime) -> None:
            if mood < 0.16 and not again:
                remedy.discuss(matter.token, proposal_id=proposal_id, now=now, words=self._say("discussing", matter))
            elif mood < 0.2 and not again:
                remedy.refuse(matter.token, proposal_id=proposal_id, now=now, words=self._say("refusing", matter))
            else:
                remedy.accept(matter.token, proposal_id=proposal_id, now=now)

        self.world.act(self.later(4), answer)

    def inform(self, matter: Matter) -> None:
        """Send what was asked for; a quarter never does."""
        if self.world.perhaps(0.75):
            self.world.act(
                self.later(7),
                lambda now: contact.customer_writes(matter.token, text=self._say("informing", matter), now=now),
            )

    def chase(self, matter: Matter) -> None:
        """Ask how it goes, because it takes long."""
        if self.world.perhaps(0.3):
            self.world.act(
                self.later(1),
                lambda now: (
                    matter.state != "closed"
                    and contact.customer_writes(matter.token, text=self._say("chasing", matter), now=now)
                ),
            )

    def rate(self, matter: Matter, survey_id: int, *, reminded: bool) -> None:
        """Rate how it was handled; most do not."""
        if self.world.perhaps(0.22 if reminded else 0.4):
            rating = self._feels(matter)
            survey = Survey.objects.only("token").get(id=survey_id)
            names = list(self.world.policy.care.survey.dimensions)
            dimensions = {
                name: max(1, min(5, rating + self.world.chance.choice((-1, 0, 0, 1))))
                for name in names
                if self.world.perhaps(0.6)
            }
            words = self.world.chance.choice(self.words["ratings"][rating])["zh" if matter.zh else "en"]
            self.world.act(
                self.later(9),
                lambda now: care.answer_survey(
                    survey.token, rating=rating, now=now, dimensions=dimensions, words=words
                ),
            )

    def _feels(self, matter: Matter) -> int:
        mean = (
            4.75
            - 1.1 * matter.late
            - 0.8 * (matter.outcome == "partly")
            - 2.2 * (matter.outcome == "unresolved")
            - 0.3 * matter.reopened
        )
        return max(1, min(5, round(self.world.chance.gauss(mean, 0.75))))
