"""What the drill reads of a site, and what it says that it hasn't read."""

import pytest
from django.http import HttpResponse

from tests import drill
from tests.factories import make_need, make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_pages_that_were_not_opened_are_named_by_their_kind():
    aline = make_user(email="aline@example.org")
    make_need(make_organisation(administrator=aline, name="Les Jardins"))
    few = drill.pages("2", aline.email)
    assert len(few["pages"]) <= 2
    assert few["not_reached"]["/besoins/"] == 1, "a link of home"
    assert not any(part.isdigit() for kind in few["not_reached"] for part in kind.split("/"))


def test_who_has_read_them_all_has_none_left():
    whole, left = drill.crawled(Little(), most=9)
    assert (list(whole), left) == (["/", "/a/", "/b/"], [])
    assert drill.crawled(Little(), most=2)[1] == ["/b/"]


class Little:
    """A site of three pages."""

    def get(self, url):
        return HttpResponse('<a href="/a/">a</a> <a href="/b/">b</a>', content_type="text/html")
