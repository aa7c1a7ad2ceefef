from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "huiyin.care"
    label = "care"
