"""Which PostgreSQL this installation uses: its own embedded one, or the server named in ``HUIYIN_DATABASE_URL``."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from huiyin.kernel.home import home
from huiyin.kernel.postgres import DATABASE, USER, EmbeddedPostgres

URL_VARIABLE = "HUIYIN_DATABASE_URL"


def embedded() -> EmbeddedPostgres | None:
    """Return the embedded server of this installation, or None when a server of one's own is named."""
    if os.environ.get(URL_VARIABLE):
        return None
    return EmbeddedPostgres(home() / "postgres", durable=os.environ.get("HUIYIN_DURABLE", "1") != "0")


def django_database() -> dict[str, Any]:
    """Return Django's entry for the database.

    Raises:
        ValueError: ``HUIYIN_DATABASE_URL`` is not a postgresql:// address.
    """
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 10, "application_name": "huiyin"},
    }
    server = embedded()
    if server is not None:
        return common | {"NAME": DATABASE, "USER": USER, "PASSWORD": server.password, "HOST": str(server.socket)}
    parts = urlsplit(os.environ[URL_VARIABLE])
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ValueError(f"{URL_VARIABLE} must look like postgresql://user:password@host:5432/database")
    return common | {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }
