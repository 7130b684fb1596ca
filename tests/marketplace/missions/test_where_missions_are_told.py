"""Where the end of a mission is told: on the pages of those who are named, and on the front page."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Membership
from marketplace.actions.market import consents
from marketplace.figures.told_missions import finished_with_quote
from marketplace.models import (
    Consent,
    ConsentKind,
    Offer,
    Review,
    Side,
    Voice,
)
from marketplace.rules import tellings
from tests.factories import make_coordinator, make_need, make_user
from tests.marketplace.missions.telling_people import (
    SAID,
    address,
    agree,
    both,
    ended,
    photo,
    post,
    shown,
)
from tests.marketplace.missions.test_closings import by_of


@pytest.fixture(autouse=True)
def _disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mission():
    """One that has ended, beside another of other people."""
    ended(need=make_need(title="Un autre besoin"))
    return ended()


# --- where it shows -------------------------------------------------------------------------
def name_together(mission):
    """Both organisations agree to be named together, as they gave their reviews."""
    company = mission.offer.organisation
    boss = make_user()
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    for voice, by in ((Voice.NEED, by_of(mission, Side.NEED)), (Voice.COMPANY, boss)):
        Review.objects.create(mission=mission, side=voice, author=by, rating=5, again=True)
        consents.give(by, ConsentKind.WORKED_WITH, mission)
    return boss


def test_the_employer_is_named_and_shows_it_once_both_may_be_named_together(client):
    mission = ended(work=True)
    company = mission.offer.organisation
    both(client, mission)
    assert company.name not in tellings.names_of(tellings.told().get()).other
    assert not tellings.of_employer(company).exists()
    boss = name_together(mission)
    assert company.name in tellings.names_of(tellings.told().get()).other
    client.logout()
    assert SAID["done"] in client.get(company.get_absolute_url()).content.decode()
    client.force_login(boss)
    page = client.get(reverse("programme-home", args=[company.pk])).content.decode()
    assert SAID["done"] in page


def test_what_one_says_yes_to_names_the_employer_as_it_will_be_shown(client):
    mission = ended(work=True)
    company = mission.offer.organisation
    name_together(mission)
    post(client, mission, by_of(mission, Side.NEED))
    for reader in (by_of(mission, Side.NEED), mission.offer.person):
        client.force_login(reader)
        card = client.get(address(mission)).text.partition('class="card told"')[2]
        assert company.name in card.partition("</article>")[0]


@pytest.mark.parametrize("whose", ["own time", "a colleague", "a team"])
def test_the_words_one_says_yes_to_promise_what_is_shown_and_no_more(client, whose):
    """They promised a photo that wasn’t there, of own time an employer, of a team a first name."""
    mission = ended(work=whose != "own time")
    by = by_of(mission, Side.OFFER)
    if whose == "a team":
        Offer.objects.filter(pk=mission.offer_id).update(person=None)
    post(client, mission, by_of(mission, Side.NEED))
    agree(client, mission, by)
    kept = list(Consent.objects.standing(kind=ConsentKind.TELLING))
    assert len(kept) == 2
    for words in (one.words for one in kept):
        assert "la photo s’il y en a une" in words
        assert ("l’employeur" in words) == (whose != "own time")
        assert ("le prénom de qui est venu" in words) == (whose != "a team")
        assert unescape(client.get(address(mission)).text).count(words) == 1


def test_a_team_is_named_within_the_phrase(client):
    mission = ended(work=True)
    by = by_of(mission, Side.OFFER)
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    post(client, mission, by_of(mission, Side.NEED))
    agree(client, mission, by)
    said = unescape(shown(client, mission)).replace("\xa0", " ")
    assert f"{mission.need.organisation}, avec une équipe" in said


def test_own_time_never_shows_at_the_employer(client, mission):
    employer = ended(work=True, need=make_need(title="Un troisième")).offer.organisation
    Membership.objects.create(user=mission.offer.person, organisation=employer)
    both(client, mission)
    assert not tellings.about(employer, 1)
    client.logout()
    assert SAID["done"] not in client.get(employer.get_absolute_url()).content.decode()


def test_the_front_page_is_handed_what_both_tell_then_who_may_be_quoted(client, mission):
    both(client, mission, picture=photo(), alt="La page d’accueil")
    quoted = ended(need=make_need(title="Tenir la caisse"))
    person = quoted.offer.person
    review = Review.objects.create(
        mission=quoted, side=Voice.OFFER, author=person, rating=5, again=True, words="Une joie."
    )
    silent = ended(need=make_need(title="En silence"))
    Review.objects.create(
        mission=silent, side=Voice.OFFER, author=silent.offer.person, rating=5, again=True,
        words="Pas pour tous.",
    )  # fmt: skip
    consent = consents.give(person, ConsentKind.QUOTE, review)
    first, second = finished_with_quote(5)
    assert first.names == (mission.need.organisation.name, "Noé")
    assert first.quote == SAID["changed"]
    assert first.picture_url
    assert first.alt == "La page d’accueil"
    assert (second.title, second.quote, second.names) == (
        "Tenir la caisse",
        "Une joie.",
        ("", "Noé"),
    )
    assert [one.title for one in finished_with_quote(1)] == [first.title]
    consents.end(consent)
    assert len(finished_with_quote(5)) == 1


def test_the_front_page_tells_one_of_them_until_a_yes_is_taken_back(client, mission):
    assert "Une mission terminée" not in client.get("/").text
    both(client, mission, picture=photo(), alt="La page d’accueil")
    client.logout()
    page = client.get("/").text
    assert "Une mission terminée" in page
    assert SAID["done"] in page
    assert 'alt="La page d’accueil"' in page
    assert f"{mission.need.organisation.name} · Noé" in page
    consents.end(Consent.objects.filter(person=mission.offer.person).first())
    assert "Une mission terminée" not in client.get("/").text


def test_what_the_structure_says_is_the_quote_of_what_both_tell(client, mission):
    both(client, mission)
    by = by_of(mission, Side.NEED)
    review = Review.objects.create(
        mission=mission, side=Voice.NEED, author=by, rating=5, again=True, words="Merci, Noé."
    )
    consents.give(by, ConsentKind.QUOTE, review)
    (told,) = finished_with_quote(3)
    assert (told.quote, told.quote_by) == ("Merci, Noé.", by.first_name)


def test_an_unhappy_end_isn_t_put_on_the_front_page(mission):
    person = mission.offer.person
    review = Review.objects.create(
        mission=mission, side=Voice.OFFER, author=person, rating=2, again=False, words="Bof."
    )
    consents.give(person, ConsentKind.QUOTE, review)
    assert finished_with_quote(3) == []


def test_the_mission_s_page_leads_there_once_it_has_ended(client, mission):
    client.force_login(mission.offer.person)
    assert address(mission) in client.get(mission.get_absolute_url()).content.decode()
    client.force_login(make_coordinator(mission.need.pole))
    assert address(mission) not in client.get(mission.get_absolute_url()).content.decode()


def test_the_number_of_questions_doesn_t_grow_with_what_is_told(
    client, mission, django_assert_max_num_queries
):
    both(client, mission)
    for number in range(3):
        both(client, ended(need=make_need(title=f"Besoin {number}")))
    with django_assert_max_num_queries(3):
        assert len(finished_with_quote(4)) == 4
