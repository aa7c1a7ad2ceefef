"""Django application of the page shell."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "huiyin.web"
    label = "web"
