"""The pages of those who make links: who opens them, what they show, print and change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import join_links, memberships
from accounts.models import JoinLink
from tests.factories import (
    in_days,
    make_coordinator,
    make_organisation,
    make_pole,
    make_user,
    verify,
)

PAGES = ("page", "close", "poster", "svg", "png")
ONE = {name: f"join-link-{name}" for name in PAGES}


def make_link(house, by, **fields):
    said = {"label": "Affiche de la cantine", "ends_on": in_days(30), "places": 50} | fields
    return join_links.make(house, **said, by=by, now=timezone.now())


@pytest.fixture
def link(head, boss):
    return make_link(head, boss)


@pytest.fixture
def employee(head):
    person = verify(make_user(first_name="Ève"))
    head.memberships.create(user=person, role="EMPLOYEE")
    return person


def index(house):
    return reverse("join-links", args=[house.pk])


def page(link, name="page"):
    return reverse(ONE.get(name, f"join-link-{name}"), args=[link.pk])


def typed(**changes):
    return {"label": "Affiche", "ends_on": str(in_days(60)), "places": "20"} | changes


# --- who opens them ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "of_all", "of_one"),
    [
        ("boss", 200, 200), ("colleague", 403, 403), ("employee", 403, 403),
        ("stranger", 403, 404), ("coordinator", 403, 404), ("administrator", 403, 404), (None, 302, 302),
    ],
)  # fmt: skip
def test_only_administrators_open_them(as_, request, head, link, structure, who, of_all, of_one):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.get(index(head)).status_code == of_all
    assert browser.get(reverse("gathering", args=[head.pk])).status_code == of_all
    for name in PAGES:
        assert browser.get(page(link, name)).status_code == of_one, name
    if who != "boss":
        for path in (index(head), page(link), page(link, "close"), page(link, "take-over")):
            assert browser.post(path, typed()).status_code in {of_all, of_one}
        link.refresh_from_db()
        assert (link.closed_at, link.places, JoinLink.objects.count()) == (None, 50, 1)


def test_an_administrator_of_two_houses_reads_each_link_under_its_own(as_, head, link, boss):
    pole = make_pole("Ailleurs", ("62",))
    other = make_organisation("COMPANY", pole=pole, administrator=boss, name="Verrerie du Sud")
    theirs = make_link(other, boss, label="Intranet")
    browser = as_(boss)
    assert "Intranet" not in browser.get(index(head)).text
    assert "Affiche de la cantine" not in browser.get(index(other)).text
    assert theirs.address in browser.get(page(theirs)).text
    assert link.address not in browser.get(page(theirs)).text


def test_who_coordinates_another_pole_finds_nothing(as_, link):
    far = make_coordinator(make_pole("Ailleurs", ("62",)))
    assert as_(far).get(page(link)).status_code == 404


def test_a_suspended_house_has_none(as_, head, link, boss):
    type(head).objects.filter(pk=head.pk).update(status="SUSPENDED")
    assert as_(boss).get(page(link)).status_code == 403
    assert as_(boss).get(index(head)).status_code == 403


# --- making one ----------------------------------------------------------------------------
def test_three_fields_with_good_defaults_make_one(as_, head, boss):
    browser = as_(boss)
    form = browser.get(index(head)).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    assert said["ends_on"] == in_days(30)
    answer = browser.post(index(head), said)
    made = JoinLink.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.organisation, made.made_by, made.places, made.used) == (head, boss, 50, 0)
    assert "Lien sans nom" in browser.get(index(head)).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"places": "0"}, "supérieure ou égale à 1"),
        ({"places": "10001"}, "inférieure ou égale à 10000"),
        ({"places": "1e9"}, "nombre entier"),
        ({"places": "9" * 400}, "10000"),
        ({"ends_on": str(in_days(-1))}, "Ce jour est passé"),
        ({"ends_on": str(in_days(367))}, "Dans un an au plus tard"),
        ({"ends_on": "demain"}, "date valide"),
        ({"label": "a" * 81}, "80"),
        ({"label": "a\0b"}, "nul"),
        ({"label": "https://ailleurs.example.org"}, "Un nom"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(as_, head, boss, wrong, sentence):
    answer = as_(boss).post(index(head), typed(**wrong))
    assert sentence in answer.text.replace("\u202f", "").replace("\xa0", " ")
    assert not JoinLink.objects.exists()
    kept = {"label": "Affiche", "places": "20"}
    assert all(
        f'value="{value}"' in answer.text for name, value in kept.items() if name not in wrong
    )


def test_the_page_says_as_what_they_join(as_, head, boss):
    assert "Son rôle\xa0: salarié ou salariée" in as_(boss).get(index(head)).text
    type(head).objects.update(legal_form="PUBLIC")
    assert "Son rôle\xa0: agent" in as_(boss).get(index(head)).text


def test_there_is_an_end_to_links(as_, head, boss, monkeypatch):
    monkeypatch.setattr(join_links, "AT_MOST", 2)
    browser = as_(boss)
    for _time in range(3):
        answer = browser.post(index(head), typed())
    assert "beaucoup de liens" in answer.text
    join_links.close(JoinLink.objects.first(), by=boss, now=timezone.now())
    assert browser.post(index(head), typed()).status_code == 302


# --- one ----------------------------------------------------------------------------------
def test_its_page_has_the_address_the_drawing_and_who_has_joined(as_, head, link, boss, stranger):
    join_links.join(link, by=stranger, now=timezone.now())
    text = as_(boss).get(page(link)).text
    assert f'value="{link.address}"' in text
    assert "Luc Petit" in text
    assert page(link, "svg") in text
    assert "1 place prise sur 50" in text


def test_more_than_fifty_are_counted(as_, head, link, boss):
    for _n in range(52):
        head.memberships.create(user=make_user(), role="EMPLOYEE", came_by="LINK", link=link)
    text = as_(boss).get(page(link)).text
    assert text.count('<li class="line">') == 50
    assert "et 2 autres" in text


def test_the_drawing_says_the_address(as_, link, boss):
    segno = pytest.importorskip("segno")
    browser = as_(boss)
    svg, png = browser.get(page(link, "svg")), browser.get(page(link, "png"))
    assert (svg["Content-Type"], png["Content-Type"]) == ("image/svg+xml", "image/png")
    assert png.content.startswith(b"\x89PNG")
    drawn = segno.make_qr(link.address, error="m")
    assert drawn.svg_inline(scale=8, border=4, dark="#000", light="#fff", omitsize=True).partition(">")[2] in svg.text  # fmt: skip
    assert drawn.version <= 5, "small enough to be photographed from afar"


def test_the_poster_says_who_how_and_where(as_, link, boss):
    text = as_(boss).get(page(link, "poster")).text
    assert "Fonderie du Nord" in text
    assert link.address in text
    assert link.label not in text.partition('class="poster"')[2], (
        "its name is for those who made it"
    )


def test_the_day_on_the_poster_is_the_link_s_and_not_that_of_the_help(as_, link, boss):
    text = as_(boss).get(page(link, "poster")).text
    assert "du territoire.</p>" in text
    assert "Ce lien fonctionne jusqu’au" in text.partition(link.address)[2]


def test_a_link_that_opens_to_nobody_is_not_to_be_given_around(as_, link, boss):
    browser = as_(boss)
    assert "À donner autour de vous" in browser.get(page(link)).text
    JoinLink.objects.update(used=50)
    full = browser.get(page(link)).text
    assert "À donner autour de vous" not in full
    assert link.address not in full


def test_no_poster_leads_nowhere(as_, link, boss):
    JoinLink.objects.update(ends_on=in_days(-1))
    answer = as_(boss).get(page(link, "poster"))
    assert answer.url == page(link)


def test_its_end_and_number_are_changed(as_, link, boss):
    browser = as_(boss)
    JoinLink.objects.update(used=10)
    assert browser.post(page(link), typed(places="9")).context["form"].errors["places"]
    assert browser.post(page(link), typed(places="10")).status_code == 302
    link.refresh_from_db()
    assert (link.label, link.places, link.ends_on) == ("Affiche", 10, in_days(60))


def test_one_that_has_ended_may_be_made_to_go_on(as_, link, boss):
    JoinLink.objects.update(ends_on=in_days(-3))
    browser = as_(boss)
    assert browser.post(page(link), typed(ends_on=str(in_days(-3)))).status_code == 302
    assert browser.post(page(link), typed(ends_on=str(in_days(-2)))).status_code == 200
    assert browser.post(page(link), typed(ends_on=str(in_days(2)))).status_code == 302
    link.refresh_from_db()
    assert link.why_shut(timezone.localdate()) is None


def test_closing_asks_first_and_is_for_good(as_, client, link, boss):
    browser = as_(boss)
    assert "ne peut pas être rouvert" in browser.get(page(link, "close")).text
    link.refresh_from_db()
    assert link.closed_at is None
    browser.post(page(link, "close"))
    link.refresh_from_db()
    assert link.closed_at
    assert link.address not in browser.get(page(link)).text
    for path in (page(link, "close"), page(link, "take-over")):
        assert "Ce lien est fermé" in browser.post(path, follow=True).text
    assert "Ce lien est fermé" in browser.post(page(link), typed()).text
    assert "a été fermé" in client.get(link.path).text


def test_another_administrator_takes_it_over(as_, client, head, link, boss, stranger):
    head.memberships.create(user=stranger, role="ADMINISTRATOR")
    memberships.leave(head.memberships.get(user=boss))
    assert "n’administre plus" in client.get(link.path).text
    browser = as_(stranger)
    assert "Le reprendre" in browser.get(page(link)).text
    browser.post(page(link, "take-over"))
    link.refresh_from_db()
    assert link.made_by == stranger
    assert "Créer mon compte" in client.get(link.path).text
    assert as_(boss).get(page(link)).status_code == 404


def test_many_links_ask_no_more_of_the_database(as_, head, link, boss):
    browser = as_(boss)
    browser.get(index(head))
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(index(head))
    for _n in range(20):
        make_link(head, boss)
    with CaptureQueriesContext(connection) as many:
        browser.get(index(head))
    assert len(many) == len(few)


def test_the_card_leads_to_the_links(as_, head, link, boss, stranger):
    join_links.join(link, by=stranger, now=timezone.now())
    text = as_(boss).get(reverse("gathering", args=[head.pk])).text
    assert index(head) in text
    assert "1 lien est ouvert." in text
    assert "1 personne est là grâce à un lien." in text
