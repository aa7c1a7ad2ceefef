"""Addresses of the pages of `people`."""

from django.urls import URLPattern, path

from huiyin.people import pages

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("people/", pages.index, name="index"),
    path("people/new/", pages.new, name="new"),
    path("people/<int:pk>/", pages.person, name="person"),
    path("people/<int:pk>/password/", pages.password, name="password"),
    path("people/<int:pk>/factor/", pages.factor, name="factor"),
    path("people/roles/", pages.roles, name="roles"),
    path("people/keys/", pages.keys, name="keys"),
    path("people/keys/<int:pk>/revoke/", pages.revoke_key, name="revoke_key"),
]
