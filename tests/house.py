"""A house that is really up: `huiyin up` as its operator starts it, in a folder and on a port of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

HUIYIN = [sys.executable, "-m", "huiyin"]
START_SECONDS = 60


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """One installation: it can be started, stopped, killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.up: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment without what the tests' own database asks for: what is acknowledged here must be durable."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUIYIN_", "DJANGO_"))}
        return kept | {"HUIYIN_HOME": str(self.home)}

    def said(self) -> str:
        """Return what it wrote on its terminal."""
        return (self.home / "log").read_text(errors="replace")

    def start(self) -> float:
        """Start it and return the seconds until it was ready."""
        begin = time.monotonic()
        with (self.home / "log").open("ab") as log:
            self.up = subprocess.Popen(
                [*HUIYIN, "up", "--port", str(self.port)], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        while not self._ready():
            assert self.up.poll() is None, f"huiyin up ended:\n{self.said()[-3000:]}"
            assert time.monotonic() - begin < START_SECONDS, f"huiyin up is not ready:\n{self.said()[-3000:]}"
            time.sleep(0.05)
        return time.monotonic() - begin

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False
        except OSError:
            return False

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        assert self.up is not None
        self.up.send_signal(signal.SIGINT)
        return self.up.wait(45)

    def family(self) -> set[int]:
        """Return the processes that live in this installation: every process of the tree carries its home."""
        mark = f"HUIYIN_HOME={self.home}\0".encode()
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                ours = (
                    mark in (entry / "environ").read_bytes()
                    or (entry / "cwd").readlink() == self.home / "postgres/data"
                )
            except OSError:
                continue
            if ours:
                found.add(int(entry.name))
        return found

    def kill(self) -> int:
        """Kill every process at once, as a machine that loses its power would; return how many there were."""
        assert self.up is not None
        family = self.family()
        for pid in family:
            os.kill(pid, signal.SIGSTOP)  # nobody notices the death of another
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        self.up.wait(10)
        return len(family)

    def command(self, *words: str) -> str:
        """Run a `huiyin` command beside the running house and return what it printed."""
        done = subprocess.run([*HUIYIN, *words], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"huiyin {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the house's own database answers."""
        password = (self.home / "secrets" / "database_password").read_text().strip()
        with psycopg.connect(host=str(self.home / "postgres" / "socket"), dbname="huiyin", user="huiyin", password=password) as link:  # fmt: skip
            return link.execute(query.encode(), values).fetchall()


@contextmanager
def house() -> Iterator[House]:
    """Provide an installation in a folder of its own, and leave nothing of it behind."""
    home = Path(tempfile.mkdtemp(prefix="hy-", dir="/tmp"))  # short: the path of a socket may not be long
    home.chmod(0o711)
    made = House(home)
    try:
        yield made
    finally:
        if made.up is not None and made.up.poll() is None:
            made.stop()
        for pid in made.family():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)
