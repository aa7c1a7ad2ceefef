"""Addresses of the pages of `dispatch`."""

from django.urls import URLPattern, path

from huiyin.dispatch import pages

app_name = "dispatch"
urlpatterns: list[URLPattern] = [
    path("work/", pages.mine, name="mine"),
    path("queue/", pages.queue, name="queue"),
    path("queue/next/", pages.next_case, name="next"),
    path("queue/take/<str:number>/", pages.take, name="take"),
    path("board/", pages.board, name="board"),
    path("board/reassign/", pages.reassign, name="reassign"),
]
