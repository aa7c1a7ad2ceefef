from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "huiyin.dispatch"
    label = "dispatch"
