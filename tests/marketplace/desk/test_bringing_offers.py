"""What the people of a pôle's own spreadsheets offer: read, kept for them alone to put online, told, erased."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from marketplace.actions.desk import record_tellings
from marketplace.actions.market import imports
from marketplace.models import Import, Offer, OfferRecord, PersonRecord, RefusedRecord
from marketplace.states import OfferStatus
from marketplace.views.market import offer_start
from notifications.models import Notification
from tests.factories import (
    make_commune,
    make_offer,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
)
from tests.marketplace.desk.bringing import PEOPLE, brought, now, outcomes, sent, work, wrong
from tests.marketplace.desk.test_bringing import later

OFFERS = "OFFERS"
HEADINGS = "N°;Nom;Prénom;Mail;N° bénévole;Compétences;Heures;Temps (perso ou travail);Ville;À partir du;Jusqu'au;Tél"


def day(days):
    return (timezone.localdate() + timedelta(days=days)).strftime("%d/%m/%Y")


def a_file(*lines):
    return "\n".join([HEADINGS, *lines]) + "\n"


def messy():
    """What a pôle keeps of who could do what."""
    return a_file(
        f"O1;CISSÉ;Nora;nora@example.org;;Tenir une comptabilité associative;35,5;bénévole;Lille;{day(-5)};{day(90)};06",
        "O2;Brun;Zoé;;P2;Faire des affiches;une journée;parfois;Nulle-Part;bientôt;;",
        "O3;Roux;Paul;paul@example;;Un site internet;;;;;;",
        "O4;;;;;Du bricolage;;;;;;",
        "O5;Petit;Eve;eve@example.org;;;;;;;;",
        "O6;Petit;Eve;eve@example.org;;Appelez-moi au 06 12 34 56 78;;;;;;",
        f"O7;Petit;Eve;eve@example.org;;De la paie;;;;;{day(-3)};",
        "O8;;;;P99;De la paie;;;;;;",
        "O1;CISSÉ;Nora;nora@example.org;;Tenir une comptabilité associative;;;;;;",
        "O9;Petit;Eve;eve@example.org;;Écrire des courriers;;mécénat;;;;",
    )


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


@pytest.fixture
def table(operator, coordinator):
    brought(operator, coordinator, PEOPLE)
    return brought(operator, coordinator, OFFERS, messy())


def record(number="O1"):
    return OfferRecord.objects.get(number=number)


def undone(table, coordinator):
    imports.undo(Import.objects.get(pk=table.pk), by=coordinator, now=now())
    return work(table)


# --- what is found ---------------------------------------------------------------------------
def test_each_line_says_what_it_becomes_and_each_fault_its_column(operator, coordinator):
    brought(operator, coordinator, PEOPLE)
    table = sent(operator, coordinator, OFFERS, messy())
    assert outcomes(table) == {
        2: ("MAKE", ""),
        3: ("FAULT", ""),
        4: ("FAULT", ""),
        5: ("FAULT", ""),
        6: ("FAULT", ""),
        7: ("FAULT", ""),
        8: ("LEAVE", "offer-past"),
        9: ("FAULT", ""),
        10: ("LEAVE", "said-above"),
        11: ("MAKE", "new-person"),
    }
    assert wrong(table) == {
        (3, "hours", "bad-hours"),
        (3, "time", "bad-time"),
        (3, "begun_on", "bad-day"),
        (4, "email", "bad-address"),
        (5, "last_name", "nobody"),
        (6, "text", "no-text"),
        (7, "text", "details-offered"),
        (9, "person_number", "unknown-number"),
    }
    assert table.unused == ["Tél"]
    assert not OfferRecord.objects.exists()


def test_an_offer_is_a_record_of_its_person_and_nobodys_offer(table):
    made = record()
    assert (made.person.number, made.text) == ("P1", "Tenir une comptabilité associative")
    assert (made.hours, made.time, made.commune.name) == (Decimal("35.5"), "OWN", "Lille")
    assert made.ended_on == timezone.localdate() + timedelta(days=90)
    new = record("O9")
    assert (str(new.person), new.person.email, new.time) == ("Eve Petit", "eve@example.org", "WORK")
    assert not Offer.objects.exists()
    assert not Notification.objects.exists()
    assert "Tenir une comptabilité associative" in " ".join(made.person.held)


def test_a_column_of_times_is_read_by_its_one_word(operator, coordinator):
    brought(operator, coordinator, OFFERS, "Nom;Compétences;Temps\nRoux;Paie;mécénat\n")
    assert OfferRecord.objects.get().time == "WORK"


def test_its_days_are_told_in_words_where_one_is_missing(table):
    made = record()
    assert made.days.startswith("du ")
    made.begun_on = None
    assert made.days.startswith("jusqu’au")


def test_the_same_file_twice_is_once_and_a_changed_cell_changes(table, operator, coordinator):
    again = sent(operator, coordinator, OFFERS, messy() + ";;;;;;;;;;;\n")
    assert again.total == 0
    assert outcomes(again)[2] == ("LEAVE", "known")
    brought(operator, coordinator, OFFERS, messy().replace("35,5", "42"))
    assert record().hours == Decimal(42)
    assert OfferRecord.objects.count() == 2


def test_without_a_number_the_same_person_and_words_are_one(operator, coordinator):
    words = "Mail;Compétences\na@example.org;Paie\na@example.org;paie\na@example.org;Site\n"
    brought(operator, coordinator, OFFERS, words)
    assert OfferRecord.objects.count() == 2
    assert PersonRecord.objects.count() == 1
    assert sent(operator, coordinator, OFFERS, words + ";\n").total == 0


def test_a_number_that_is_somebody_elses_moves_no_offer(table, operator, coordinator):
    words = a_file("O1;Petit;Eve;eve@example.org;;Tenir une comptabilité associative;;;;;;")
    assert wrong(sent(operator, coordinator, OFFERS, words)) == {(2, "number", "another-person")}


def test_who_has_said_no_isn_t_brought_in_by_an_offer(table, operator, coordinator):
    record_tellings.erase(PersonRecord.objects.get(number="P1"), now=now())
    assert RefusedRecord.objects.count() == 1
    again = sent(operator, coordinator, OFFERS, messy() + ";;;;;;;;;;;\n")
    assert outcomes(again)[2] == ("LEAVE", "refused")


# --- the way back ----------------------------------------------------------------------------
def test_it_is_taken_back_with_the_people_who_came_with_it(table, coordinator):
    undone(table, coordinator)
    assert not OfferRecord.objects.exists()
    assert PersonRecord.objects.filter(number="P1").exists(), "who was held before stays"
    assert not PersonRecord.objects.filter(email="eve@example.org").exists()


def test_what_its_person_was_told_of_stays_and_is_named(table, coordinator):
    record_tellings.carry_on(later(hours=26))
    table = undone(table, coordinator)
    assert OfferRecord.objects.count() == 2
    assert set(table.lines.filter(note="stands").values_list("number", flat=True)) == {2, 11}


# --- told ------------------------------------------------------------------------------------
def letter(kind="record_told", to="nora@example.org"):
    return Notification.objects.get(kind=kind, address=to)


def link_in(message):
    return re.search(r"/fiche/[\w-]+/", message.text)[0]


def test_one_letter_says_what_is_held_with_what_they_could_offer(table):
    record_tellings.carry_on(later(hours=26))
    record_tellings.carry_on(later(hours=27))
    said = letter().text
    for words in ("comptabilité associative", "35,5 heures", "en ligne", "soixante jours"):
        assert words in said
    assert not Notification.objects.filter(kind="offers_told").exists()
    assert not Offer.objects.exists()


def test_what_comes_after_that_is_told_by_a_letter_of_its_own(table, operator, coordinator):
    record_tellings.carry_on(later(hours=26))
    link = link_in(letter())
    more = a_file(
        "O20;CISSÉ;Nora;nora@example.org;;Animer une réunion;;;;;;",
        "O21;CISSÉ;Nora;nora@example.org;;Écrire un budget;;;;;;",
    )
    brought(operator, coordinator, OFFERS, more)
    record_tellings.carry_on(later(hours=27))
    record_tellings.carry_on(later(hours=28))
    added = letter("offers_told")
    assert "Animer une réunion" in added.text
    assert "Écrire un budget" in added.text
    for one in (link, link_in(added)):
        assert record_tellings.from_secret(one.split("/")[2]).number == "P1", one


def test_without_a_word_it_is_erased_after_sixty_days_and_untold_after_thirty(table):
    Notification.objects.all().delete()
    record_tellings.carry_on(later(hours=26))
    Notification.objects.update(status="SENT", sent_at=now())
    record_tellings.carry_on(later(days=59))
    assert OfferRecord.objects.filter(number="O1").exists()
    record_tellings.carry_on(later(days=62))
    assert not OfferRecord.objects.exists()
    assert PersonRecord.objects.filter(number="P1").exists(), "what they were told of stays"


def test_without_an_address_it_goes_with_its_person(operator, coordinator):
    brought(operator, coordinator, OFFERS, "Nom;Compétences\nRoux;Paie\n")
    record_tellings.carry_on(later(days=31))
    assert not PersonRecord.objects.exists()
    assert not OfferRecord.objects.exists()


# --- the draft -------------------------------------------------------------------------------
@pytest.fixture
def nora():
    user = make_user("Nora", "Cissé", email="nora@example.org")
    user.emailaddress_set.update_or_create(
        email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def test_who_has_an_account_finds_a_draft_that_they_alone_read(table, nora, coordinator):
    make_skill("compta-associative", "Comptabilité associative")
    record_tellings.carry_on(later(hours=26))
    record_tellings.carry_on(later(hours=27))
    draft = Offer.objects.get()
    assert (draft.person, draft.organisation, draft.status) == (nora, None, OfferStatus.DRAFT)
    assert (draft.about, draft.hours, draft.time) == (
        "Tenir une comptabilité associative",
        36,
        "OWN",
    )
    assert draft.starts_on >= timezone.localdate(), "the first day has passed"
    assert draft.held.get().skill.code == "compta-associative"
    assert not Offer.objects.visible_to(coordinator).exists()
    said = letter().text
    assert "brouillons" in said
    assert "Vous n’y avez pas de compte" not in said


@pytest.mark.parametrize("column", ["Heures", "Ville", "Temps"])
def test_a_draft_is_made_where_the_file_says_enough_alone(operator, coordinator, nora, column):
    said = {"Heures": "7", "Ville": "Lille", "Temps": "perso"}
    said[column] = "mécénat" if column == "Temps" else ""
    nora.commune = None
    nora.save()
    brought(
        operator, coordinator, OFFERS,
        f"Mail;Compétences;Heures;Ville;Temps de travail\nnora@example.org;Paie;{said['Heures']};{said['Ville']};{said['Temps']}\n",
    )  # fmt: skip
    record_tellings.carry_on(later(hours=26))
    assert not Offer.objects.exists(), "an employer would read a draft on working time"
    assert OfferRecord.objects.get().letter_at


def test_a_draft_isn_t_changed_by_a_later_file(table, nora, operator, coordinator):
    record_tellings.carry_on(later(hours=26))
    again = sent(operator, coordinator, OFFERS, messy().replace("35,5", "42"))
    assert outcomes(again)[2] == ("LEAVE", "drafted")
    record_tellings.carry_on(later(days=62))
    assert Offer.objects.count() == 1


def test_a_closed_account_gets_no_draft(table, nora):
    type(nora).objects.filter(pk=nora.pk).update(is_active=False)
    record_tellings.carry_on(later(hours=26))
    assert not Offer.objects.exists()


# --- its pages -------------------------------------------------------------------------------
def own_page(table):
    record_tellings.carry_on(later(hours=26))
    return link_in(letter())


def test_a_yes_leads_to_the_form_of_an_offer_filled(client, table, nora):
    OfferRecord.objects.filter(number="O1").update(time="WORK")
    link = own_page(table)
    client.force_login(nora)
    assert "Mettre mon offre en ligne" in client.get(link).text
    answer = client.post(link, {"offer": record().pk})
    assert answer.url == reverse("offer-new")
    assert record().person.agreed_at
    page = client.get(answer.url).text
    assert "Tenir une comptabilité associative" in page
    assert not Offer.objects.exists(), "nothing is published by a press"


def test_what_they_have_written_isn_t_proposed_to_them_twice(client, table, nora):
    link = own_page(table)
    OfferRecord.objects.filter(number="O1").update(offer=None)
    Offer.objects.all().delete()
    client.force_login(nora)
    client.post(link, {"offer": record().pk})
    page = client.get(reverse("offer-new"))
    made = make_offer(nora, status=OfferStatus.DRAFT)
    request = page.wsgi_request
    offer_start.sent(request, made)
    assert record().offer == made
    page = client.get(link).text
    assert "Voir mon offre" in page
    assert "Mettre mon offre en ligne" not in page
    answer = client.post(link, {"offer": record().pk})
    assert answer.url == made.get_absolute_url()


def test_who_has_no_account_is_led_to_make_one(client, table):
    link = own_page(table)
    answer = client.post(link, {"offer": record().pk})
    assert answer.url.startswith(reverse("account_signup"))
    assert "nora@example.org" in client.get(answer.url).text
    assert client.post(link, {"offer": record().pk}).status_code == 302, "twice"


@pytest.mark.parametrize("number", ["x", "0", "9" * 30, "²", "other"])
def test_somebody_elses_offer_isn_t_put_online(client, table, number):
    link = own_page(table)
    number = record("O9").pk if number == "other" else number
    assert client.post(link, {"offer": number}).status_code in (200, 404)
    assert not record("O9").person.agreed_at


def test_after_a_no_the_link_opens_nothing(client, table):
    link, pk = own_page(table), record().pk
    client.post(link, {"act": "erase"})
    assert not OfferRecord.objects.filter(number="O1").exists()
    assert client.post(link, {"offer": pk}).status_code == 410


def test_the_list_is_read_by_the_poles_coordinators_alone(client, table, coordinator):
    url = reverse("records", args=["offres"])
    client.force_login(coordinator)
    page = client.get(url).text
    for words in ("Tenir une comptabilité associative", "Eve Petit", "35,5 heures"):
        assert words in page
    other = make_user("Ali", "Ben")
    make_organisation("OPERATOR", member=other, pole=make_pole("Pôle du Sud"), name="Au Sud")
    for user, status in ((other, 200), (make_user("Tom", "Roy"), 403)):
        client.force_login(user)
        answer = client.get(url)
        assert answer.status_code == status
        assert "comptabilité" not in answer.text
    client.logout()
    assert client.get(url).status_code == 302


def test_a_boss_who_coordinates_reads_nothing_of_what_their_people_offer(
    client, table, nora, coordinator, operator
):
    boss = make_user("Léa", "Chef")
    operator.memberships.create(user=boss)
    make_organisation("COMPANY", administrator=boss, member=nora, name="Verreries")
    client.force_login(boss)
    assert "Tenir une compta" not in client.get(reverse("records", args=["offres"])).text
    assert "Tenir une compta" not in client.get(table.get_absolute_url()).text


def test_the_page_of_the_list_says_that_none_is_published(client, operator, coordinator):
    table = sent(operator, coordinator, OFFERS, messy())
    client.force_login(coordinator)
    page = client.get(table.get_absolute_url()).text
    assert "Aucune n’est publiée" in page
    assert "Offres" in client.get(reverse("bring-in")).text


def test_one_hour_and_one_day_are_said_as_one():
    day = date(2026, 12, 1)
    record = OfferRecord(text="Compta", hours=Decimal("1.00"), begun_on=day, ended_on=day)
    assert record.said == "Compta · 1 heure · le 1er décembre 2026"
    with override("en"):
        assert record.said == "Compta · 1 hour · on 1 December 2026"
    record.ended_on = None
    assert record.days == "à partir du 1er décembre 2026"
