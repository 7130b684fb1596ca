"""The addresses that search engines are told of: what a visitor may see, and of organisations those of the directory."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organisation, Pole
from marketplace.models import MissionTemplate, Need

PAGE = 1_000  # addresses in a file, which is written in the time of a page
PAGES = (
    *("home", "needs", "directory", "how-it-works", "mission-templates", "promises"),
    *("accessibility", "legal"),
)


class Pages(Sitemap):
    def items(self) -> tuple[str, ...]:
        return PAGES

    def location(self, item: str) -> str:
        return reverse(item)


class Rows(Sitemap):
    """Rows of one kind: read a file at a time."""

    limit = PAGE
    changed = ""  # when a row last was

    def lastmod(self, item: Any) -> datetime | None:
        return getattr(item, self.changed) if self.changed else None

    def get_latest_lastmod(self) -> datetime | None:
        """Django's own would read them all."""
        rows = cast(QuerySet, self.items())
        return rows.order_by().aggregate(last=Max(self.changed))["last"] if self.changed else None


class Needs(Rows):
    changed = "updated_at"

    def items(self) -> QuerySet[Need]:
        return Need.objects.in_the_catalogue().order_by("pk").only("pk", self.changed)

    def get_latest_lastmod(self) -> datetime | None:
        """Pôle by pôle, from the end of an index: of all at once, all would be read."""
        theirs = self.items().filter(pole=OuterRef("pk")).order_by(f"-{self.changed}")
        poles = Pole.objects.order_by().annotate(last=Subquery(theirs.values(self.changed)[:1]))
        return poles.aggregate(Max("last"))["last__max"]


class Organisations(Rows):
    def items(self) -> QuerySet[Organisation]:
        listed = Organisation.objects.in_directory(timezone.localdate())
        return listed.order_by("pk").only("pk")


class Poles(Rows):
    def items(self) -> QuerySet[Pole]:
        return Pole.objects.order_by("slug")


class Templates(Rows):
    def items(self) -> QuerySet[MissionTemplate]:
        return MissionTemplate.objects.current().order_by("code")


SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "pages": Pages,
    "besoins": Needs,
    "organisations": Organisations,
    "poles": Poles,
    "modeles": Templates,
}


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return views.index(
        request, SITEMAPS, template_name="sitemaps/index.xml", sitemap_url_name="sitemap-part"
    )


@login_not_required
@require_safe
def part(request: HttpRequest, section: str) -> HttpResponse:
    return views.sitemap(request, SITEMAPS, section=section, template_name="sitemaps/part.xml")
