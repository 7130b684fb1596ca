"""The name of this app in the admin."""

from django.apps import AppConfig, apps
from django.db.models import fields
from django.utils.translation import gettext_lazy as _

from common import one_line


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        one_line.install()
        _name_the_second_factor()
        fields.BLANK_CHOICE_LABEL = _("Choose…")  # Django’s own is “- Select an option -”


def _name_the_second_factor() -> None:
    """Allauth names its app and its table in English alone."""
    apps.get_app_config("mfa").verbose_name = _("Two-step login")
    table = apps.get_model("mfa", "Authenticator")._meta
    table.verbose_name, table.verbose_name_plural = _("second factor"), _("second factors")
