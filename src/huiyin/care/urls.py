"""Addresses of the pages of `care`: the survey, and the visits."""

from django.urls import path

from huiyin.care import pages

app_name = "care"
urlpatterns = [
    path("s/<str:token>", pages.survey, name="survey"),
    path("s/<str:token>/", pages.survey),
    path("visits/", pages.visits, name="visits"),
    path("visits/<int:visit_id>/", pages.record, name="record_visit"),
]
