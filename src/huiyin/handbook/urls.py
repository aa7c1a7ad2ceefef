"""Addresses of the pages of the policy."""

from django.urls import URLPattern, path

from huiyin.handbook import pages

app_name = "policy"
urlpatterns: list[URLPattern] = [
    path("policy/", pages.index, name="index"),
    path("policy/draft/", pages.draft, name="draft"),
    path("policy/versions/", pages.version_list, name="versions"),
    path("policy/versions/<int:number>/", pages.version, name="version"),
    path("policy/versions/<int:number>/policy.zip", pages.files, name="files"),
    path("policy/versions/<int:number>/approve/", pages.approve, name="approve"),
    path("policy/versions/<int:number>/withdraw/", pages.withdraw, name="withdraw"),
    path("policy/<slug:key>/", pages.chapter, name="chapter"),
]
