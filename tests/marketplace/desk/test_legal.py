"""The legal page: who publishes and hosts, who may fill it in, to whom one writes, how long things are kept."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import addresses
from accounts.models import AddressChange
from marketplace.actions.desk import legal as acts
from marketplace.actions.market import people
from marketplace.demo.files import read
from marketplace.models import LegalNotice
from tests.at_once import together
from tests.factories import (
    a_pole,
    make_coordinator,
    make_organisation,
    make_pole,
    make_user,
    verify,
)

URL = "/bureau/mentions-legales/"
FILLED = {
    "publisher": "Les Passeurs\r\n1 rue de l’Exemple, 59000 Lille",
    "director": "Hélène Castelain",
    "host_name": "Hébergement de l’Exemple",
    "host_address": "2 quai de l’Exemple\r\n59000 Lille",
    "host_phone": "03 53 01 00 02",
    "data_contact": "donnees@example.org",
}
SENTENCES = {
    "fr": [
        "Éditeur du site",
        "la publication</strong>",
        "Hébergeur",
        "Téléphone\u00a0: 03 53 01 00 02",
    ],
    "en": ["Publisher", "Director of publication", "Host", "Telephone: 03 53 01 00 02"],
}
BY_NAME = {"fr": "sur simple demande", "en": "when you ask"}


def legal_page(client, language="fr"):
    page = client.get(reverse("legal"), headers={"accept-language": language})
    return page.content.decode()


# --- who fills it in -------------------------------------------------------------------------
def an_administrator():
    return make_user(is_staff=True, is_superuser=True)


def somebody_trusted_with_it():
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_legalnotice"))
    return user


def a_coordinator_of_the_second_pole():
    a_pole()
    return make_coordinator(make_pole("Ailleurs", ("62",)))


@pytest.mark.parametrize(
    "who",
    [
        an_administrator,
        somebody_trusted_with_it,
        make_coordinator,
        a_coordinator_of_the_second_pole,
    ],
)
def test_an_administrator_of_the_site_and_any_coordinator_fill_it_in(client, db, who):
    user = who()
    client.force_login(user)
    assert URL in legal_page(client)
    assert client.get(URL).status_code == 200
    assert client.post(URL, FILLED).url == reverse("legal")
    notice = LegalNotice.objects.get()
    assert (notice.director, notice.changed_by) == ("Hélène Castelain", user)


def a_coordinator_who_left():
    user = make_coordinator()
    operator = user.memberships.get().organisation
    operator.memberships.create(user=make_user(), role="ADMIN")
    people.leave(user.memberships.get(), now=timezone.now())
    return user


def a_member_of_a_structure():
    user = make_user()
    make_organisation(administrator=user)
    return user


def one_who_may_open_the_administration_only():
    return make_user(is_staff=True)


def a_coordinator_who_was_shut_out():
    user = make_coordinator()
    user.memberships.get().organisation.move("SUSPENDED", by=user)
    return user


@pytest.mark.parametrize(
    "who",
    [
        make_user,
        a_member_of_a_structure,
        one_who_may_open_the_administration_only,
        a_coordinator_who_left,
        a_coordinator_who_was_shut_out,
    ],
)
def test_nobody_else_does(client, db, who):
    client.force_login(who())
    assert URL not in legal_page(client)
    assert client.get(URL).status_code == 403
    assert client.post(URL, FILLED).status_code == 403
    assert not LegalNotice.objects.exists()


def test_whoever_is_not_logged_in_is_asked_who_they_are(client, db):
    assert URL not in legal_page(client)
    assert client.post(URL, FILLED).status_code == 302
    assert not LegalNotice.objects.exists()


def test_there_is_one_for_all_the_poles_of_the_site(client, db):
    for user, director in (
        (make_coordinator(), "Une"),
        (a_coordinator_of_the_second_pole(), "Deux"),
    ):
        client.force_login(user)
        client.post(URL, FILLED | {"director": director})
    assert LegalNotice.objects.get().director == "Deux"
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalNotice.objects.create(pk=2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_those_who_fill_it_in_first_at_the_same_moment_leave_one_and_meet_no_error(_round):
    user = make_coordinator()
    directors = [f"La {number}e" for number in range(8)]
    notices = [LegalNotice(pk=1, **FILLED | {"director": name}) for name in directors]
    together(*(partial(acts.fill_in, notice, by=user) for notice in notices))
    assert LegalNotice.objects.get().director in directors


def test_an_address_that_is_none_is_answered_in_a_sentence(client, db):
    client.force_login(make_coordinator())
    page = client.post(URL, FILLED | {"data_contact": "nulle part"}).content.decode()
    assert "error-summary" in page
    assert not LegalNotice.objects.exists()


# --- what the page says ----------------------------------------------------------------------
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_filled_in_is_said_in_both_languages(client, db, language):
    LegalNotice.objects.create(pk=1, **FILLED)
    page = legal_page(client, language)
    for sentence in [*SENTENCES[language], "Les Passeurs<br>1 rue", "Hélène Castelain"]:
        assert sentence in page
    assert "mailto:donnees@example.org" in page
    assert BY_NAME[language] not in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_not_filled_in_is_not_said(client, db, language):
    page = legal_page(client, language)
    for sentence in SENTENCES[language]:
        assert sentence not in page
    assert BY_NAME[language] in page


def test_only_who_may_fill_it_in_reads_that_something_is_missing(client, db):
    missing = "Il manque quelque chose ici"
    assert missing not in legal_page(client)
    client.force_login(make_coordinator())
    assert missing in legal_page(client)
    client.post(URL, FILLED | {"host_phone": ""})
    assert missing in legal_page(client)
    client.post(URL, FILLED | {"data_contact": ""})
    assert missing not in legal_page(client)


def test_without_a_contact_one_writes_to_the_coordinators(client, db):
    """Where nobody has given an address, nobody is told to write to one; the publisher's stands on the page."""
    pole = a_pole()
    page = legal_page(client)
    assert "n’a pas encore donné ici d’adresse" in page
    assert "l’adresse ci-dessous" not in page
    assert "écrivez à la coordination." not in page
    assert "mailto:" not in page
    acts.fill_in(LegalNotice(**FILLED | {"data_contact": ""}), by=an_administrator())
    page = legal_page(client)
    assert "écrivez à l’éditeur du site, nommé plus haut" in page
    assert "mailto:" not in page
    pole.email = "pole@example.org"
    pole.save()
    assert "mailto:pole@example.org" in legal_page(client)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_copy_of_ones_data_is_where_the_page_says_it_is(client, db, language):
    door = reverse("my-data")
    assert f'<a href="{door}">' in legal_page(client, language)
    client.force_login(make_user())
    assert client.get(door).status_code == 200


# --- how long --------------------------------------------------------------------------------
def test_the_times_are_those_that_the_site_works_with(client, db, settings):
    settings.LETTERS_KEPT_MONTHS = 17
    settings.SESSION_COOKIE_AGE = 41 * 24 * 3600
    page = legal_page(client)
    for sentence in ("17 mois", "41 jours après votre dernière visite", "60 minutes au plus"):
        assert sentence in page
    assert "14 jours, pour que vous puissiez reprendre" in page
    assert "au plus tôt 7 jours" in page
    assert "6 ans après l’année du reçu" in page
    assert "LPF, art. L. 102 E" in page
    assert "une invitation</strong> s’ouvre pendant 14 jours" in page
    assert "1 month" in legal_page_with_one_month(client, settings)


@pytest.mark.parametrize(
    "kept",
    ["invitation", "accord que vous avez donné", "heures, les bilans", "difficulté", "sauvegardes"],
)
def test_the_page_tells_of_each_thing_what_becomes_of_it(client, db, kept):
    page = legal_page(client)
    told = page[page.index('id="durees"') : page.index('id="droits"')]
    assert kept in told
    assert "aucune durée n’est fixée" not in told


def legal_page_with_one_month(client, settings):
    settings.LETTERS_KEPT_MONTHS = 1
    return legal_page(client, "en")


def test_an_old_address_goes_on_the_day_that_the_page_says(client, db):
    now, user = timezone.localtime(), make_user()
    for number, days in enumerate((13, 15)):
        AddressChange.objects.create(
            user=user,
            before="a@example.org",
            token=f"{number}",
            changed_at=now - timedelta(days=days),
        )
    addresses.forget_old(now)
    assert [change.token for change in AddressChange.objects.all()] == ["0"]


def test_the_demonstration_names_invented_people_only():
    notice = LegalNotice(pk=1, **read("organisations")["legal_notice"])
    assert notice.is_complete
    assert notice.data_contact.endswith("@example.org")


def test_the_page_says_who_is_found_in_the_directory_and_by_which_yes(client, db):
    page = legal_page(client)
    everybody = page.split("Tout le monde")[1].split("</li>")[0]
    assert "l’annuaire" in everybody
    yeses = page.split("Votre accord")[1].split("</li>")[0]
    assert "une organisation qui porte votre nom" in yeses
    assert "sur sa page et dans l’annuaire" in yeses


def test_the_page_says_what_else_rests_on_a_yes(client, db):
    yeses = legal_page(client).split("Votre accord")[1].split("</li>")[0]
    assert "les lettres du pôle" in yeses
    assert "racontée publiquement" in yeses
    assert "ce que la coordination avait écrit pour vous" in yeses


# --- cookies ---------------------------------------------------------------------------------
def test_the_page_counts_every_cookie_that_the_site_sets(client, db):
    user = verify(make_user(password="un-long-secret-42"))
    set_by_site = set()

    def post(name, **typed):
        set_by_site.update(client.get(reverse(name)).cookies)
        set_by_site.update(client.post(reverse(name), typed).cookies)

    post("set_language", language="fr")
    post("account_login", login=user.email, password="un-long-secret-42")
    # It answers in a sentence.
    post("profile", first_name="Camille", last_name="Dubois", language="fr")
    assert "messages" in set_by_site
    assert len(set_by_site | {"csrf"}) == 7, set_by_site
    assert "n’en pose que sept" in legal_page(client)
