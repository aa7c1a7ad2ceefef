"""Addresses of the intake's pages."""

from django.urls import path

from huiyin.intake.pages import desk, imports, public, quarantine

app_name = "intake"
urlpatterns = [
    path("", public.home, name="home"),
    path("feedback/", public.feedback, name="feedback"),
    path("feedback/received/<str:token>/", public.received, name="received"),
    path("feedback/kept/", public.kept, name="kept"),
    path("enter/", desk.enter, name="enter"),
    path("enter/customer/", desk.customer, name="customer"),
    path("enter/order/", desk.order, name="order"),
    path("entered/<str:token>/", desk.entered, name="entered"),
    path("import/", imports.start, name="import"),
    path("import/example.csv", imports.example, name="import_example"),
    path("import/<int:pk>/", imports.progress, name="import_progress"),
    path("import/<int:pk>/faults.csv", imports.faults, name="import_faults"),
    path("quarantine/", quarantine.listing, name="quarantine"),
    path("quarantine/stuck/", quarantine.stuck, name="stuck"),
    path("quarantine/stuck/retry/", quarantine.again_all, name="retry_all"),
    path("quarantine/<int:pk>/", quarantine.entry, name="quarantined"),
    path("quarantine/<int:pk>/discard/", quarantine.put_away, name="discard"),
    path("quarantine/feedback/<int:pk>/retry/", quarantine.again_feedback, name="retry_feedback"),
    path("quarantine/fact/<int:pk>/retry/", quarantine.again_fact, name="retry_fact"),
]
