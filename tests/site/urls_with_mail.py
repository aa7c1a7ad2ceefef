"""The addresses of an installation that can send mail."""

from django.urls import include, path

from huiyin.site.accounts import by_mail
from huiyin.site.urls import urlpatterns as without

urlpatterns = [*without, path("accounts/", include(by_mail))]
