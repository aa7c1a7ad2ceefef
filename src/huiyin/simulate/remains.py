"""What lies about in a living shop: things that came in and could not be read, and the weekly reports."""

import json
from datetime import timedelta

from huiyin.insight.reports import make_weekly
from huiyin.insight.rules import last_week
from huiyin.intake.actions import quarantine
from huiyin.people.actors import SYSTEM
from huiyin.simulate.world import World

UNREADABLE = (
    (
        44.0,
        b'{"text": "\xc9\xcc\xc6\xb7\xbb\xb5\xc1\xcb", "channel": "app"}',
        "The text is not UTF-8 (byte 10).",
        "api",
        "key:erp",
    ),
    (
        20.5,
        json.dumps({"text": "", "channel": "app", "order_number": "DD261120004217"}).encode(),
        "“text” is empty: please say what happened.",
        "api",
        "key:app",
    ),
    (
        9.0,
        b'{"text": "\xe5\x8c\x85\xe8\xa3\xb9\xe4\xb8\xa2\xe4\xba\x86", "channel": "pigeon"}',
        "There is no channel “pigeon”.",
        "batch",
        "key:partner",
    ),
    (
        2.2,
        b'{"text": "\xe9\x80\x80\xe6\xac\xbe\xe6\xb2\xa1\xe5\x88\xb0", "customer": {"phone": "not a number"}',
        "This is not JSON: it ends too early.",
        "batch",
        "key:partner",
    ),
)
"""Hours ago, the raw bytes, why they cannot be read, the channel and the source."""


WEEKS = 4


def leave_behind(world: World) -> None:
    """Put some unreadable input into quarantine, as it came in during the last two days, and make the reports of the last weeks."""
    for weeks in range(min(WEEKS, (world.end - world.begin).days // 7)):
        make_weekly(
            last_week(world.end - timedelta(weeks=weeks), world.zone), by=SYSTEM, now=world.end - timedelta(weeks=weeks)
        )
    for hours, raw, reason, channel, source in UNREADABLE:
        quarantine(raw, reason=reason, channel=channel, source=source, now=world.end - timedelta(hours=hours))
