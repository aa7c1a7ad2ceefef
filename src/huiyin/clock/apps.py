from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "huiyin.clock"
    label = "clock"
