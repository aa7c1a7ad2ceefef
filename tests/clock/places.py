"""Calendars and ways to write a moment for the tests of time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.clock.calendar import WorkCalendar
from huiyin.policy.schema.base import Text
from huiyin.policy.schema.calendar import WEEK, Calendar

NAME = Text(zh="测试", en="Test")
SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A moment as the clocks of a zone show it; a trailing ``~`` means the second of a repeated hour."""
    return datetime.fromisoformat(text.rstrip("~")).replace(tzinfo=zone, fold=int(text.endswith("~")))


def calendar(zone: ZoneInfo, country: str | None, *hours: str, every_day: bool = False, **more: object) -> WorkCalendar:
    """A calendar with the same hours Monday to Friday, or every day; without hours working days are open all day."""
    days = WEEK if every_day else WEEK[:5]
    week = dict.fromkeys(days, hours) if hours else None
    spec = {"label": NAME, "timezone": zone.key, "country": country, "week": week, **more}
    return WorkCalendar("test", Calendar.model_validate(spec))


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


OFFICE = calendar(SHANGHAI, "CN", "09:00-12:00", "13:00-18:00")
NIGHT = calendar(SHANGHAI, None, "22:00-06:00", every_day=True)
BERLIN_OFFICE = calendar(BERLIN, "DE", "09:00-17:00")
BERLIN_NIGHT = calendar(BERLIN, None, "22:00-06:00", every_day=True)
NEW_YORK_OFFICE = calendar(NEW_YORK, "US", "09:00-17:00")
