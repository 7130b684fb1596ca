"""The newest needs of a search, for readers of news: the catalogue's own filters, as an Atom feed."""

import re
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from common.spoken import FIRST
from marketplace.models import Need
from marketplace.views.market.catalogue import Found, address_of
from marketplace.views.market.catalogue_filters import NEWEST
from marketplace.views.market.sharing import absolute, in_its_language

MOST = 50
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # signs it can't hold


@login_not_required
@require_safe
@conditional_page
def needs(request: HttpRequest) -> HttpResponse:
    """Nothing of whoever reads it: no commune that is remembered, no search that almost finds."""
    return _Newest()(request)


class _InFrench(Atom1Feed):
    """Whatever the language of the feed, what is needed is told in the first language of each need."""

    def item_attributes(self, item: dict) -> dict[str, str]:
        return super().item_attributes(item) | {"xml:lang": FIRST}


class _Newest(Feed):
    feed_type = _InFrench

    def get_object(self, request: HttpRequest) -> Found:
        return Found.of(request.GET, almost=False)

    def title(self, found: Found) -> str:
        named = [found.search.text, str(found.near.commune) if found.near else ""]
        return _plain(
            " · ".join([_("Open needs, Trait d’union"), *(name for name in named if name)])
        )

    def link(self, found: Found) -> str:
        return absolute(address_of("needs", found.form))

    def feed_url(self, found: Found) -> str:
        return absolute(address_of("needs-feed", found.form))

    def items(self, found: Found) -> list[Need]:
        newest = found.narrowing.left().order_by(*NEWEST).values_list("pk", flat=True)
        return Need.objects.as_cards(newest[:MOST])

    def item_title(self, item: Need) -> str:
        return _plain(item.title)

    def item_description(self, item: Need) -> str:
        said = linebreaks(_plain(item.gist), autoescape=True)  # readers take it for HTML
        if (second := item.second) is None:
            return said
        words = f"{second.title}\n\n{second.text}"
        return f"{said}{in_its_language(_plain(words), second.lang)}"

    def item_link(self, item: Need) -> str:
        return absolute(item.get_absolute_url())

    def item_author_name(self, item: Need) -> str:
        return _plain(item.organisation.name)

    def item_categories(self, item: Need) -> list[str]:
        return [str(item.cause), str(item.commune)]

    def item_pubdate(self, item: Need) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Need) -> datetime:
        return item.updated_at


def _plain(text: str) -> str:
    """Without the signs that nobody sees and that would stop every reader of the feed."""
    return NO_XML.sub(" ", text)
