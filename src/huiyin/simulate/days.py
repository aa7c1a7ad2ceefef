"""The calendar of the simulated shop: how much is bought and said on a day, at which hour, and when people work. Pure."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from math import exp
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.dispatch.rules import WEEKDAYS, minutes_of


def days_between(first: datetime, last: datetime, zone: ZoneInfo) -> list[date]:
    """Return the local days from `first` to `last`, both included."""
    begin, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def busyness(day: date, shop: Mapping[str, Any]) -> float:
    """Return how much is bought on a day, as a multiple of a usual one: weekday, season, and days of sale."""
    season = 1 + 0.004 * (day.timetuple().tm_yday - 180) / 10
    return float(shop["weekdays"][day.weekday()] * shop["sales"].get(day.strftime("%m-%d"), 1.0) * season)


def drawn(chance: random.Random, mean: float) -> int:
    """Return a number of events of a Poisson process with this mean."""
    if mean > 40:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


class Hours:
    """Draws the time of day at which people speak, by how busy each hour is."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._weights = list(accumulate(weights))

    def moment(self, chance: random.Random, day: date, zone: ZoneInfo) -> datetime:
        """Return a moment of this local day."""
        (hour,) = chance.choices(range(24), cum_weights=self._weights)
        return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), tzinfo=zone)


def windows(week: Mapping[Any, Sequence[str]], day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return the working hours of a shift on a local day, as the policy writes them."""
    found = []
    midnight = datetime.combine(day, time(), tzinfo=zone)
    for text in week.get(WEEKDAYS[day.weekday()], ()):
        begin, end = (minutes_of(part) for part in text.split("-"))
        found.append(
            (midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end if end > begin else end + 24 * 60))
        )
    return found


def mark_after(moment: datetime, every: timedelta) -> datetime:
    """Return the first mark of the clock at or after `moment`, where marks come at every full multiple of `every` in a day."""
    over = (
        timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
        % every
    )
    return moment + (every - over if over else timedelta(0))
