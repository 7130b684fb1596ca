"""The report of an employer's year: exact for its own eyes, discreet to be shown, and both as a PDF noted in the journal."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import consents
from marketplace.figures import programme_year, shown_year
from marketplace.models import ConsentKind, JournalEntry, Mission, Review
from tests.factories import make_organisation, make_user
from tests.marketplace.documents.document_desk import make_company, make_receivable
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.documents.test_years import issue
from tests.marketplace.market.programme_house import (
    Role,
    at_work,
    employ,
    give,
    head_of,
    make_house,
    make_programme,
    make_site,
    member,
)

TODAY = timezone.localdate()
THIS = TODAY.year
SHOWN = "a-montrer"


@pytest.fixture
def house():
    return make_house()


def page(client, house, person=None, **asked):
    client.force_login(person or head_of(house))
    return client.get(reverse("organisation-year", args=[house.pk, THIS]), asked)


def pdf(client, house, person=None, **typed):
    client.force_login(person or head_of(house))
    return client.post(reverse("organisation-year-pdf", args=[house.pk, THIS]), typed)


def several(house, how_many, hours=7, **fields):
    """One mission, in which this many people gave as much each."""
    mission = at_work(house, **fields)
    people = [member(house, last_name=f"Nom{number}") for number in range(how_many)]
    for person in people:
        give(mission, person, TODAY, hours)
    return mission, people


def shown(house):
    return shown_year.of(house, programme_year.of(house, THIS, today=TODAY))


# --- for its own eyes ---------------------------------------------------------------------
def test_its_own_page_tells_all_exactly(client, house):
    programme = make_programme(house, budget_days=Decimal(10))
    mission, people = several(house, 3, programme=programme)
    employ(house, people[0], "Fours", make_site(house))
    told = page(client, house).text
    for words in ("3 sur 10 jours", "Par programme", "Par équipe", "Fours", "Heures par cause", "Structures de ces missions"):  # fmt: skip
        assert words in told, words
    assert mission.need.organisation.name in told
    assert mission.need.title in told


def test_the_pdf_holds_the_same_figures_and_is_noted(client, house):
    programme = make_programme(house, budget_days=Decimal(10))
    mission, people = several(house, 3, programme=programme)
    employ(house, people[0], "Fours", make_site(house))
    answer = pdf(client, house, why="pour le conseil")
    assert answer["Content-Type"] == "application/pdf"
    said = text_of(answer.content)
    for words in (f"en {THIS}", "3 jours", "sur 10 jours de budget", "Mois par mois", "Par programme", "Deux jours", "Fours", "Usine", "21", mission.need.organisation.name):  # fmt: skip
        assert words in said, words
    entry = JournalEntry.objects.filter(told=False).get()
    assert (entry.kind, entry.number, entry.form, entry.why) == (
        "REPORT", THIS, "pdf", "pour le conseil",
    )  # fmt: skip


def test_days_outside_the_budget_aren_t_counted_in_it(client, house):
    several(house, 3, programme=make_programme(house, budget_days=Decimal(10)))
    several(house, 1)
    said = text_of(pdf(client, house).content)
    assert "4 jours" in said
    assert "dont 3 sur 10 jours de budget" in said
    assert "Sans programme" in said


def test_the_report_is_in_french_whoever_takes_it_out(client, house):
    """The page promises it, and for who reads in English half of it was in English."""
    several(house, 1)
    head = house.members.order_by("pk").first()
    User.objects.filter(pk=head.pk).update(language="en")
    said = text_of(pdf(client, house, version="a-montrer").content)
    assert "moins de 5" in said
    assert "fewer than" not in said


def test_the_two_reports_have_two_names(client, house):
    several(house, 1)
    names = [
        pdf(client, house, version=version)["Content-Disposition"] for version in ("", "a-montrer")
    ]
    assert f'filename="bilan-{THIS}-interne.pdf"' in names[0]
    assert f'filename="bilan-{THIS}-a-montrer.pdf"' in names[1]


def test_the_pdf_is_tagged_and_says_its_title_language_and_pages(client, house):
    import io

    from pypdf import PdfReader

    several(house, 1)
    reader = PdfReader(io.BytesIO(pdf(client, house).content))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == f"{house} en {THIS}"
    assert "page 1 / " in reader.pages[0].extract_text()


def test_the_report_is_in_french_whoever_takes_it(client, house):
    several(house, 1)
    client.force_login(head_of(house))
    url = reverse("organisation-year-pdf", args=[house.pk, THIS])
    said = text_of(client.post(url, HTTP_ACCEPT_LANGUAGE="en").content)
    assert "Structures de ces missions" in said


@pytest.mark.parametrize("who", ["employee", "representative", "elsewhere", "gone", "nobody"])
def test_nobody_else_takes_the_report(client, house, who):
    person = make_user()
    if who == "employee":
        person = member(house)
    elif who == "representative":
        person = member(house, Role.REPRESENTATIVE)
    elif who == "elsewhere":
        person = head_of(make_house(name="Autre"))
    elif who == "gone":
        house.memberships.create(user=person, role=Role.ADMINISTRATOR).delete()
    if who != "nobody":
        client.force_login(person)
    answer = client.post(reverse("organisation-year-pdf", args=[house.pk, THIS]))
    assert answer.status_code == (302 if who == "nobody" else 403)
    assert not JournalEntry.objects.filter(told=False).exists()


def test_a_structure_that_lends_nobody_has_no_such_report(client):
    boss = make_user()
    structure = make_organisation(administrator=boss, legal_form="PUBLIC_ESTABLISHMENT")
    answer = pdf(client, structure, boss)
    assert structure.may_offer or answer.status_code == 403


def test_a_link_that_a_machine_follows_takes_nothing_out(client, house):
    client.force_login(head_of(house))
    answer = client.get(reverse("organisation-year-pdf", args=[house.pk, THIS]))
    assert answer.status_code == 405
    assert not JournalEntry.objects.filter(told=False).exists()


def test_an_empty_year_makes_a_report_too(client, house):
    for version in ("", SHOWN):
        answer = pdf(client, house, version=version)
        assert answer.status_code == 200
        assert "Mois par mois" not in text_of(answer.content), "twelve times nothing"


def test_receipts_are_told_to_who_reads_them_alone(client):
    house = make_company()
    issue(make_receivable(company=house))
    amount = "Reçus"
    hr = member(house, duty="HR")
    member(house, Role.REPRESENTATIVE, "CSR")
    assert amount in text_of(pdf(client, house).content)
    assert amount not in text_of(pdf(client, house, hr).content)
    assert f"<dt>{amount}</dt>" in page(client, house).text
    assert f"<dt>{amount}</dt>" not in page(client, house, hr).text


# --- to be shown --------------------------------------------------------------------------
def test_of_fewer_than_five_people_nothing_is_told(client, house):
    mission, _people = several(house, 4)
    told = shown(house)
    assert (told.people, told.hours, told.share) == ("moins de 5", "non communiqué", None)
    assert all(part == [] for part in told.groups.values())
    assert (told.missions, told.structures, told.others) == ("moins de 5", "moins de 5", 0)
    said = text_of(pdf(client, house, version=SHOWN).content)
    assert "moins de 5" in said
    assert not re.search(r"\b28\b", said.replace(str(TODAY.day), ""))


def test_missions_of_nobody_who_gave_hours_yet_are_not_counted_either(house):
    at_work(house)
    assert shown(house).missions == "moins de 5"


def test_of_many_people_and_hours_are_rounded(house):
    several(house, 12)
    told = shown(house)
    assert (told.missions, told.structures) == (1, 1)
    assert told.people == 10
    assert told.hours == 80, "84 hours, to a step that two people gave"


def test_a_small_part_hides_and_so_does_what_it_could_be_computed_from(house):
    first, second = make_programme(house, "Un"), make_programme(house, "Deux")
    several(house, 9, programme=first)
    several(house, 2, programme=second)
    parts = {part.name: part.hours for part in shown(house).groups["programmes"]}
    assert parts.get("Deux", "non communiqué") == "non communiqué"
    assert parts.get("Un", "non communiqué") == "non communiqué", "all less this one is the other"


def test_months_teams_and_euros_are_left_out(client, house):
    _mission, people = several(house, 9)
    employ(house, people[0], "Fours", make_site(house))
    told = page(client, house, version=SHOWN).text
    for words in ("Par équipe", "Fours", "Mois par mois", "Réduction d’impôt", "Jours donnés"):
        assert words not in told, words
    said = text_of(pdf(client, house, version=SHOWN).content)
    for words in ("Fours", "Mois par mois", "€"):
        assert words not in said, words


def test_a_structure_is_named_once_both_sides_have_agreed(client, house):
    mission, _people = several(house, 9, status="CLOSED")
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now() - timedelta(days=40))
    structure = mission.need.organisation
    assert structure.name not in page(client, house, version=SHOWN).text
    assert (shown(house).named, shown(house).others) == ([], 1)
    boss = structure.members.first()
    for side, author in (("NEED", boss), ("OFFER", mission.offer.person)):
        Review.objects.create(mission=mission, side=side, author=author, rating=5, again=True)
        consents.give(author, ConsentKind.WORKED_WITH, mission)
    assert shown(house).named == [structure.name]
    assert structure.name in page(client, house, version=SHOWN).text


def test_only_words_that_may_be_quoted_are_there_and_until_it_is_taken_back(client, house):
    mission, _people = several(house, 9, status="CLOSED")
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now() - timedelta(days=40))
    boss = mission.need.organisation.members.first()
    review = Review.objects.create(
        mission=mission, side="NEED", author=boss, rating=5, again=True, words="Un vrai coup de main.",
    )  # fmt: skip
    words = "Un vrai coup de main"
    assert words not in page(client, house, version=SHOWN).text
    consent = consents.give(boss, ConsentKind.QUOTE, review)
    assert words in page(client, house, version=SHOWN).text
    assert words in text_of(pdf(client, house, version=SHOWN).content)
    consents.end(consent)
    assert words not in text_of(pdf(client, house, version=SHOWN).content)


def test_own_time_is_in_neither(client, house):
    from tests.factories import make_mission

    own = make_mission(status="RUNNING")
    house.memberships.create(user=own.offer.person, role=Role.EMPLOYEE)
    give(own, own.offer.person, TODAY, 6)
    told = shown(house)
    assert (told.people, told.hours, told.missions) == (0, 0, 0)
    for version in ("", SHOWN):
        assert own.need.title not in page(client, house, version=version).text


def test_own_time_is_said_not_to_be_counted_here(client, house):
    """It is, in the pôle's figures: « n’est compté nulle part » wasn't so."""
    several(house, 2)
    told = " ".join(text_of(pdf(client, house).content).split())
    assert "sur leur temps personnel n’est pas compté ici" in told
    assert "nulle part" not in told


def test_what_a_non_profit_lends_is_said_to_be_lent(client):
    lender = make_organisation(administrator=make_user(), name="Radio Terril")
    mission = at_work(lender, regime="NON_PROFIT_LOAN")
    give(mission, mission.offer.person, TODAY, 7)
    for version in ("", SHOWN):
        said = text_of(pdf(client, lender, version=version).content)
        assert "prêté" in said
        assert "donné" not in said


def test_a_large_year_asks_no_more_than_a_small_one(client, house, django_assert_max_num_queries):
    several(house, 2)
    client.force_login(head_of(house))
    url = reverse("organisation-year", args=[house.pk, THIS])
    client.get(url)
    for _each in range(4):
        several(house, 3)
    for version in ("", SHOWN):
        with django_assert_max_num_queries(19):
            client.get(url, {"version": version})
