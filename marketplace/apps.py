"""The name of this app in the admin, and what its addresses may hold beside words and numbers."""

from django.apps import AppConfig
from django.urls import register_converter
from django.urls.converters import IntConverter
from django.utils.translation import gettext_lazy as _


class YearConverter(IntConverter):
    """A year for which there may be documents; any other address is 404."""

    regex = "20[0-9]{2}"


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = _("The market")

    def ready(self) -> None:
        """Register the converter here, once: the modules of the addresses are run again after an import error, which
        a complaint about the second time would drown."""
        register_converter(YearConverter, "year")
