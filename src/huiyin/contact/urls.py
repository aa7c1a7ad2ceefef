"""Addresses of the pages of `contact`: the customer's, and the outbox."""

from django.urls import path

from huiyin.contact import pages

app_name = "contact"
urlpatterns = [
    path("progress/", pages.find_progress, name="find_progress"),
    path("t/<str:token>", pages.progress, name="progress"),
    path("t/<str:token>/", pages.progress),
    path("t/<str:token>/message", pages.message, name="message"),
    path("t/<str:token>/withdraw", pages.withdraw, name="withdraw"),
    path("outbox/", pages.outbox_page, name="outbox"),
    path("outbox/<int:message_id>/", pages.outbox_action, name="outbox_action"),
    path("notices/", pages.notices, name="notices"),
    path("notices/seen/", pages.notices_seen, name="notices_seen"),
]
