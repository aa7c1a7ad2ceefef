"""`huiyin demo`: months of a shop's life in a minute or two, through the same actions people use."""

import gc
import random
import secrets
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml
from django.db import connection, transaction
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from huiyin.cases.models import Case
from huiyin.insight import actions as insight
from huiyin.kernel import clock, wake
from huiyin.policy.versions import active
from huiyin.simulate.customers import Customers
from huiyin.simulate.days import days_between
from huiyin.simulate.life import Life
from huiyin.simulate.orders import OrderBook
from huiyin.simulate.people import People
from huiyin.simulate.remains import leave_behind
from huiyin.simulate.work import Work
from huiyin.simulate.world import World, hurried

SEED = 20260715
BEFORE = timedelta(days=30)
BUYERS_PER_MONTH = 600


@cache
def _data(name: str) -> Any:
    return yaml.safe_load((resources.files("huiyin.simulate") / f"{name}.yaml").read_text(encoding="utf-8"))


def simulate(*, months: int, progress: bool, now: datetime | None = None, seed: int = SEED) -> str | None:
    """Let a shop live through `months` months up to now and return the password of its staff; None where cases exist already."""
    if Case.objects.exists():
        click.echo("There are cases already, so nothing is simulated.")
        return None
    end = (now or clock.now()).replace(second=0, microsecond=0)
    password = secrets.token_urlsafe(9)
    with wake.silent(), hurried():
        world = _settle(months, end, seed, password)
        gc.freeze()  # what lives through the whole simulation need not be looked at again and again
        with insight.at_once(end):
            _live(world, progress=progress)
        leave_behind(world)
    gc.unfreeze()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    click.echo(_summary(world, password))
    return password


def _settle(months: int, end: datetime, seed: int, password: str) -> World:
    """Hire the staff, write the order book, and plan who speaks when."""
    _, policy = active()
    shop, sayings, words = _data("shop"), _data("sayings"), _data("staff_words")
    chance = random.Random(seed)  # noqa: S311 - a simulation is to be repeatable
    world = World(policy=policy, begin=end - timedelta(days=30 * months), end=end, chance=chance)
    days = days_between(world.begin - BEFORE, end, ZoneInfo(policy.meta.timezone))
    buyers = round(BUYERS_PER_MONTH * months)
    book = OrderBook(shop, days, buyers=buyers, zone=world.zone, now=end, chance=chance)
    with transaction.atomic():
        book.write()
        people = People(world, shop["staff"], password)
    customers = Customers(world, shop, sayings, words, number=buyers)
    customers.speak_on(days, book, people)
    Life(world, people, customers, Work(world, people, words))
    return world


def _live(world: World, *, progress: bool) -> None:
    total = (world.end - world.begin).days
    columns = (
        TextColumn("A shop comes to life"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, disable=not progress) as bar:
        task = bar.add_task("", total=total)
        for moment in world.run():
            bar.update(task, completed=(moment - world.begin).days)


def _summary(world: World, password: str) -> str:
    cases = Case.objects.count()
    late = Case.objects.open().due_before(world.end).count()
    return (
        f"\nThe simulated shop has {cases:,} cases; {Case.objects.open().count():,} are open, {late} of them late.\n"
        f"Sign in as agent1 … agent23, member1, supervisor1, legal1, manager, executive or auditor; the password of all of them is {password}"
    )
