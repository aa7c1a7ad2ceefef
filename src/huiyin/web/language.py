"""The language switch: kept in a cookie for everybody, and with the account for those who have one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language


@require_POST
def switch(request: HttpRequest) -> HttpResponseBase:
    """Take the chosen language and go back to where the reader was."""
    chosen = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.locale = chosen
        request.user.save(update_fields=["locale"])
    return set_language(request)
