"""HTTP API of `clock`."""

from ninja import Router

router = Router(tags=["clock"])
