"""Waking the workers: a NOTIFY at most every few milliseconds a process, sent beside the transactions it speaks of.

A NOTIFY inside a transaction makes commits queue behind one another; sent apart and merged, it costs the intake nothing.
A lost wake-up is only a delay: workers look by themselves every few seconds.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import connection, transaction

CHANNEL = "huiyin_wake"
PAUSE = 0.005

log = structlog.get_logger(__name__)


class _Caller:
    """One thread of this process that calls the workers."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._ready = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self, name: str) -> None:
        with self._lock:
            self._names.add(name)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
                self._thread.start()
        self._ready.set()

    def _run(self) -> None:
        while True:
            self._ready.wait()
            self._ready.clear()
            with self._lock:
                names, self._names = self._names, set()
            try:
                with connection.cursor() as cursor:
                    for name in names:
                        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, name])
            except Exception as error:  # noqa: BLE001 - a lost call only delays: workers look by themselves
                log.warning("wake_failed", reason=str(error))
                connection.close()
            threading.Event().wait(PAUSE)


_caller = _Caller()
_send: Callable[[str], Any] = _caller.call


def after_commit(name: str) -> None:
    """Wake the drain `name` once the present transaction is durable."""
    transaction.on_commit(lambda: _send(name))


@contextmanager
def silent() -> Iterator[None]:
    """Call nobody within the block: for the simulator, which runs the drains itself."""
    global _send
    before, _send = _send, lambda _name: None
    try:
        yield
    finally:
        _send = before
