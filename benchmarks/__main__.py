"""Run every benchmark of this folder in turn: `python -m benchmarks [--scale 0.1] [names …]`."""

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Run them, and go on where one fails."""
    names = sorted(path.stem for path in FOLDER.glob("[!_]*.py"))
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", help=f"which ones of: {', '.join(names)}; all when none is named")
    options.add_argument("--scale", type=float, default=1.0, help="size of the work, as a multiple of the usual")
    given = options.parse_args()
    if unknown := set(given.names) - set(names):
        options.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    failed = []
    for name in given.names or names:
        print(f"\n== {name} ==", flush=True)
        done = subprocess.run([sys.executable, str(FOLDER / f"{name}.py"), "--scale", str(given.scale)], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
