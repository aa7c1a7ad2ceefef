"""HTTP API of `contact`."""

from ninja import Router

router = Router(tags=["contact"])
