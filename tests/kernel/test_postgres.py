"""The embedded database survives being killed, and nothing outlives the process that started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from huiyin.kernel.postgres import EmbeddedPostgres


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> EmbeddedPostgres:
    home = tmp_path_factory.mktemp("pg")
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    monkeypatch.setenv("HUIYIN_HOME", str(home))
    return EmbeddedPostgres(home / "postgres")


def _run_and_wait(server: EmbeddedPostgres) -> subprocess.Popen[bytes]:
    """Start the server from another process, as `huiyin up` does, and leave that process waiting."""
    code = "import sys, time\nfrom pathlib import Path\nfrom huiyin.kernel.postgres import EmbeddedPostgres\nEmbeddedPostgres(Path(sys.argv[1])).start()\nprint('up', flush=True)\ntime.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code, str(server.folder)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    return process


def _gone(server: EmbeddedPostgres, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.running_pid() is None:
            return True
        time.sleep(0.05)
    return False


def test_what_was_committed_is_there_after_everything_was_killed(server: EmbeddedPostgres) -> None:
    starter = _run_and_wait(server)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE said (word text)")
        connection.execute("INSERT INTO said VALUES ('回音')")
    pid = server.running_pid()
    assert pid is not None
    os.kill(starter.pid, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    starter.wait()
    assert _gone(server)
    server.start()
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT word FROM said").fetchall() == [("回音",)]
    finally:
        server.stop()
    assert server.running_pid() is None


def test_the_database_ends_with_the_process_that_started_it(server: EmbeddedPostgres) -> None:
    starter = _run_and_wait(server)
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    assert _gone(server)


def test_a_left_over_pid_file_of_another_program_does_not_stop_the_start(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n\n\n\n\n")
    server.start()
    server.stop()


def test_starting_twice_uses_the_same_server(server: EmbeddedPostgres) -> None:
    server.start()
    first = server.running_pid()
    server.start()
    assert server.running_pid() == first
    server.stop()


def test_strangers_cannot_read_the_data(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    assert server.data.stat().st_mode & 0o077 == 0
    assert server.socket.stat().st_mode & 0o077 == 0
