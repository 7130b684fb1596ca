"""What the site asks of the robots of search engines: they may read the public pages, but neither the pages behind
the login nor the links of letters."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

CLOSED = (
    "/administration/", "/bureau/", "/calendrier/", "/compte/", "/profil/", "/accord/", "/adresse-pour-signer/",
    "/ecrit-pour-vous/", "/en-mon-nom/", "/fiche/", "/garder-mon-compte/", "/inscription/", "/inscriptions/", "/invitation/", "/rejoindre/", "/reponse/", "/signer/", "/suivi/", "/toujours-vrai/",
    "/visite/", "/visites/",
)  # fmt: skip


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
