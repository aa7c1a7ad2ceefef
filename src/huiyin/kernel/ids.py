"""Tokens nobody can guess, and digests."""

import hashlib
import json
import secrets
from typing import Any


def new_token() -> str:
    """Return 22 URL-safe characters carrying 128 random bits."""
    return secrets.token_urlsafe(16)


def canonical(value: Any) -> bytes:
    """Return the one JSON spelling of `value` that hashes are taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
