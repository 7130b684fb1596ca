"""What is shown where an address is shared, and told to search engines: of what is public, and of nothing else."""

import json
import re
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.models import Need
from marketplace.states import NeedStatus
from tests.factories import (
    in_days,
    make_commune,
    make_coordinator,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)

pytestmark = pytest.mark.once
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CANARY = "Canari caché"


@pytest.fixture
def world():
    """Two structures of the directory, each with a public need; and for each way of not being public, one that says
    CANARY."""
    since = timezone.localdate()
    pole = make_pole()
    shown = [
        make_organisation(
            pole=pole, name=f"Les Bottines {n}", listed_from=since, administrator=make_user()
        )
        for n in "AB"
    ]
    needs = [
        make_need(one, title=f"Classer les archives {one.name[-1]}", time="OWN") for one in shown
    ]
    make_need(shown[0], title=f"{CANARY} privé", is_listed=False)
    for status in NeedStatus:
        if status not in {NeedStatus.PUBLISHED, NeedStatus.FILLED}:
            make_need(shown[0], title=f"{CANARY} {status}", status=status)
    for status in OrganisationStatus:
        if status != OrganisationStatus.ACCEPTED:
            other = make_organisation(
                pole=pole, name=f"{CANARY} {status}", status=status, listed_from=since
            )
            make_need(other, title=f"{CANARY} de {status}")
    make_organisation(pole=pole, name=f"{CANARY} non inscrite")
    make_organisation(pole=pole, name=f"{CANARY} demain", listed_from=since + timedelta(days=1))
    return needs


def metas(page) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', page.text)
    return dict(found)


def canonical(page) -> str:
    return re.search(r'<link rel="canonical" href="([^"]+)"', page.text)[1]


def told(page) -> list[dict]:
    scripts = re.findall(
        r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', page.text, re.DOTALL
    )
    return [json.loads(one) for one in scripts]


# --- the head of a page ------------------------------------------------------------------------
def test_a_need_says_its_title_what_is_expected_and_its_picture(client, world):
    page = client.get(world[0].get_absolute_url() + "?utm_source=x&page=2")
    head = metas(page)
    assert (head["og:title"], head["og:locale"]) == ("Classer les archives A", "fr_FR")
    assert (
        head["description"] == head["og:description"] == "Un site que l’équipe sait tenir à jour."
    )
    address = settings.SITE_URL + world[0].get_absolute_url()
    assert canonical(page) == head["og:url"] == address
    assert head["og:image"] == f"{address}vignette.png"


@pytest.mark.parametrize("name", ["home", "needs", "directory"])
def test_a_page_of_the_site_has_one_address_whatever_its_filters_and_its_language(
    client, world, name
):
    for language in ("fr", "en"):
        page = client.get(
            reverse(name), {"page": "2", "q": "x"}, headers={"accept-language": language}
        )
        assert canonical(page) == settings.SITE_URL + reverse(name)
        assert metas(page)["og:image"] == settings.SITE_URL + "/vignette.png"
        assert metas(page)["og:locale"][:2] == language


def test_a_pole_says_what_it_is(client):
    pole = make_pole("Pôle d’à côté")
    page = client.get(pole.get_absolute_url())
    assert metas(page)["og:title"] == "Pôle d’à côté"
    assert canonical(page) == settings.SITE_URL + pole.get_absolute_url()


def test_a_private_need_says_nothing_to_whoever_sees_it(client, world):
    need = Need.objects.get(title=f"{CANARY} privé")
    client.force_login(need.organisation.members.first())
    page = client.get(need.get_absolute_url())
    assert page.status_code == 200
    assert "og:title" not in metas(page)
    assert not told(page)
    assert metas(page)["robots"] == "noindex"


@pytest.mark.parametrize("name", ["non inscrite", "demain"])
def test_an_organisation_outside_the_directory_is_told_to_no_search_engine(client, world, name):
    organisation = Organisation.objects.get(name=f"{CANARY} {name}")
    page = client.get(organisation.get_absolute_url())
    assert page.status_code == 200
    assert metas(page)["robots"] == "noindex"
    assert "og:title" not in metas(page)
    assert not told(page)


# --- JSON-LD -----------------------------------------------------------------------------------
@pytest.mark.parametrize("time", ["OWN", "BOTH"])
def test_a_need_of_ones_own_time_is_told_as_a_volunteers(client, world, time):
    Need.objects.filter(pk=world[0].pk).update(time=time, place="ON_SITE")
    (job,) = told(client.get(world[0].get_absolute_url()))
    assert (job["@type"], job["employmentType"]) == ("JobPosting", "VOLUNTEER")
    assert job["hiringOrganization"]["name"] == "Les Bottines A"
    assert job["jobLocation"]["address"]["addressLocality"] == "Lille"
    assert job["validThrough"].startswith(world[0].ends_on.isoformat())
    assert job["datePosted"]
    assert "jobLocationType" not in job


def test_a_need_from_afar_has_no_place(client, world):
    Need.objects.filter(pk=world[0].pk).update(place="REMOTE")
    (job,) = told(client.get(world[0].get_absolute_url()))
    assert job["jobLocationType"] == "TELECOMMUTE"
    assert "jobLocation" not in job


@pytest.mark.parametrize(
    "other",
    [{"time": "WORK"}, {"status": "FILLED"}, {"starts_on": in_days(-9), "ends_on": in_days(-1)}],
)
def test_working_time_and_what_is_met_or_over_are_told_to_no_search_engine(client, world, other):
    Need.objects.filter(pk=world[0].pk).update(**other)
    page = client.get(world[0].get_absolute_url())
    assert metas(page)["og:title"] == "Classer les archives A"
    assert not told(page)


def test_words_cannot_leave_their_script(client, world):
    bad = "</script><script>alert(1)</script> & \u2028 <!--"
    Need.objects.filter(pk=world[0].pk).update(title=bad, context=bad)
    page = client.get(world[0].get_absolute_url())
    assert "<script>alert" not in page.text
    assert told(page)[0]["title"] == bad


def test_an_organisation_of_the_directory_is_told(client, world):
    organisation = world[0].organisation
    Organisation.objects.filter(pk=organisation.pk).update(website="https://bottines.example.org")
    (said,) = told(client.get(organisation.get_absolute_url()))
    assert (said["@type"], said["name"]) == ("NGO", "Les Bottines A")
    assert said["sameAs"] == "https://bottines.example.org"


# --- pictures ----------------------------------------------------------------------------------
def test_each_public_thing_has_a_picture_that_is_kept_until_its_words_change(client, world):
    need = world[0]
    names = [
        ("need-picture", need.pk),
        ("organisation-picture", need.organisation_id),
        ("pole-picture", need.pole.slug),
    ]
    for path in [*(reverse(name, args=[arg]) for name, arg in names), reverse("site-picture")]:
        answer = client.get(path)
        drawn = Image.open(BytesIO(answer.content))
        assert (drawn.format, drawn.size, answer["Content-Type"]) == (
            "PNG",
            (1200, 630),
            "image/png",
        )
        again = client.get(path, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    tag = client.get(reverse("need-picture", args=[need.pk]))["ETag"]
    Need.objects.filter(pk=need.pk).update(title="Autre chose")
    again = client.get(reverse("need-picture", args=[need.pk]), headers={"if-none-match": tag})
    assert again.status_code == 200


def test_no_cache_between_keeps_a_picture_with_somebody_s_cookies(client, world):
    path = reverse("need-picture", args=[world[0].pk])
    answer = client.get(path)
    assert (answer["Cache-Control"], list(answer.cookies)) == ("public, max-age=3600", [])
    client.force_login(make_user())
    answer = client.get(path)
    assert answer.cookies
    assert answer["Cache-Control"] == "private, max-age=3600"


def test_what_is_not_public_has_no_picture_even_for_its_own(client, world):
    client.force_login(world[0].organisation.members.first())
    for need in Need.objects.filter(title__startswith=CANARY):
        assert client.get(reverse("need-picture", args=[need.pk])).status_code == 404
    for organisation in Organisation.objects.filter(name__startswith=CANARY):
        path = reverse("organisation-picture", args=[organisation.pk])
        assert client.get(path).status_code == 404


# --- the map of the site -----------------------------------------------------------------------
def locations(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [one.text for one in ElementTree.fromstring(answer.content).iter(f"{MAP}loc")]


def test_the_map_leads_to_all_that_a_visitor_may_see_and_to_nothing_else(client, world):
    parts = locations(client, "/sitemap.xml")
    assert len(parts) == 5
    paths = [
        where.partition("testserver")[2]
        for part in parts
        for where in locations(client, part.partition("testserver")[2])
    ]
    assert len(paths) == len(set(paths))
    for need in world:
        assert need.get_absolute_url() in paths
        assert need.organisation.get_absolute_url() in paths
        assert need.pole.get_absolute_url() in paths
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200
        assert CANARY not in answer.text
    assert not {
        one.get_absolute_url() for one in Need.objects.filter(title__startswith=CANARY)
    } & set(paths)
    assert not {
        one.get_absolute_url() for one in Organisation.objects.filter(name__startswith=CANARY)
    } & set(paths)


def test_the_map_says_when_a_need_last_changed_and_is_in_pages(client, world, monkeypatch):
    monkeypatch.setattr("marketplace.views.market.sitemaps.Needs.limit", 1)
    assert len([one for one in locations(client, "/sitemap.xml") if "besoins" in one]) == 2
    first = client.get("/sitemap-besoins.xml")
    assert f"<lastmod>{timezone.localdate():%Y-%m-%d}</lastmod>" in first.text
    assert locations(client, "/sitemap-besoins.xml?p=2") != locations(
        client, "/sitemap-besoins.xml"
    )


@pytest.mark.parametrize(
    "asked", ["besoins.xml?p=99", "besoins.xml?p=x", "rien.xml", "besoins.xml?p="]
)
def test_a_part_that_is_not_there_is_not_found(client, world, asked):
    assert client.get(f"/sitemap-{asked}").status_code == 404


def test_robots_are_told_where_the_map_is(client):
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml\n" in client.get("/robots.txt").text


# --- the feed ----------------------------------------------------------------------------------
def entries(answer) -> list[str]:
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    return [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]


def test_the_feed_tells_the_newest_needs_of_a_search(client, world):
    assert entries(client.get(reverse("needs-feed"))) == [
        "Classer les archives B",
        "Classer les archives A",
    ]
    Need.objects.filter(pk=world[0].pk).update(format="LONG")
    assert entries(client.get(reverse("needs-feed"), {"format": "LONG"})) == [
        "Classer les archives A"
    ]
    assert entries(
        client.get(reverse("needs-feed"), {"q": "archives a", "order": "soon", "page": "9"})
    )
    assert entries(client.get(reverse("needs-feed"), {"q": "archivess"})) == []


@pytest.mark.parametrize("sign", ["\x08", "\x0b", "\x1b", "\ufffe", "\uffff"])
def test_a_sign_that_nobody_sees_stops_no_reader_of_the_feed(client, world, sign):
    structure = world[0].organisation
    Organisation.objects.filter(pk=structure.pk).update(name=f"Les{sign}Bottines")
    make_need(structure, title=f"Un{sign}site", deliverable=f"Un site{sign}à jour")
    assert entries(client.get(reverse("needs-feed")))[0] == "Un site"
    assert entries(client.get(reverse("needs-feed"), {"q": f"bidule{sign}"})) == []


def test_the_feed_knows_nothing_of_its_reader(client, world):
    far = make_commune("48095", "Mende", latitude=44.5, longitude=3.5)
    Need.objects.filter(pk=world[0].pk).update(commune=far)
    person = make_user(commune=far)
    client.force_login(person)
    assert len(entries(client.get(reverse("needs-feed")))) == 2


def test_the_catalogue_leads_to_the_feed_of_what_is_looked_for(client, world):
    client.force_login(make_user(commune=world[0].commune))
    page = client.get(
        reverse("needs"), {"format": "SPLIT", "order": "short", "page": "1", "x": "y"}
    )
    address = page.context["feed_url"]
    assert address == "/besoins/flux/?near=Lille+%2859%29&within=20&format=SPLIT&near-code=59350"
    shown = address.replace("&", "&amp;")
    assert page.text.count(f'href="{shown}"') == 2  # in the head, and for people
    assert "S’abonner à cette recherche" in page.text
    feed = client.get(address)
    assert len(entries(feed)) == 2
    assert f'href="{settings.SITE_URL}{shown}"' in feed.text


def test_what_has_not_changed_is_not_sent_again(client, world):
    answer = client.get(reverse("needs-feed"))
    again = client.get(reverse("needs-feed"), headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_need(world[0].organisation, title="Encore un")
    again = client.get(reverse("needs-feed"), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 200


def test_the_feed_is_as_many_questions_however_many_needs_and_fifty_at_the_most(client, world):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("needs-feed"))
        return len(asked)

    before = questions()
    for number in range(55):
        make_need(world[0].organisation, title=f"Besoin {number}", ranked=False)
    assert questions() == before
    assert len(entries(client.get(reverse("needs-feed")))) == 50


def test_a_reader_of_news_is_given_words_and_no_tags(client, world):
    Need.objects.filter(pk=world[0].pk).update(
        deliverable="<script>alert(1)</script>\n& deux", title="<b>"
    )
    feed = ElementTree.fromstring(client.get(reverse("needs-feed")).content)
    said = {one.text for one in feed.iter(f"{ATOM}summary")}
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>&amp; deux</p>" in said
    (job,) = told(client.get(world[0].get_absolute_url()))
    assert job["description"].startswith("<p>&lt;script&gt;")


@pytest.mark.parametrize("method", ["post", "put"])
def test_nothing_is_written_at_these_addresses(client, world, method):
    for path in ("/sitemap.xml", "/vignette.png", reverse("needs-feed")):
        assert getattr(client, method)(path).status_code == 405


def test_a_coordinator_finds_no_more_in_the_feed_than_a_visitor(client, world):
    client.force_login(make_coordinator(world[0].pole))
    assert len(entries(client.get(reverse("needs-feed")))) == 2
    assert CANARY not in client.get(reverse("needs-feed")).text
