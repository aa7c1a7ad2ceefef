"""`huiyin up`: database, web and workers in one tree of processes, started, watched and stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from huiyin.kernel.database import embedded
from huiyin.kernel.postgres import die_with_parent

STOP_SECONDS = 20
RESTART_PAUSE = 1.0


@dataclass
class Child:
    """A process that is started again when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it as a child that dies with us."""
        self.process = subprocess.Popen(self.command, preexec_fn=die_with_parent, stdin=subprocess.DEVNULL)
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it again if it has ended, more slowly each time it ends at once."""
        if self.process is None or self.process.poll() is None:
            return
        self.failures = self.failures + 1 if time.monotonic() - self.started < 30 else 0
        print(f"{self.name} ended ({self.process.returncode}) and is started again", file=sys.stderr, flush=True)
        time.sleep(min(30.0, RESTART_PAUSE * 2**self.failures))
        self.start()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)


@dataclass
class House:
    """Everything `huiyin up` runs."""

    host: str
    port: int
    workers: int
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def run(self) -> None:
        """Start all, wait for a signal, stop all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port), "--workers", "1",
               "--blocking-threads", "8", "--no-ws", "--log-level", "error", "--respawn-failed-workers", "huiyin.site.wsgi:application"]  # fmt: skip
        self.children = [Child("web", web)]
        self.children += [
            Child(f"worker {number + 1}", [sys.executable, "-m", "huiyin", "worker"]) for number in range(self.workers)
        ]
        for child in self.children:
            child.start()
        self._announce()
        while not self.stopping:
            for child in self.children:
                child.watch()
            self._watch_database()
            time.sleep(0.5)
        self._end()

    def _announce(self) -> None:
        address = f"http://{self.host}:{self.port}"
        for _ in range(600):
            if self.stopping:
                return
            try:
                with urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310 - our own address
                    if answer.status == 200:
                        break
            except (URLError, OSError):
                time.sleep(0.05)
        print(f"\nHuiyin is ready: {address}\nStop with Ctrl-C.", flush=True)

    def _watch_database(self) -> None:
        server = embedded()
        if server is not None and not self.stopping and server.running_pid() is None:
            print("the database ended and is started again", file=sys.stderr, flush=True)
            server.start()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        print("stopping …", flush=True)
        for child in self.children:
            child.stop()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is not None:
                try:
                    child.process.wait(timeout=max(0.1, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    child.process.kill()
        server = embedded()
        if server is not None:
            server.stop()


def check_port(host: str, port: int) -> str | None:
    """Return in plain words why the port cannot be used, or None."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
    return None


def environment() -> None:
    """Prepare the environment children inherit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
