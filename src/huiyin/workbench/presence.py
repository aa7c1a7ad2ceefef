"""The collision notice: who else has the same case open."""

from datetime import datetime, timedelta

from django.db import connection

BEAT_SECONDS = 20
GONE_AFTER = timedelta(seconds=BEAT_SECONDS * 2 + 5)
FORGET_AFTER = timedelta(hours=1)


def beat(case_id: int, user_id: int, now: datetime) -> list[str]:
    """Note that this person has the case open, and return the names of the others who have, those longest here first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workbench_presence (case_id, user_id, at) VALUES (%s, %s, %s) ON CONFLICT (case_id, user_id) DO UPDATE SET at = excluded.at",
            [case_id, user_id, now],
        )
        cursor.execute("DELETE FROM workbench_presence WHERE case_id = %s AND at < %s", [case_id, now - FORGET_AFTER])
        cursor.execute(
            "SELECT coalesce(nullif(u.name, ''), u.username) FROM workbench_presence p JOIN people_user u ON u.id = p.user_id "
            "WHERE p.case_id = %s AND p.user_id <> %s AND p.at > %s ORDER BY p.id",
            [case_id, user_id, now - GONE_AFTER],
        )
        return [row[0] for row in cursor.fetchall()]
