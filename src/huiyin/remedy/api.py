"""HTTP API of `remedy`."""

from ninja import Router

router = Router(tags=["remedy"])
