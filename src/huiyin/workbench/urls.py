"""Addresses of the page of one case."""

from django.urls import path

from huiyin.workbench import pages

app_name = "workbench"
urlpatterns = [
    path("work/news/", pages.news, name="news"),
    path("cases/<str:number>/", pages.case_page, name="case"),
    path("cases/<str:number>/here/", pages.here, name="here"),
    path("cases/<str:number>/customer/", pages.customer, name="customer"),
    path("cases/<str:number>/people/", pages.people, name="people"),
    path("cases/<str:number>/propose/", pages.propose, name="propose"),
    path("cases/<str:number>/do/<slug:name>/", pages.verb, name="verb"),
]
