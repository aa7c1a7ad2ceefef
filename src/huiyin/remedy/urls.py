"""Addresses of the pages of `remedy`."""

from django.urls import URLPattern

app_name = "remedy"
urlpatterns: list[URLPattern] = []
