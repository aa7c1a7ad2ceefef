"""Every address of the program, stage by stage."""

from django.urls import include, path

from huiyin.site import health, home
from huiyin.site.api import api

urlpatterns = [
    path("", include("huiyin.intake.urls")),
    path("", include("huiyin.contact.urls")),
    path("", include("huiyin.care.urls")),
    path("", include("huiyin.cases.urls")),
    path("", include("huiyin.workbench.urls")),
    path("", include("huiyin.clock.urls")),
    path("", include("huiyin.dispatch.urls")),
    path("", include("huiyin.remedy.urls")),
    path("", include("huiyin.insight.urls")),
    path("", include("huiyin.handbook.urls")),
    path("", include("huiyin.people.urls")),
    path("", include("huiyin.web.urls")),
    path("accounts/", include("huiyin.site.accounts")),
    path("start/", home.start, name="start"),
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
