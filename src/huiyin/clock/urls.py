"""Addresses of the pages of `clock`."""

from django.urls import URLPattern, path

from huiyin.clock import pages

app_name = "clock"
urlpatterns: list[URLPattern] = [path("late/", pages.late, name="late")]
