"""The house's doors. The paths are French, for those who read them aloud."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("marketplace.urls")),
    path("", include("accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("administration/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns += []
