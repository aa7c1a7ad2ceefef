"""Pages of the shell itself: the language switch, and the component gallery while developing."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from huiyin.web.gallery import gallery, gallery_public

urlpatterns: list[URLPattern | URLResolver] = [path("i18n/setlang/", set_language, name="set_language")]
if settings.DEBUG:
    urlpatterns += [
        path("_gallery/", gallery, name="gallery"),
        path("_gallery/public/", gallery_public, name="gallery_public"),
    ]
