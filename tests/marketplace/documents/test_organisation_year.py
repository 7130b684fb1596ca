"""A year on one page: what a company gave on working time, what a structure received."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.market import consents
from marketplace.figures import organisation_year
from marketplace.models import (
    CompanyYear,
    ConsentKind,
    Duty,
    HoursEntry,
    Mission,
    Offer,
    Regime,
    Review,
)
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
)
from tests.marketplace.documents.document_desk import duty, make_receivable
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.documents.test_years import issue

THIS = timezone.localdate().year


@pytest.fixture
def company():
    return make_organisation(
        Organisation.Kind.COMPANY,
        legal_form=Organisation.LegalForm.SAS,
        administrator=make_user(first_name="Claire"),
        name="Fonderie Delattre",
    )


def given(hours, **fields):
    """A mission that runs, and the hours confirmed of today."""
    mission = make_mission(status="RUNNING", **fields)
    HoursEntry.objects.create(
        mission=mission,
        person=mission.offer.person,
        day=timezone.localdate(),
        hours=Decimal(hours),
        confirmed_at=timezone.now(),
    )
    return mission


def page_of(client, user, organisation, year=THIS):
    client.force_login(user)
    return client.get(reverse("organisation-year", args=[organisation.pk, year]))


def head(organisation):
    return organisation.memberships.administrators().get().user


def test_a_company_sees_the_working_time_it_gave_and_nothing_of_ones_own(client, company):
    at_work = given("7", work=True, company=company, regime=Regime.LOAN)
    own = given("3.5", person=at_work.offer.person)
    told = organisation_year.given_by(company, THIS)
    assert (told.hours, told.people, len(told.missions)) == (Decimal(7), 1, 1)
    page = page_of(client, head(company), company).content.decode()
    assert at_work.need.title in page
    assert own.need.title not in page


def test_hours_that_a_weeks_silence_confirmed_are_not_said_to_be_confirmed_by_the_structure(
    client, company
):
    given("7", work=True, company=company, regime=Regime.LOAN)
    assert HoursEntry.objects.get().confirmed_by is None
    page = page_of(client, head(company), company).text
    assert "confirmées par les structures" not in page
    assert "confirmées, ou sans contestation" in page


def test_a_public_employer_is_shown_no_receipts_and_no_entries_of_a_structure(client):
    """It gives none, and gets none; classes 86 and 87 are the structure's."""
    town = make_organisation(
        Organisation.Kind.COMPANY, legal_form=Organisation.LegalForm.PUBLIC,
        administrator=make_user(), name="Ville de Lens",
    )  # fmt: skip
    given("7", work=True, company=town, regime=Regime.PUBLIC_AGENT)
    page = page_of(client, head(town), town).text
    assert "Heures faites" in page
    assert reverse("receipts-year", args=[town.pk, THIS]) not in page
    assert "classes 86 et 87" not in page
    assert "0,00" not in page


def test_what_a_non_profit_lends_at_cost_is_said_to_be_lent_and_by_nobody_given(client):
    lender = make_organisation(administrator=make_user(), name="Radio Terril")
    lent = given("7", work=True, company=lender, regime=Regime.NON_PROFIT_LOAN)
    client.force_login(head(lender))
    url = reverse("organisation-year", args=[lender.pk, THIS])
    told = client.get(url, {"sens": "donne"}).text.partition("<h1")[2].partition("</main")[0]
    assert lent.need.title in told
    assert "Les personnes qu’elle a prêtées" in told
    assert "Prêté" in told
    client.force_login(lent.need.created_by)
    received = page_of(client, lent.need.created_by, lent.need.organisation).text
    for page in (told, received.partition("<h1")[2].partition("</main")[0]):
        assert "Heures faites" in page
        assert "donné" not in page


def test_a_team_is_counted_by_those_who_gave_hours(company):
    mission = given("7", work=True, company=company)
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    assert organisation_year.given_by(company, THIS).people == 1


def test_hours_are_shared_by_frame_cause_and_territory_without_a_loss(company):
    for hours in ("7", "3.5", "2.25"):
        given(hours, work=True, company=company)
    told = organisation_year.given_by(company, THIS)
    for share in (told.by_cause, told.by_territory, told.by_regime):
        assert sum(hours for _, hours in share) == told.hours == Decimal("12.75")


def test_hours_not_confirmed_or_of_another_year_do_not_count(company):
    mission = given("7", work=True, company=company)
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=timezone.localdate().replace(year=THIS - 1),
        hours=4, confirmed_at=timezone.now(),
    )  # fmt: skip
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person,
        day=timezone.localdate() - timezone.timedelta(days=1), hours=2,
    )  # fmt: skip
    assert organisation_year.given_by(company, THIS).hours == Decimal(7)
    assert organisation_year.given_by(company, THIS - 1).hours == Decimal(4)


def test_a_structure_reads_what_it_received_and_what_people_say(client):
    mission = make_receivable()
    a_month_ago = timezone.now() - timedelta(
        days=30
    )  # by now reviews are open, whoever gave theirs
    Mission.objects.filter(pk=mission.pk).update(
        started_at=timezone.now(), delivered_at=a_month_ago
    )
    structure = mission.need.organisation
    quoted = Review.objects.create(
        mission=mission, side="OFFER", author=mission.offer.person, rating=5, again=True,
        words="Une équipe qui sait ce qu’elle veut.",
    )  # fmt: skip
    consents.give(mission.offer.person, ConsentKind.QUOTE, quoted)
    Review.objects.create(
        mission=mission, side="COMPANY", author=mission.offer.person, rating=4, again=True,
        words="Entre nous, un peu lent.",
    )  # fmt: skip
    member = make_user()
    structure.memberships.create(user=member)
    assert page_of(client, member, structure).status_code == 200
    assert page_of(client, make_coordinator(structure.pole), structure).status_code == 403
    page = page_of(client, head(structure), structure).content.decode()
    assert mission.need.title in page
    assert "Une équipe qui sait" in page
    assert "Entre nous" not in page


def test_an_empty_year_says_when_it_will_fill(client, company):
    assert "à ce jour" in page_of(client, head(company), company).content.decode()


@pytest.mark.parametrize("year", [1999, THIS + 1])
def test_a_year_that_is_not_there(client, company, year):
    client.force_login(head(company))
    url = f"/organisations/{company.pk}/annee/{year}/"
    assert client.get(url).status_code == 404


def test_who_may_read_a_companys_year(client, company):
    url = reverse("organisation-year", args=[company.pk, THIS])
    assert client.get(url).status_code == 302
    colleague, stranger, human_resources = make_user(), make_user(), make_user()
    for user in (colleague, human_resources):
        company.memberships.create(user=user)
    duty(human_resources, company, Duty.Kind.CSR)
    assert page_of(client, stranger, company).status_code == 403
    assert page_of(client, colleague, company).status_code == 403
    assert page_of(client, human_resources, company).status_code == 200
    assert page_of(client, head(company), company).status_code == 200


def test_the_page_asks_few_questions(client, company, django_assert_max_num_queries):
    for _ in range(4):
        given("7", work=True, company=company)
    client.force_login(head(company))
    with django_assert_max_num_queries(19):
        client.get(reverse("organisation-year", args=[company.pk, THIS]))


def test_the_tax_reduction_is_read_by_those_who_read_the_company_s_gifts(client, company):
    given("7", work=True, company=company, regime=Regime.LOAN)
    CompanyYear.objects.create(organisation=company, year=THIS, turnover=Decimal(9_000_000))
    charged = {}
    for kind in (Duty.Kind.CSR, Duty.Kind.HR, Duty.Kind.SIGNATORY):
        charged[kind] = make_user()
        company.memberships.create(user=charged[kind])
        duty(charged[kind], company, kind)
    gifts = reverse("company-year", args=[company.pk, THIS])
    for person in (*charged.values(), head(company)):
        page = page_of(client, person, company)
        assert page.status_code == 200
        reads = client.get(gifts).status_code == 200
        assert reads == (person in (charged[Duty.Kind.CSR], charged[Duty.Kind.HR]))
        assert ("Réduction d’impôt" in page.text) is reads


def test_where_nothing_can_be_reduced_nothing_is_said_of_a_reduction(client, company):
    mission = given(7, work=True, company=company)
    Mission.objects.filter(pk=mission.pk).update(regime="NOT_ELIGIBLE")
    assert "Réduction d’impôt, une estimation" not in page_of(client, head(company), company).text
    Mission.objects.filter(pk=mission.pk).update(regime="LOAN")
    assert "Réduction d’impôt, une estimation" in page_of(client, head(company), company).text


def test_a_cooperative_that_gives_and_receives_reads_the_list_of_each(client):
    """“Relevé annuel”, on the page of what it has given, was that of the receipts that it gives."""
    mission = make_receivable()
    issue(mission)
    giver = mission.offer.organisation
    Organisation.objects.filter(pk=giver.pk).update(kind="ESS", legal_form="SCIC")
    client.force_login(head(giver))
    door = reverse("organisation-statement", args=[giver.pk, THIS])
    for page, link, file, words in (
        ("company-year", f"{door}?sens=donne", "dons", "Dons de compétences"),
        ("receipts-year", door, "recus", "Relevé annuel des reçus"),
    ):
        assert f'href="{link}"' in client.get(reverse(page, args=[giver.pk, THIS])).text
        answer = client.get(link)
        assert f"{file}-{THIS}" in answer["Content-Disposition"]
        assert words in text_of(answer.content)
    client.force_login(mission.offer.person)
    assert client.get(door, {"sens": "donne"}).status_code == 403


def test_who_gave_and_received_nothing_opens_on_what_it_gave(client):
    """“Nothing in 2026 yet”, of a town that had lent four days; whoever may not see that stays where they were."""
    town = make_organisation("AUTHORITY", legal_form="PUBLIC", administrator=make_user())
    person = make_user()
    town.memberships.create(user=person, role="EMPLOYEE")
    mission = given(7, work=True, company=town, person=person)
    page = page_of(client, head(town), town).text
    assert "Rien pour" not in page
    assert mission.need.title in page
    client.force_login(head(town))
    door = reverse("organisation-year", args=[town.pk, THIS])
    received = client.get(door, {"sens": "recu"}).text
    assert mission.need.title not in received, "what is asked for is shown"
    assert f"{THIS - 1}/?sens=recu" in received
    given(7, need=make_need(town))
    assert mission.need.title not in client.get(door).text, "it has received by then"
    assert mission.need.title in client.get(door, {"sens": "donne"}).text
    colleague = make_user()
    town.memberships.create(user=colleague)
    HoursEntry.objects.filter(mission__need__organisation=town).delete()
    Mission.objects.filter(need__organisation=town).update(started_at=None)
    client.force_login(colleague)
    assert mission.need.title not in client.get(door).text


def test_a_year_that_is_over_doesn_t_wait_for_missions(client, company):
    """“A mission shows here once it has begun”, of the year before last: nothing can begin in it any more."""
    client.force_login(head(company))
    for year, waits in ((THIS, True), (THIS - 2, False)):
        for version in ("", "a-montrer"):
            door = reverse("organisation-year", args=[company.pk, year])
            page = client.get(door, {"version": version}).text
            assert f"Rien pour {year}" in page
            assert ("à ce jour" in page) is waits
            assert ("Une mission paraît ici" in page) is waits
        page = client.get(reverse("programme-year", args=[company.pk, year])).text
        assert f"Rien n’a été donné sur le temps de travail en {year}" in page
        assert ("les jours s’affichent ici" in page) is waits
