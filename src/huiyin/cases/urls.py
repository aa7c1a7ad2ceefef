"""Addresses of the pages of `cases`. The page of one case is composed above the stages, in `huiyin.workbench`."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from huiyin.cases import pages

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("search/", pages.search, name="search"),
    path("cases/<str:number>", RedirectView.as_view(pattern_name="workbench:case"), name="case"),
]
