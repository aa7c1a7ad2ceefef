"""How fast feedback goes through the whole loop, against a house that is really up.

    python benchmarks/intake.py [--items 10000] [--batch 1000] [--workers 1] [--senders 2]

Starts `huiyin up` with a home of its own on a free port, pushes realistic texts in over the HTTP batch API, and waits until
every one of them has a case with an owner or queue, its deadlines and an acknowledgement in the outbox. Beside it stands what
the same PostgreSQL does with the same rows when nothing but COPY is asked of it. Prints a table and writes JSON.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "src" / "huiyin" / "triage" / "corpus"
RESULT = ROOT / "benchmarks" / "results" / "intake.json"
TICKS = os.sysconf("SC_CLK_TCK")
HUIYIN = [sys.executable, "-m", "huiyin"]

DONE = """
SELECT count(*) FILTER (WHERE f.drained_at IS NOT NULL), count(DISTINCT c.id),
       count(DISTINCT c.id) FILTER (WHERE c.department <> '' AND c.due_at IS NOT NULL)
FROM cases_feedback f LEFT JOIN cases_case c ON c.id = f.case_id
"""
ACKNOWLEDGED = "SELECT count(DISTINCT case_id) FROM contact_message WHERE template LIKE 'acknowledgement%' OR template = 'safety_first'"


@dataclass
class House:
    """A house that is up."""

    address: str
    key: str
    pid: int
    home: Path


def texts() -> list[str]:
    """Return the texts of our own corpus."""
    found = [
        line.rsplit("\t", 1)[1]
        for path in sorted(CORPUS.glob("*.tsv"))
        for line in path.read_text().splitlines()[1:]
        if "\t" in line
    ]
    return [text for text in found if text.strip()]


def items(count: int) -> list[bytes]:
    """Return feedback as it comes on a busy day: most of it with a contact, half of it with an order, some customers twice."""
    words, dice = texts(), random.Random(7)
    lines = []
    for number in range(count):
        who = dice.randrange(int(count * 0.9) + 1)
        item: dict[str, object] = {
            "text": dice.choice(words),
            "external_id": f"bench-{number}",
            "channel": dice.choice(("app", "web", "chat", "api")),
        }
        if dice.random() < 0.9:
            item["customer"] = {"name": f"顾客{who}", "phone": f"138{who:08}", "email": f"c{who}@example.com"}
        if dice.random() < 0.5:
            item["order_number"] = f"A{dice.randrange(count * 3):09}"
        lines.append(json.dumps(item, ensure_ascii=False).encode())
    return lines


@contextmanager
def house(workers: int) -> Iterator[House]:
    """Start a house of one's own and stop it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    home.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"HUIYIN_HOME": str(home)}
    log = (home / "log").open("wb")
    up = subprocess.Popen(
        [*HUIYIN, "up", "--port", str(port), "--workers", str(workers)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_ready(up, port, home / "log")
        made = subprocess.run(
            [*HUIYIN, "apikey", "create", "--role", "integrator", "--name", "bench"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        yield House(f"http://127.0.0.1:{port}", made.stdout.split()[-1], up.pid, home)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(up: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(600):
        if up.poll() is not None:
            sys.exit(f"huiyin up ended:\n{log.read_text()[-3000:]}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    sys.exit("huiyin up did not get ready within a minute")


def family(pid: int, home: Path) -> list[int]:
    """Return the processes of the house: the tree below `up`, and the database server of this home with its children."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    roots = {pid}
    server = home / "postgres" / "data" / "postmaster.pid"
    if server.exists():
        roots.add(int(server.read_text().split()[0]))
    found: set[int] = set()
    grew = True
    while grew:
        fresh = {
            child for child, parent in parents.items() if (child in roots or parent in found) and child not in found
        }
        grew = bool(fresh)
        found |= fresh
    return sorted(found)


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


def cpu(pids: list[int]) -> dict[str, float]:
    """Return the CPU seconds spent so far, for the database and for Python."""
    spent = {"database": 0.0, "python": 0.0}
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        name, rest = re.search(r"\((.*)\)", stat)[1], stat.rsplit(")", 1)[1].split()  # type: ignore[index]
        # Own time and that of children already waited for: the server's short-lived processes count too.
        spent["database" if name.startswith("postgres") else "python"] += (
            sum(int(rest[place]) for place in (11, 12)) / TICKS
        )
    return spent


def push(where: House, lines: list[bytes]) -> int:
    """Push one batch in; return how many lines were accepted."""
    request = Request(
        f"{where.address}/api/v1/feedback/batch",
        b"\n".join(lines),
        {"Authorization": f"Bearer {where.key}", "Content-Type": "application/x-ndjson"},
    )
    with urlopen(request, timeout=300) as answer:
        return sum(b'"number"' in line for line in answer.read().splitlines())


def connect(where: House):
    """Connect to the house's database."""
    os.environ["HUIYIN_HOME"] = str(where.home)
    import psycopg

    from huiyin.kernel.database import django_database

    entry = django_database()
    return psycopg.connect(
        dbname=entry["NAME"], user=entry["USER"], password=entry["PASSWORD"], host=entry["HOST"], autocommit=True
    )


def wait_for(database, count: int, since: float, patience: float = 900) -> tuple[float, tuple[int, int, int, int]]:
    """Wait until every feedback has gone through the loop; return the seconds since `since` and what stands there."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with database.cursor() as cursor:
            drained, cases, promised = cursor.execute(DONE).fetchone()
            told = cursor.execute(ACKNOWLEDGED).fetchone()[0]
        if drained >= count and promised == cases == told:
            return time.monotonic() - since, (drained, cases, promised, told)
        time.sleep(0.2)
    sys.exit(
        f"after {patience:.0f} s only {drained} of {count} were drained, {promised} of {cases} cases promised, {told} acknowledged"
    )


def raw_limit(database, lines: list[bytes]) -> float:
    """Return the rows a second that COPY alone brings into a table with the same columns and one index, durable."""
    rows = [(json.loads(line)["text"], line.decode()) for line in lines]
    with database.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE scratch (id bigserial PRIMARY KEY, text text, body jsonb, at timestamptz DEFAULT now())"
        )
        begin = time.monotonic()
        with cursor.copy("COPY scratch (text, body) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        seconds = time.monotonic() - begin
        cursor.execute("DROP TABLE scratch")
    return len(rows) / seconds


def measure(count: int, batch: int, workers: int, senders: int) -> dict[str, object]:
    """Run the whole and return the figures."""
    lines = items(count)
    parts = [lines[start : start + batch] for start in range(0, count, batch)]
    with house(workers) as where:
        push(where, [json.dumps({"text": "开门前的一句话", "external_id": "warm"}, ensure_ascii=False).encode()])
        with connect(where) as database:
            wait_for(database, 1, time.monotonic())
            before = cpu(family(where.pid, where.home))
            begin = time.monotonic()
            with ThreadPoolExecutor(senders) as pool:
                accepted = sum(pool.map(lambda part: push(where, part), parts))
            accepting = time.monotonic() - begin
            through, (_, cases, _, told) = wait_for(database, accepted + 1, begin)
            after = cpu(family(where.pid, where.home))
            limit = raw_limit(database, lines)
    spent = {name: after[name] - before[name] for name in before}
    return {
        "items": count, "batch": batch, "workers": workers, "senders": senders, "cores": os.cpu_count(), "accepted": accepted,
        "accept_seconds": round(accepting, 2), "accepted_per_second": round(accepted / accepting),
        "loop_seconds": round(through, 2), "items_per_second": round(accepted / through),
        "cases": cases, "acknowledgements": told, "cases_per_second": round(cases / through),
        "cpu_ms_per_case": {name: round(seconds * 1000 / cases, 2) for name, seconds in spent.items()} | {"all": round(sum(spent.values()) * 1000 / cases, 2)},
        "copy_rows_per_second": round(limit),
    }  # fmt: skip


def main() -> None:
    """Measure, print a table, write JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=10_000)
    options.add_argument("--batch", type=int, default=1000)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--senders", type=int, default=2)
    options.add_argument("--scale", type=float, default=1.0, help="multiplies the items")
    chosen = options.parse_args()
    found = measure(max(1, round(chosen.items * chosen.scale)), chosen.batch, chosen.workers, chosen.senders)
    for name, value in found.items():
        print(f"{name.replace('_', ' '):<24}{json.dumps(value)}")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
