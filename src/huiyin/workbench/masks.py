"""Personal data as it is shown to those who need not see all of it."""


def masked_name(name: str) -> str:
    """Return a name with its first sign only: 王**, A***."""
    return name[:1] + "*" * min(3, max(1, len(name) - 1))


def masked_contact(value: str) -> str:
    """Return a phone number or e-mail address one can compare but not use: 138****8000, li***@example.com."""
    local, at, domain = value.partition("@")
    if at:
        return f"{local[:2]}***@{domain}" if len(local) > 2 else f"***@{domain}"
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 9 else "****" + value[-2:]
