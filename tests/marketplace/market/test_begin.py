"""Somebody begins with one sentence: it is read, what there is near is told, and it goes with them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache, caches
from django.urls import reverse
from django.utils import timezone

from accounts import coming
from accounts.actions import people
from accounts.models import Coming, Organisation
from accounts.states import OrganisationStatus
from marketplace.models import Skill
from marketplace.models.market.choices import Welcome
from marketplace.views.market import beginning
from tests.accounts.at_work_people import by_sign_in, link, sign_in_of
from tests.factories import (
    make_commune,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
    verify,
)

pytestmark = pytest.mark.django_db
URL = "/commencer/"
STRUCTURE = "/organisations/nouvelle/structure/"
ACCOUNTS = "on n’arrive plus à tenir la compta depuis que notre trésorière est partie, à Lille"
WEBSITE = "Je fais des sites internet, à Lille"
SIGN_UP = {
    "first_name": "Aline",
    "last_name": "Moreau",
    "email": "aline.moreau@example.org",
    "password1": "une phrase de passe longue",
    "terms": "on",
}


@pytest.fixture(autouse=True)
def world(our_skills):
    make_pole()
    make_commune().save()
    caches["counts"].clear()
    yield
    caches["counts"].clear()
    cache.clear()


def read(client, text=ACCOUNTS, kind="NEED", **fields):
    return client.post(URL, {"kind": kind, "text": text} | fields)


def go_on(client, text=ACCOUNTS, kind="NEED", **fields):
    return read(client, text, kind, **{"continue": "yes"} | fields)


def helpers(count):
    code = read_codes("tenir la compta")[0]
    for _ in range(count):
        published = timezone.localtime() - timedelta(days=1)
        make_offer(make_user(), skills=[code], published_at=published, ranked=False)
    caches["counts"].clear()


def read_codes(text):
    return [one.skill.code for one in beginning.Reading(beginning._picker(text)).sure]


def test_what_is_understood_is_shown_with_the_words_that_said_so(client):
    page = read(client).text.replace("\u00a0", " ")
    assert "Comptabilité" in page
    assert "« tenir la compta »" in page
    assert "Lille (59)" in page


def test_words_that_come_twice_are_shown_once(client):
    page = read(client, "Jardinage. On cherche quelqu’un pour le jardinage, à Lille").text
    assert page.lower().replace("\u00a0", " ").count("« jardinage »") == 1


def test_a_place_that_is_understood_is_not_asked_again(client):
    assert "Dans une autre commune" in read(client).text
    assert "Dans une autre commune" not in read(client, "tenir la compta").text


def test_another_tab_is_no_fault_before_a_word_is_written(client):
    part = client.post(URL, {"kind": "OFFER", "text": " "}, headers={"HX-Request": "true"})
    assert "Écrivez d’abord" not in part.text
    go_on(client, " ", "OFFER")
    assert "Écrivez d’abord" in client.get(URL).text


def test_the_example_is_of_the_tab(client):
    need, offer = (client.get(URL, {"pour": kind}).text for kind in ("besoin", "offre"))
    assert 'placeholder="Par exemple : on n’arrive plus à tenir la compta' in need.replace(
        "\u00a0", " "
    )
    assert 'placeholder="Par exemple : je sais faire la paie' in offer.replace("\u00a0", " ")


def test_how_many_could_help_near_is_told_to_a_visitor_and_to_somebody_signed_in(client):
    helpers(8)
    assert "une dizaine de personnes" in read(client).text
    client.force_login(make_user())
    assert "une dizaine de personnes" in read(client).text


def test_in_an_empty_pole_the_sentence_is_that_of_the_few(client):
    nobody = read(client).text
    helpers(4)
    assert "quelques personnes peut-être" in nobody
    few = read(client).text
    assert [line for line in few.splitlines() if "quelques" in line] == [
        line for line in nobody.splitlines() if "quelques" in line
    ]


def test_neither_place_month_nor_format_changes_a_count(client):
    """Asked in ten ways, of one family and one commune, there is one number: nothing is left to subtract."""
    helpers(8)
    asked = ["en mars", "en juillet 2027", "à distance", "une heure", "six mois", "le mardi soir"]
    told = set()
    for more in asked:
        caches["counts"].clear()
        page = read(client, f"tenir la compta {more}", commune="Lille").text
        told |= {line.strip() for line in page.splitlines() if "personnes</strong>" in line}
    assert len(told) == 1


def test_outside_any_pole_the_page_says_so(client):
    make_commune("33063", "Bordeaux").save()
    page = read(client, "tenir notre compta à Bordeaux").text
    assert "aucun pôle n’y a encore ouvert" in page
    assert "Pôle des Hauts" in page
    assert "personnes</strong>" not in page


def test_of_two_communes_with_one_name_the_page_asks_which(client):
    make_commune("59001", "Saint-Denis").save()
    make_commune("59002", "Saint-Denis", population=5_000).save()
    page = read(client, "tenir notre compta à Saint-Denis").text
    assert "Saint-Denis : laquelle ?" in page.replace("\u00a0", " ")
    chosen = {"commune": "Saint-Denis", "commune-read": "Saint-Denis", "commune-choice": "59002"}
    page = read(client, "tenir notre compta à Saint-Denis", **chosen).text
    assert "Saint-Denis (59)" in page
    assert "laquelle" not in page


def test_a_commune_typed_by_hand_counts_more_than_the_sentence(client):
    make_commune("59512", "Roubaix").save()
    assert "Roubaix (59)" in read(client, commune="Roubaix").text
    then = {"commune": "Lille (59)", "commune-code": "59350", "commune-read": "Lille"}
    page = read(client, "tenir la compta, à Roubaix", **then).text
    assert "Roubaix (59)" in page
    typed = {"commune": "Roubaix (59)", "commune-code": "59512", "commune-read": "Lille"}
    assert "Roubaix (59)" in read(client, "tenir la compta, à Lille", **typed).text


def test_what_is_not_understood_is_not_claimed(client):
    page = read(client, "un truc pour nous").text
    assert "Nous comprenons" not in page
    assert reverse("mission-templates") in page
    assert "/besoins/?family=" in page


def test_the_other_tab_shows_three_published_needs_that_fit(client):
    skills = read_codes(WEBSITE)
    shown = [make_need(skills=skills[:1], ranked=False) for _ in range(4)]
    make_need(skills=["soudure"], ranked=False, title="Souder un portail")
    hidden = make_need(skills=skills[:1], status="SUBMITTED", ranked=False, title="Caché encore")
    page = read(client, WEBSITE, "OFFER").text
    assert sum(need.get_absolute_url() in page for need in shown) == 3
    assert "Souder" not in page
    assert hidden.title not in page


def test_at_work_no_need_of_own_time_is_shown(client, monkeypatch):
    skills = read_codes(WEBSITE)[:1]
    make_need(skills=skills, time=Welcome.OWN, ranked=False, title="Le soir seulement")
    client.force_login(make_user())
    assert "Le soir seulement" in read(client, WEBSITE, "OFFER").text
    at_work = type("Scope", (), {"own": False})
    monkeypatch.setattr(beginning, "scope_of", lambda user: at_work)
    assert "Le soir seulement" not in read(client, WEBSITE, "OFFER").text


@pytest.mark.parametrize("act", ["read", "continue"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Écrivez d’abord une phrase"),
        ("   ", "Écrivez d’abord une phrase"),
        ("a" * 2001, "Deux mille signes au plus"),
        ("\0compta", "nul"),
    ],
)
def test_a_sentence_that_cant_be_read_is_kept_with_a_sentence_beside_it(client, text, said, act):
    answer = client.post(URL, {"kind": "NEED", "text": text, act: "yes"}, follow=True)
    assert answer.status_code == 200
    assert said in answer.text
    if "a" in text:
        assert "aaaa" in answer.text or "compta" in answer.text
    assert coming.SLOT not in client.session


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "APPLY"},
        {"kind": ""},
        {"commune": "\0"},
        {"skills": ["\0", "rien"]},
        {"commune-read": "\0"},
        {"commune": "Nulle-Part-les-Bains"},
    ],
)
def test_nonsense_is_answered_with_a_page(client, fields):
    assert read(client, **{"kind": "NEED"} | fields).status_code == 200
    assert go_on(client, **{"kind": "NEED"} | fields).status_code in {200, 302}


def test_too_many_readings_are_said_and_one_may_still_go_on(client, monkeypatch):
    monkeypatch.setattr(beginning, "LIMITS", {"begin": "2/m/ip"})
    for _ in range(2):
        assert "Nous comprenons" in read(client).text
    page = read(client).text
    assert "Cela fait beaucoup" in page
    assert "Nous comprenons" not in page
    assert go_on(client).url == reverse("account_signup")


def test_nothing_typed_stands_in_an_address(client):
    assert "?" not in go_on(client).url
    assert 'method="post"' in client.get(URL).text
    assert read(client).request["QUERY_STRING"] == ""


def test_a_visitor_is_led_to_the_sign_up_which_shows_what_they_look_for(client):
    answer = go_on(client)
    said = client.session[coming.SLOT]
    assert (said["kind"], said["commune"]) == ("NEED", "59350")
    assert said["words"]["skills"] == read_codes(ACCOUNTS)
    page = client.get(answer.url)
    assert page.text.count("tenir la compta") == 1
    assert "comes_for" not in page.context["form"].fields


def test_the_page_that_awaits_the_letter_leads_nowhere_else(client):
    go_on(client)
    page = client.post(reverse("account_signup"), SIGN_UP, follow=True).text
    assert "tenir la compta" in page
    assert ">Terminer<" not in page


def test_who_comes_by_another_way_in_is_asked_as_everybody(client):
    go_on(client)
    page = client.get(f"{reverse('account_signup')}?pour=COMPANY")
    assert page.context["form"]["comes_for"].value() == "COMPANY"


def test_the_unsure_one_that_is_ticked_is_kept(client):
    codes = list(Skill.objects.current().values_list("code", flat=True)[:1])
    go_on(client, "un truc pour nous", skills=codes)
    assert client.session[coming.SLOT]["words"]["skills"] == codes


def test_the_account_once_made_leads_to_the_need_by_way_of_the_structure(client):
    go_on(client)
    client.post(reverse("account_signup"), SIGN_UP)
    aline = Coming.objects.get(text=ACCOUNTS).user
    assert people.first_step(aline) == STRUCTURE
    client.force_login(aline)
    session = client.session
    session[coming.SLOT] = True
    session.save()
    for page in (reverse("organisation-new"), reverse("organisation-new-kind", args=["structure"])):
        text = client.get(page).text
        assert text.count("tenir la compta") == 1
        assert "Ensuite\N{NO-BREAK SPACE}: votre besoin" in text
        assert ">Terminer<" not in text  # it would lead back to here
    assert client.get(page).context["form"]["commune"].value().code == "59350"
    make_organisation(member=aline)
    assert people.first_step(aline) == reverse("need-new")


def test_home_asks_for_no_sentence_of_whoever_has_said_theirs(client):
    client.force_login(make_user())
    assert "Commencez par une phrase" in client.get("/").text
    go_on(client, WEBSITE, "OFFER")
    page = client.get("/").text
    assert "Commencez par une phrase" not in page
    assert WEBSITE in page


def test_who_offers_is_led_to_their_offer(client):
    go_on(client, WEBSITE, "OFFER")
    client.post(reverse("account_signup"), SIGN_UP)
    person = Coming.objects.get(text=WEBSITE).user
    assert people.first_step(person) == reverse("offer-new")


def test_somebody_signed_in_goes_straight_to_where_it_is_written(client):
    client.force_login(aline := make_user())
    assert go_on(client).url == STRUCTURE
    make_organisation(Organisation.Kind.COMPANY, member=aline)
    assert go_on(client).url == STRUCTURE
    assert go_on(client, WEBSITE, "OFFER").url == reverse("offer-new")
    make_organisation(member=aline)
    assert go_on(client).url == reverse("need-new")
    assert Coming.objects.get(user=aline).text == ACCOUNTS


def test_an_employee_of_a_structure_does_not_write_its_needs(client):
    employee = make_user()
    structure = make_organisation(member=employee)
    structure.memberships.update(role="EMPLOYEE")
    client.force_login(employee)
    assert go_on(client).url == STRUCTURE


def test_nobody_is_led_to_the_need_of_a_structure_that_is_closed(client):
    client.force_login(aline := make_user())
    make_organisation(member=aline, status=OrganisationStatus.CLOSED)
    assert go_on(client).url == STRUCTURE


def test_who_logs_in_after_saying_it_is_led_there_and_later_home(client):
    user = make_user(password="une phrase de passe longue", welcomed_at=timezone.now())
    make_organisation(member=user)
    EmailAddress.objects.update_or_create(
        user=user, defaults={"email": user.email, "verified": True, "primary": True}
    )
    go_on(client)
    login = {"login": user.email, "password": "une phrase de passe longue"}
    assert client.post(reverse("account_login"), login).url == reverse("need-new")
    Coming.objects.update(at=timezone.localtime() - timedelta(days=2))
    client.post(reverse("account_logout"))
    assert client.post(reverse("account_login"), login).url == "/"


def test_where_the_structure_is_names_the_place_for_its_people(client):
    client.force_login(aline := make_user())
    make_organisation(member=aline)
    assert "Lille (59)" in read(client, "tenir notre compta").text


def test_in_english_the_page_speaks_english(client):
    client.cookies["language"] = "en"
    helpers(8)
    page = client.post(
        URL,
        {"kind": "NEED", "text": "accounting for our charity in Lille"},
        headers={"accept-language": "en"},
    ).text
    assert "We understand:" in page
    assert "about ten people" in page


def test_what_is_said_at_home_and_at_work_stays_where_it_was_said(client):
    user, boss = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    company.memberships.create(user=user, role="EMPLOYEE")
    sign_in = sign_in_of(company, boss)
    link(user, sign_in, "v@verreries-du-nord.fr")
    Coming.objects.create(user=user, kind="OFFER", text="Je jardine le dimanche")
    at_work = by_sign_in(user, sign_in)
    session = at_work.session
    session[coming.SLOT] = True
    session.save()

    for page in (URL, reverse("offer-new"), reverse("need-new")):
        assert "jardine" not in at_work.get(page, follow=True).text, page
    assert go_on(at_work, WEBSITE, "OFFER").url == reverse("offer-new")
    assert WEBSITE.replace("’", "’") in at_work.get(reverse("offer-new")).text
    assert Coming.objects.get().text == "Je jardine le dimanche", "it waits for their own time"
    assert at_work.session[coming.SLOT] is True


def test_a_need_that_is_written_leaves_the_answer_to_another_one_waiting(client):
    user = verify(make_user())
    make_organisation(member=user)
    client.force_login(user)
    Coming.objects.create(user=user, kind="APPLY", about=make_need().pk, text="Je viens")
    session = client.session
    session[coming.SLOT] = True
    session.save()
    said = {"step": "quoi", "context": ACCOUNTS, "deliverable": "Des comptes."}
    client.post(reverse("need-new"), said | {"skills": read_codes(ACCOUNTS), "next": "yes"})
    assert Coming.objects.get().text == "Je viens"
