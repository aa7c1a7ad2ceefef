"""Addresses of `remedy`: the customer's answers to a proposal, by his token."""

from django.urls import path

from huiyin.remedy import pages

app_name = "remedy"
urlpatterns = [
    path("t/<str:token>/accept", pages.accept, name="accept"),
    path("t/<str:token>/refuse", pages.refuse, name="refuse"),
    path("t/<str:token>/discuss", pages.discuss, name="discuss"),
]
