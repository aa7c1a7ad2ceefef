"""What every page knows: navigation, languages, the reader, the policy's words."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from huiyin.kernel import clock
from huiyin.policy.versions import active
from huiyin.web.navigation import address, allowed, navigation
from huiyin.web.spans import patterns

OWN_NAMES = {"zh-hans": "中文", "en": "English"}


def _policy() -> Any:
    try:
        return active()[1]
    except DatabaseError:
        return None  # an error page must not fail for want of labels


def _for_staff(request: HttpRequest, policy: Any) -> dict[str, Any]:
    def may(permission: str) -> bool:
        return allowed(request.user, permission, policy)

    match = request.resolver_match
    return {
        "shell_navigation": navigation(may, match.view_name if match else ""),
        "shell_next": address("dispatch:next") if may("queue.next") else "",
        "shell_search": address("cases:search") if may("search.use") else "",
        "shell_logout": address("account_logout"),
        "shell_account": address("account_change_password"),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    policy = SimpleLazyObject(_policy)
    user = getattr(request, "user", None)
    values = _for_staff(request, policy) if user is not None and user.is_authenticated else {}
    return {
        **values,
        "shell_languages": [(code, OWN_NAMES.get(code, name)) for code, name in settings.LANGUAGES],
        "shell_words": patterns,
        "shell_now": clock.now(),
        "house_policy": policy,
    }
