from django.apps import AppConfig


class RemedyConfig(AppConfig):
    name = "huiyin.remedy"
    label = "remedy"
