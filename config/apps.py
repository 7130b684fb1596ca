"""What begins with each process that knows the settings."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class HouseConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        if settings.SENTRY_DSN:
            import_module("config.faults_told").start()  # loaded by nobody who doesn't need it
