"""Who acts: a person of the house, a machine with a key, the customer with his link, or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who asks for something to be done. `tag` is what the history keeps."""

    tag: str
    role: str = ""
    department: str = ""
    user_id: int | None = None
    name: str = ""


SYSTEM = Actor(tag="system", role="system", name="Huiyin")
CUSTOMER = Actor(tag="customer", role="customer", name="customer")
NOBODY = Actor(tag="nobody")
