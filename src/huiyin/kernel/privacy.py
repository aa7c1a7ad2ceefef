"""Personal data at rest: encrypted columns, and blind indexes to find them by.

AES-256-GCM with a random nonce; the blind index is HMAC-SHA-256 of the normalised value, so equality can be searched
without the value being readable. Both keys are made once and kept with the secrets of the installation.
"""

import hashlib
import hmac
import os
import unicodedata
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from huiyin.kernel.home import secret

NONCE = 12


@cache
def _cipher() -> AESGCM:
    return AESGCM(secret("contacts_key"))


@cache
def _index_key() -> bytes:
    return secret("index_key")


def seal(text: str) -> bytes:
    """Encrypt `text`."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """Decrypt what `seal` made.

    Raises:
        ValueError: the key is not the one it was sealed with, or the bytes were changed.
    """
    try:
        return _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()
    except InvalidTag:
        raise ValueError(
            "sealed text cannot be opened: HUIYIN_HOME/secrets/contacts_key is not the key it was sealed with"
        ) from None


def blind_index(text: str) -> str:
    """Return the 32-digit index of a contact, the same for every way of writing it; "" for nothing."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("-", "")
    if not plain:
        return ""
    return hmac.new(_index_key(), plain.encode(), hashlib.sha256).hexdigest()[:32]


class SealedTextField(models.Field):  # type: ignore[type-arg]
    """A text column that the database holds encrypted. Empty text is stored as NULL."""

    empty_values = [None, ""]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Return the kind of column: bytes."""
        return "BinaryField"

    def from_db_value(self, value: bytes | memoryview | None, *_: Any) -> str:
        """Open the column's bytes."""
        return "" if value is None else unseal(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Seal the text for the driver."""
        return connection.Database.Binary(seal(str(value))) if value else None

    def to_python(self, value: Any) -> str:
        """Return text."""
        return value or ""

    def value_to_string(self, obj: models.Model) -> str:
        """Return the plain text, for serialisers."""
        return str(self.value_from_object(obj))
