"""The worker process: one thread a drain, woken by NOTIFY and by the next due time, and the job library beside them."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import cast

import psycopg
import structlog
from django.db import connection
from procrastinate import App
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector

from huiyin.drains import DRAINS, Drain
from huiyin.kernel import clock, wake

LOOK_EVERY = timedelta(seconds=5)
AFTER_ERROR = 2.0
WAKES = {
    "loop": ("deadlines", "outbox", "care"),
    "facts": ("deadlines", "outbox", "care"),
    "deadlines": ("outbox",),
    "care": ("outbox",),
    "remedy": ("outbox",),
}
"""Which drains may have new work after another has worked."""

log = structlog.get_logger(__name__)


class Worker:
    """Runs all drains until told to stop."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.calls = {drain.name: threading.Event() for drain in DRAINS}

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; what is under way is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        threads = [threading.Thread(target=self._drain, args=(drain,), name=drain.name) for drain in DRAINS]
        threads.append(threading.Thread(target=self._listen, name="listen"))
        for thread in threads:
            thread.start()
        asyncio.run(self._run_jobs())
        for thread in threads:
            thread.join(timeout=30)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()
        for call in self.calls.values():
            call.set()

    def _drain(self, drain: Drain) -> None:
        call = self.calls[drain.name]
        while not self.stopping.is_set():
            call.clear()
            pause = self._guarded(lambda: self._work(drain))
            call.wait(pause)
        connection.close()

    def _work(self, drain: Drain) -> float:
        while not self.stopping.is_set() and drain.run(clock.now()):
            for name in WAKES.get(drain.name, ()):
                self.calls[name].set()
        due = drain.next_due()
        wait = LOOK_EVERY if due is None else min(LOOK_EVERY, due - clock.now())
        return max(0.0, wait.total_seconds())

    def _guarded(self, work: Callable[[], float]) -> float:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - a drain must outlive a lost database
            log.warning("drain_interrupted", thread=threading.current_thread().name, reason=repr(error))
            connection.close()
            return AFTER_ERROR

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen_until_broken()
            except psycopg.Error as error:
                log.warning("listen_interrupted", reason=str(error))
                time.sleep(AFTER_ERROR)

    def _listen_until_broken(self) -> None:
        parameters = connection.get_connection_params()
        keep = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
        with psycopg.connect(**keep, autocommit=True) as listening:
            listening.execute(f"LISTEN {wake.CHANNEL}")
            for call in self.calls.values():
                call.set()
            while not self.stopping.is_set():
                for notice in listening.notifies(timeout=1.0):
                    if notice.payload in self.calls:
                        self.calls[notice.payload].set()

    async def _run_jobs(self) -> None:
        while not self.stopping.is_set():
            try:
                # Django's own connection cannot wait for a NOTIFY: the job library gets one of its own.
                with jobs.replace_connector(cast("DjangoConnector", jobs.connector).get_worker_connector()) as app:
                    await self._run_jobs_of(app)
            except Exception as error:  # noqa: BLE001 - so must the jobs
                log.warning("jobs_interrupted", reason=repr(error))
                await asyncio.sleep(AFTER_ERROR)

    async def _run_jobs_of(self, app: App) -> None:
        async with app.open_async():
            work = asyncio.create_task(
                app.run_worker_async(install_signal_handlers=False, listen_notify=True, concurrency=1)
            )
            while not self.stopping.is_set() and not work.done():  # noqa: ASYNC110 - told by a signal, outside asyncio
                await asyncio.sleep(0.5)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
