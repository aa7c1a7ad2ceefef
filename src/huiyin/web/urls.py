"""Pages of the shell itself: the language switch, and the component gallery while developing."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from huiyin.web.gallery import gallery, gallery_public
from huiyin.web.language import switch

urlpatterns: list[URLPattern | URLResolver] = [path("i18n/setlang/", switch, name="set_language")]
if settings.DEBUG:
    urlpatterns += [
        path("_gallery/", gallery, name="gallery"),
        path("_gallery/public/", gallery_public, name="gallery_public"),
    ]
