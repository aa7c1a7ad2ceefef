"""`huiyin up` as a whole: it gets ready, stops on Ctrl-C, and loses nothing when everything is killed at once."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from urllib.request import Request, urlopen

import pytest

from tests.house import House, house

pytestmark = pytest.mark.network
PATIENCE = 30
FORGOTTEN = """
SELECT (SELECT count(*) FROM cases_feedback WHERE case_id IS NULL),
       (SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_feedback f WHERE f.case_id = c.id)),
       (SELECT count(*) FROM cases_case WHERE department = '' OR due_at IS NULL),
       (SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM contact_message m WHERE m.case_id = c.id AND m.direction = 'out')),
       (SELECT count(*) FROM kernel_pending),
       (SELECT count(*) FROM intake_quarantined)
"""


@pytest.fixture(scope="module")
def up() -> Iterator[House]:
    with house() as made:
        print(f"\nfirst start of a new house: {made.start():.1f} s")
        yield made


class Trickle(threading.Thread):
    """A shop's system that pushes one feedback after another and believes only what was acknowledged."""

    def __init__(self, address: str, key: str) -> None:
        super().__init__(daemon=True)
        self.address, self.key = address, key
        self.acknowledged: dict[str, str] = {}
        self.sent = 0
        self.ended = threading.Event()

    def run(self) -> None:
        """Push until told to end or nobody answers any more."""
        while not self.ended.is_set():
            mark, self.sent = f"kill-{self.sent}", self.sent + 1
            try:
                self.acknowledged[mark] = self.push(mark)
            except (OSError, HTTPException, ValueError):
                return

    def push(self, mark: str) -> str:
        """Push one feedback and return the number it got."""
        said = {
            "text": f"第{mark}号包裹三天没有更新，请催一下",
            "external_id": mark,
            "customer": {"name": mark, "email": f"{mark}@example.com"},
        }
        request = Request(
            f"{self.address}/api/v1/feedback",
            json.dumps(said).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=10) as answer:
            return str(json.load(answer)["number"])


def test_everything_is_killed_and_nothing_is_lost(up: House) -> None:
    key = up.command("apikey", "create", "--role", "integrator", "--name", "trickle").split()[-1]
    trickle = Trickle(up.address, key)
    trickle.start()
    _until(lambda: len(trickle.acknowledged) >= 40, "the trickle does not flow")
    died = up.kill()
    trickle.ended.set()
    trickle.join(15)
    assert died >= 4, "web, worker, database and their parent"
    assert up.family() == set()

    print(f"\nsecond start, after {died} processes were killed: {up.start():.1f} s")
    assert trickle.acknowledged.items() == {mark: trickle.push(mark) for mark in trickle.acknowledged}.items(), (
        "asked again, the same number"
    )
    _until(lambda: up.rows("SELECT count(*) FROM cases_feedback WHERE drained_at IS NULL") == [(0,)] and up.rows(FORGOTTEN) == [(0,) * 6], "the loop does not come to an end")  # fmt: skip
    kept = dict(up.rows("SELECT external_id, number FROM cases_feedback WHERE external_id LIKE 'kill-%%'"))
    assert trickle.acknowledged.items() <= kept.items()
    assert len(kept) <= trickle.sent, "and nothing twice"


def test_ctrl_c_stops_every_process_and_it_starts_again(up: House) -> None:
    family = up.family()
    begin = time.monotonic()
    assert up.stop() == 0
    print(f"\nstopped {len(family)} processes in {time.monotonic() - begin:.1f} s")
    assert up.family() == set()
    print(f"later start: {up.start():.1f} s")


def _until(true: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, otherwise
        time.sleep(0.2)
