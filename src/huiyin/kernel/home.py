"""Where a running Huiyin keeps its state, and the secrets it made for itself."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """Return the state folder: ``HUIYIN_HOME``, or ``var`` below the current folder."""
    return Path(os.environ.get("HUIYIN_HOME") or "var").resolve()


def ensure_home() -> Path:
    """Create the state folder, closed to other people, and return it."""
    folder = home()
    if not folder.exists():
        # A database started by root runs as another account, which must be able to pass through.
        folder.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    return folder


def secret(name: str, size: int = 32) -> bytes:
    """Return the secret `name`: from ``HUIYIN_<NAME>`` (hex), else made once and kept in the state folder.

    Raises:
        ValueError: the environment variable is not hexadecimal.
    """
    variable = f"HUIYIN_{name.upper()}"
    given = os.environ.get(variable)
    if given:
        try:
            return bytes.fromhex(given)
        except ValueError:
            raise ValueError(f"{variable} must be written in hexadecimal digits") from None
    folder = ensure_home() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read_when_written(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(size))
    return _read_when_written(path)


def _read_when_written(path: Path) -> bytes:
    text = path.read_text().strip()
    if not text:
        raise ValueError(f"{path} is empty: delete it to have a new secret made")
    return bytes.fromhex(text)
