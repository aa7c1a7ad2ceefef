"""Addresses of the pages of `insight`."""

from django.urls import URLPattern, path

from huiyin.insight import pages, public_pages

app_name = "insight"
urlpatterns: list[URLPattern] = [
    path("insight/", pages.dashboard, name="dashboard"),
    path("insight/charts/", pages.chart_part, name="charts"),
    path("insight/cases/", pages.cases, name="cases"),
    path("insight/reports/", pages.reports, name="reports"),
    path("insight/reports/make/", pages.report_make, name="report_make"),
    path("insight/reports/<int:pk>/", pages.report, name="report"),
    path("insight/reports/<int:pk>/pdf/", pages.report_pdf, name="report_pdf"),
    path("public/", public_pages.public, name="public"),
    path("public/report.pdf", public_pages.public_pdf, name="public_pdf"),
]
