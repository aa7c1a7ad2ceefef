from django.apps import AppConfig


class HandbookConfig(AppConfig):
    name = "huiyin.handbook"
    label = "handbook"
