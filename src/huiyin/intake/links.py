"""Addresses that are told to customers."""

from django.conf import settings


def progress_url(token: str) -> str:
    """Return the address of the customer's progress page."""
    return f"{settings.PUBLIC_URL}/t/{token}"
