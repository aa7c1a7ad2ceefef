"""The set of deadlines of a case is cheap enough to replay a hundred thousand."""

import time
from datetime import UTC, datetime, timedelta

from huiyin.clock.rules import deadlines_for
from huiyin.policy.schema import Policy


def test_a_set_of_deadlines_takes_microseconds(policy: Policy) -> None:
    begun, rounds = datetime(2026, 1, 5, tzinfo=UTC), 2000
    best = float("inf")
    for _ in range(3):
        mark = time.process_time()
        for place in range(rounds):
            deadlines_for(
                policy,
                kind="complaint",
                code=(1001, 2001, 4001, 1402)[place % 4],
                level=place % 4 + 1,
                channel="web",
                flags=frozenset(),
                received_at=begun + timedelta(minutes=place * 61),
            )
        best = min(best, (time.process_time() - mark) / rounds)
    assert best < 200e-6  # about 35 µs by itself; generous for a busy machine
