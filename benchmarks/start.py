"""How long somebody waits from a fresh checkout to a page he can use, and how long at every later start.

    python benchmarks/start.py [--python python3]

Clones the tree into a temporary folder and calls `make up` there as the README says: the first time everything is installed (from
the package cache of this machine where it has one) and the database is made; later starts find both. Prints a table and writes JSON.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "start.json"
PATIENCE = 900
LIMITS = {"first": 180, "later": 5}
"""Seconds somebody may be made to wait."""


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def checkout() -> Iterator[Path]:
    """Provide a fresh clone of the tree, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="hys-", dir="/tmp"))  # short: the path of a socket may not be long
    folder.chmod(0o755)
    try:
        subprocess.run(
            ["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(folder / "huiyin")], check=True
        )
        yield folder / "huiyin"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(tree: Path, home: Path, python: str) -> dict[str, float]:
    """Call `make up`, wait for a healthy page, end it with Ctrl-C; return the seconds of both."""
    port = free_port()
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("HUIYIN_", "DJANGO_", "VIRTUAL_ENV"))
    }
    log = tree.parent / "log"
    began = time.monotonic()
    with log.open("ab") as said:
        process = subprocess.Popen(
            ["make", "up", f"PYTHON={python}", f"ARGS=--port {port}"], cwd=tree, env=kept | {"HUIYIN_HOME": str(home)},
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    while not healthy(port):
        if process.poll() is not None or time.monotonic() - began > PATIENCE:
            raise SystemExit(f"make up did not come up:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)
    ready = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.wait(60)
    return {"ready": round(ready - began, 1), "stopped": round(time.monotonic() - ready, 1)}


def healthy(port: int) -> bool:
    """Tell whether the house answers, its database and workers included, with its public page."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            ready = answer.status == 200
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return bool(ready and page.status == 200)
    except (URLError, OSError):
        return False


def main() -> None:
    """Measure and report."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--python", default="python3", help="the Python the virtual environment is made with")
    options.add_argument(
        "--scale", type=float, default=1.0, help="taken for the sake of the other benchmarks; it changes nothing here"
    )
    given = options.parse_args()
    with checkout() as tree:
        home = tree / "var"
        found = {
            "first": start(tree, home, given.python),
            "later": start(tree, home, given.python),
            "new home": start(tree, tree / "var2", given.python),
        }
    words = {
        "first": "fresh checkout: install and first start",
        "later": "later start",
        "new home": "installed, new database",
    }
    print(f"{'':44}{'ready':>10}{'limit':>10}{'stopped':>10}")
    for name, seconds in found.items():
        limit = f"{LIMITS[name]} s" if name in LIMITS else ""
        print(f"{words[name]:44}{seconds['ready']:>8} s{limit:>10}{seconds['stopped']:>8} s")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps(
            {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "seconds": found, "limits": LIMITS},
            indent=2,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
