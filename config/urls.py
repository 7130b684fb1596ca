"""All URLs of the site. The paths are French, for people who read them aloud."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _

from accounts.views import language
from config import health
from config.metrics.page import metrics
from config.middleware import lost
from config.robots import robots
from config.style import style_page

# One way in for all: the admin's own form knows neither verified addresses, limits nor second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Administration of Trait d’union")
admin.site.index_title = _("What only the people who run this site may touch")

handler500 = "config.trouble.page"

urlpatterns = [
    path("", include("marketplace.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    # Of allauth's, without those of its other providers: the sign-ins of organisations have pages of ours.
    path("compte/", include("allauth.account.urls")),
    path("compte/2fa/", include("allauth.mfa.urls")),
    path("compte/sessions/", include("allauth.usersessions.urls")),
    path("langue/", language.switch, name="set_language"),
    path("administration/", admin.site.urls),
    path("robots.txt", robots, name="robots"),
    path("sante/", health.everything, name="health"),
    path("sante/web/", health.web, name="health-web"),
    path("metriques/", metrics, name="metrics"),
]

if settings.DEBUG:
    urlpatterns += [
        path("style/", style_page, name="style"),
        # Where nothing else answers, a demonstration shows the page that people would see.
        re_path(r"^.+/$", login_not_required(lost)),
    ]
