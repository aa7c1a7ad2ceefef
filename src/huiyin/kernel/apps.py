from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "huiyin.kernel"
    label = "kernel"
