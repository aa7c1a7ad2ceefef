"""The simulated shop has a mail server and a sender of text messages: what waits in the outbox is handed over, a little of it in vain."""

import random
from datetime import datetime

from django.db import connection

from huiyin.cases.facts import MessageDelivered
from huiyin.kernel.facts import write

LOST = 0.004


def hand_over(now: datetime, chance: random.Random) -> int:
    """Hand over the messages that are due, all at once, and return how many. A few cannot be delivered and stay for people to see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM contact_message WHERE state = 'pending' AND try_at <= %s ORDER BY id", [now])
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        lost = [message for message in ids if chance.random() < LOST]
        cursor.execute(
            "UPDATE contact_message SET state = 'failed', attempts = 3, try_at = NULL, error = '550 mailbox unavailable' WHERE id = ANY(%s)",
            [lost],
        )
        cursor.execute(
            "UPDATE contact_message SET state = 'sent', attempts = 1, try_at = NULL, sent_at = %s WHERE id = ANY(%s) AND state = 'pending' RETURNING id, case_id, channel",
            [now, ids],
        )
        write(
            [
                MessageDelivered(case_id=case, at=now, message_id=message, channel=channel)
                for message, case, channel in sorted(cursor.fetchall())
            ]
        )
    return len(ids)
