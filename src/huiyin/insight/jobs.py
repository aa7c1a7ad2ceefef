"""The weekly report on schedule."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from procrastinate.contrib.django import app

from huiyin.insight.models import Report
from huiyin.insight.reports import make_weekly
from huiyin.insight.rules import last_week
from huiyin.kernel import clock
from huiyin.people.actors import SYSTEM
from huiyin.policy.schema.calendar import WEEK
from huiyin.policy.versions import active

EVERY_TEN_MINUTES: Final = "*/10 * * * *"


@app.periodic(cron=EVERY_TEN_MINUTES)
@app.task(queueing_lock="insight.weekly", pass_context=False)
def weekly_report(timestamp: int) -> None:
    """Make the report of last week once its hour has come. The schedule is the policy's and the hour the shop's, so it is looked at often."""
    make_due(clock.now())


def make_due(now: datetime) -> Report | None:
    """Make last week's report if its time has come (policy key `insight.reports.weekly`: on, at) and it was not made on schedule yet."""
    _, policy = active()
    zone = ZoneInfo(policy.meta.timezone)
    rule, period = policy.insight.reports["weekly"], last_week(now, zone)
    hour, minute = (int(part) for part in rule.at.split(":"))
    day = WEEK.index(rule.on) if isinstance(rule.on, str) else rule.on - 1
    due = datetime(period.last.year, period.last.month, period.last.day, hour, minute, tzinfo=zone) + timedelta(
        days=1 + day
    )
    if now < due or Report.objects.filter(kind="weekly", first_day=period.first, made_by=SYSTEM.tag).exists():
        return None
    return make_weekly(period, by=SYSTEM, now=now)
