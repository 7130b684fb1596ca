"""Those who could do a need side by side: what lacks is said in a word, each reader sees what they may."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace import ranking
from marketplace.actions.market import in_turn, proposals
from marketplace.models import (
    Level,
    NeedSkill,
    Offer,
    OfferSkill,
    Origin,
    Promises,
    Responsiveness,
    Side,
)
from tests.factories import (
    in_days,
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
)
from tests.marketplace.market.test_at_home import make_boss

pytestmark = pytest.mark.django_db


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle")
    client.force_login(user)
    return user


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def need(aline):
    return make_need(member=aline, place="ON_SITE", skills=["site-web", "excel"])


def offer_of(name, **fields):
    fields.setdefault("skills", ["site-web", "excel"])
    return make_offer(make_user(first_name=name), **fields)


def table(client, need, **asked):
    return client.get(reverse("need-candidates", args=[need.pk]), {"vue": "tableau"} | asked)


def spaced(text):
    return re.sub(r"[\u00a0\u202f]", " ", unescape(text))


def names(page) -> list[str]:
    return [row.match.offer.person.first_name for row in page.context["rows"]]


def words_of(page, name) -> dict[str, str]:
    """What is said in each column about somebody."""
    (row,) = [row for row in page.context["rows"] if row.match.offer.person.first_name == name]
    return {str(label): spaced(cell.words) for label, cell in row.cells}


def lacking(page, name) -> set[str]:
    (row,) = [row for row in page.context["rows"] if row.match.offer.person.first_name == name]
    return {str(label) for label, cell in row.cells if cell.lacks}


def test_each_condition_is_a_column_and_says_what_lacks_in_a_word(client, need, maelle):
    afar = make_commune("59178", "Douai", latitude=50.3714, longitude=3.0797)
    offer_of("Nora")
    offer_of("Farid", commune=afar, radius_km=10, place="ON_SITE")
    offer_of("Lise", skills=["site-web"])
    offer_of("Omar", starts_on=in_days(120), ends_on=in_days(150))
    page = table(client, need)
    assert lacking(page, "Nora") == set()
    assert words_of(page, "Farid")["Où"].startswith("trop loin : 29 km")
    assert lacking(page, "Farid") == {"Où"}
    (excel,) = lacking(page, "Lise")
    assert words_of(page, "Lise")[excel] == "manque"
    assert lacking(page, "Omar") == {"Quand"}
    assert "pas libre" in words_of(page, "Omar")["Quand"]
    assert "manque" in spaced(page.text)


def test_a_skill_says_the_level_or_the_close_one_that_stands_for_it(client, need, maelle):
    make_skill("site-web").close.add(make_skill("wordpress"))
    NeedSkill.objects.filter(need=need, skill__code="site-web").update(level=Level.BASIC)
    ranking.changed(need)
    offer_of("Nora", skills=["excel", "wordpress"])
    OfferSkill.objects.filter(skill__code="excel").update(level=Level.EXPERT)
    ranking.changed(*Offer.objects.all())
    said = set(words_of(table(client, need), "Nora").values())
    assert any(words.startswith("voisine :") for words in said)
    assert any("(3 sur 3)" in words for words in said)


def test_hours_and_whose_time_are_said(client, need, maelle):
    offer_of("Nora", hours=14)
    words = words_of(table(client, need), "Nora")
    assert words["Heures"] == "14 h sur 40"
    assert "temps personnel" in words.values()


def test_it_is_sorted_by_any_column_both_ways(client, need, maelle):
    near = make_commune("59009", "Villeneuve-d'Ascq", latitude=50.62, longitude=3.14)
    offer_of("Nora", hours=40)
    offer_of("Zoé", hours=14, commune=near)
    assert names(table(client, need, tri="distance")) == ["Nora", "Zoé"]
    assert names(table(client, need, tri="-distance")) == ["Zoé", "Nora"]
    assert names(table(client, need, tri="-heures")) == ["Zoé", "Nora"]
    assert set(names(table(client, need, tri="n’importe quoi"))) == {"Nora", "Zoé"}


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("distance", "ascending"),
        ("-distance", "descending"),
        ("heures", "descending"),
        ("-heures", "ascending"),
    ],
)
def test_the_head_says_which_way_it_is_sorted(client, need, maelle, column, order):
    offer_of("Nora")
    assert f'aria-sort="{order}"' in table(client, need, tri=column).text


def test_a_click_on_a_head_sends_who_has_just_been_ticked(client, need, maelle):
    offer_of("Nora")
    page = table(client, need, tri="distance", voir="tout").text
    door = reverse("need-candidates", args=[need.pk])
    assert f'<button name="tri" value="-distance" formaction="{door}">' in page
    form = page[page.index("/tour-a-tour/") :]
    kept, head, tick = '<input type="hidden" name="tri"', '<button name="tri"', 'name="offre"'
    assert form.index(kept) < form.index(head) < form.index(tick), "the last of two counts"


@pytest.mark.parametrize(
    "column", ["dates", "temps", "reponse", "demande", "s1", "s999999999999", "-"]
)
def test_no_column_of_an_address_breaks_the_page(client, need, maelle, column):
    offer_of("Nora")
    assert names(table(client, need, tri=column, page="zzz", voir="?", temps="?")) == ["Nora"]


def test_filters_stay_in_the_address(client, need, maelle):
    offer_of("Nora")
    offer_of("Lise", skills=["site-web"])
    assert names(table(client, need, voir="tout")) == ["Nora"]
    assert names(table(client, need, voir="presque")) == ["Lise"]
    page = table(client, need, voir="presque", temps="travail")
    assert page.context["rows"] == []
    assert "Personne avec ces filtres" in page.text
    assert "voir=presque&tri=distance" not in table(client, need).text
    assert ("voir", "presque") in table(client, need, voir="presque").context["kept"]


def test_it_comes_a_page_at_a_time_and_twenty_cost_as_many_questions_as_four(client, need, maelle):
    for number in range(24):
        offer_of(f"P{number}", ranked=False)
    ranking.changed(*Offer.objects.all())
    table(client, need)
    asked = []
    for number, shown in (("1", 20), ("2", 4)):
        with CaptureQueriesContext(connection) as questions:
            assert len(table(client, need, page=number).context["rows"]) == shown
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 29  # one of them notes in the journal that it was read


def test_who_is_ticked_stays_so_on_another_page_in_another_order_and_on_the_way_back(
    client, need, maelle
):
    for number in range(24):
        offer_of(f"P{number}", ranked=False)
    ranking.changed(*Offer.objects.all())
    first = table(client, need).context["rows"][0].match.offer_id
    second = table(client, need, page="2")
    last = second.context["rows"][0].match.offer_id
    door = reverse("need-candidates", args=[need.pk])
    assert f'formaction="{door}"' in second.text
    page = table(client, need, page="2", offre=[first, last])
    assert f'<input type="hidden" name="offre" value="{first}">' in page.text
    assert f'value="{last}" checked' in page.text
    assert "1 personne est cochée sur une autre page" in spaced(page.text)
    assert f"?voir=presque&amp;offre={first}&amp;offre={last}" in page.text
    order = client.get(reverse("need-in-turn", args=[need.pk]), {"offre": [first, last]})
    assert f"{door}?offre={first}&amp;offre={last}" in order.text


def test_who_was_asked_stays_in_the_table_and_says_how_it_stands(client, need, maelle):
    asked, other = offer_of("Nora"), offer_of("Zoé")
    proposal = proposals.propose(need, asked, word="", by=maelle)
    page = table(client, need)
    assert set(names(page)) == {"Nora", "Zoé"}
    assert proposal.get_absolute_url() in page.text
    assert f'value="{other.pk}"' in page.text
    assert f'name="offre" value="{asked.pk}"' not in page.text
    proposals.decline(proposal, side=Side.OFFER, reason="", by=asked.person)
    assert "Déclinée" in table(client, need).text


def test_who_waits_in_the_readers_own_list_says_so_and_isnt_ticked_again(
    client, need, maelle, aline
):
    first, second = offer_of("Nora"), offer_of("Zoé")
    in_turn.begin(
        need, [first, second], word="", by=maelle, origin=Origin.COORDINATOR, now=timezone.now()
    )
    page = table(client, need)
    assert "attend son tour" in page.text
    assert f'name="offre" value="{second.pk}"' not in page.text
    client.force_login(aline)
    theirs = table(client, need)
    assert "attend son tour" not in theirs.text
    assert f'name="offre" value="{second.pk}"' in theirs.text


def test_who_has_been_asked_often_enough_this_month_cannot_be_ticked(client, need, maelle):
    offer = offer_of("Nora")
    for _time in range(Promises.of(need.pole).solicitations):
        proposals.propose(make_need(), offer, word="", by=maelle)
    page = table(client, need)
    assert "assez en trente jours" in page.text
    assert f'name="offre" value="{offer.pk}"' not in page.text


def test_how_a_company_answers_is_said_and_not_how_its_people_do_at_home(client, need, maelle):
    company = make_organisation(Organisation.Kind.COMPANY)
    Responsiveness.objects.create(
        organisation=company, asked=9, answered=9, median_hours=40, counted_on=in_days(0)
    )
    offer_of("Nora", organisation=company)
    offer_of("Zoé")
    page = table(client, need)
    assert words_of(page, "Nora")["Réponses"] == "Répond en 2 jours"
    assert words_of(page, "Zoé")["Réponses"] == ""


def test_cards_or_a_table_is_remembered_and_a_few_are_cards(client, need, maelle):
    door = reverse("need-candidates", args=[need.pk])
    offer_of("Nora")
    assert "<table" not in client.get(door).text
    for name in ("Zoé", "Lise", "Inès"):
        offer_of(name)
    assert "<table" in client.get(door).text
    client.get(door, {"vue": "cartes"})
    assert "<table" not in client.get(door).text
    client.get(door, {"vue": "tableau"})
    assert "<table" in client.get(door).text


def test_a_structure_reads_the_same_with_discreet_names_and_its_own_acts(client, need, aline):
    offer_of("Nora")
    client.force_login(aline)
    page = table(client, need)
    assert "Nora L." in page.text or "Nora D." in page.text
    assert page.context["rows"][0].match.offer.person.last_name not in page.text
    assert "Inviter" in page.text
    assert reverse("need-in-turn", args=[need.pk]) in page.text


@pytest.mark.parametrize("hat", ["ADMINISTRATOR", "HR", "MANAGER"])
def test_a_boss_reads_nothing_of_what_is_offered_at_home_under_them(client, need, aline, hat):
    zacharie = make_user("Zacharie", "Quenot")
    company = make_organisation(Organisation.Kind.COMPANY, member=zacharie)
    make_offer(zacharie, skills=["site-web", "excel"])
    offer_of("Nora")
    boss = make_boss(hat, company, zacharie)
    Membership.objects.create(user=boss, organisation=need.organisation)
    client.force_login(boss)
    page = table(client, need)
    assert names(page) == ["Nora"]
    assert page.context["groups"][0]["count"] == 1
    client.force_login(aline)
    assert set(names(table(client, need))) == {"Nora", "Zacharie"}


@pytest.mark.parametrize("hat", ["ADMINISTRATOR", "MAILBOX"])
def test_how_often_somebody_was_asked_at_home_is_nothing_to_their_boss(client, need, maelle, hat):
    zacharie = make_user("Zacharie", "Quenot")
    company = make_organisation(Organisation.Kind.COMPANY, member=zacharie)
    boss = make_boss(hat, company, zacharie)
    make_organisation(Organisation.Kind.OPERATOR, pole=need.pole, member=boss)
    home = make_offer(zacharie, capacity=9)
    at_work = make_offer(zacharie, organisation=company, skills=["site-web", "excel"])
    for _time in range(Promises.of(need.pole).solicitations):
        proposals.propose(make_need(), home, word="", by=maelle)
    assert "assez en trente jours" in spaced(table(client, need).text)
    client.force_login(boss)
    assert "assez en trente jours" not in spaced(table(client, need).text)
    door = reverse("need-ask-offer", args=[need.pk, at_work.pk])
    assert "en trente jours" in client.get(door).text
    assert "assez" not in client.get(door).text
    told = client.post(door, {"word": ""}, follow=True).text
    assert "ne peut pas recevoir de demande" in spaced(told)
    assert "assez" not in told


def test_what_a_structures_own_people_offer_at_home_isnt_there(client, need, aline):
    colleague = make_user("Zacharie", "Quenot")
    Membership.objects.create(user=colleague, organisation=need.organisation)
    make_offer(colleague, skills=["site-web", "excel"])
    client.force_login(aline)
    assert names(table(client, need)) == []


def test_a_stranger_reads_none_of_it(client, need):
    door = reverse("need-candidates", args=[need.pk])
    assert client.get(door, {"vue": "tableau"}).status_code == 302
    client.force_login(make_user())
    assert client.get(door, {"vue": "tableau"}).status_code == 403
