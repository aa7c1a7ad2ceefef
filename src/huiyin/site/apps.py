from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "huiyin.site"
    label = "huiyin_site"
