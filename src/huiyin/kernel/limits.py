"""Rate limits: one token bucket a key in the database, so that every node counts together."""

from datetime import datetime

from django.db import connection

from huiyin.kernel.errors import TooMany


def spend(key: str, *, per_minute: float, burst: int, now: datetime, cost: float = 1.0) -> None:
    """Take `cost` tokens from the bucket `key`, which refills at `per_minute` up to `burst`.

    Raises:
        TooMany: the bucket is empty; the error names the seconds to wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_bucket AS b (key, tokens, filled_at) VALUES (%(key)s, %(burst)s - %(cost)s, %(now)s)
            ON CONFLICT (key) DO UPDATE SET
                tokens = least(%(burst)s, greatest(b.tokens, 0) + greatest(0, extract(epoch FROM %(now)s - b.filled_at)) * %(rate)s) - %(cost)s,
                filled_at = greatest(b.filled_at, %(now)s)
            RETURNING tokens
            """,
            {"key": key[:120], "burst": float(burst), "cost": cost, "now": now, "rate": per_minute / 60},
        )
        row = cursor.fetchone()
    if row[0] < 0:
        wait = max(1, round(-row[0] * 60 / per_minute))
        raise TooMany("Too many attempts. Please wait {retry_after} seconds and try again.", retry_after=wait)
