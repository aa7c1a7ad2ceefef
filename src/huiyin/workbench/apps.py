from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "huiyin.workbench"
    label = "workbench"
