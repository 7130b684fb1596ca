"""What an organisation says of itself: tax receipts, programmes, who is charged with what."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Membership
from marketplace.actions.documents import eligibility as acts
from marketplace.actions.documents import receipts, valuations
from marketplace.actions.market import duties
from marketplace.actions.refusals import NotYet
from marketplace.models import CompanyProgramme, Duty, Eligibility
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.rules import permissions
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_organisation, make_user
from tests.marketplace.documents.document_desk import (
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)

TESTS = {"not_for_profit": "on", "open_circle": "on", "disinterested": "on"}
YES = {"declare": "yes", "status": "SELF_DECLARED", "category": "GENERAL_INTEREST"} | TESTS


@pytest.fixture
def president():
    return make_user(first_name="Aline")


@pytest.fixture
def structure(president):
    return make_organisation(administrator=president)


@pytest.fixture
def company():
    return make_organisation("COMPANY", administrator=make_user(), legal_form="SAS")


def page(structure) -> str:
    return reverse("eligibility", args=[structure.pk])


def declared(structure, president, status="SELF_DECLARED") -> Eligibility:
    return acts.declare(
        structure, status=status, category="GENERAL_INTEREST", reference="n° 12", by=president
    )


def checked(structure, until) -> dict:
    """The coordinator's form about the declaration that is on their screen."""
    read = structure.eligibilities.latest("pk").pk
    return {"check": "yes", "status": "SELF_DECLARED", "valid_until": until, "read": read}


def test_without_a_word_no_receipt_and_the_reason_why(structure):
    assert "n’a pas encore déclaré," in why_no_receipt(structure, in_days(0))


def test_the_structure_declares_and_a_coordinator_checks(client, structure, president):
    coordinator = make_coordinator(structure.pole)
    client.force_login(president)
    client.post(page(structure), YES)
    assert "n’a pas encore vérifié" in why_no_receipt(structure, in_days(0))
    assert Notification.objects.filter(recipient=coordinator, kind="eligibility_declared").exists()

    client.force_login(coordinator)
    desk = client.get(reverse("desk"), {"kind": "receipts"}).content.decode()
    assert structure.name in desk
    until = in_days(365)
    client.post(page(structure), checked(structure, until))
    assert why_no_receipt(structure, in_days(0)) == ""
    assert "n’est plus valable depuis" in why_no_receipt(structure, until + timedelta(days=1))
    assert Notification.objects.filter(recipient=president, kind="eligibility_checked").exists()
    assert structure.name not in client.get(reverse("desk"), {"kind": "receipts"}).content.decode()


def test_a_second_click_declares_nothing_more_and_a_day_has_its_bound(client, structure, president):
    """Each declaration has a letter to every coordinator."""
    make_coordinator(structure.pole)
    client.force_login(president)
    url = reverse("eligibility", args=[structure.pk])
    told = Notification.objects.filter(kind="eligibility_declared")
    for _click in range(2):
        assert client.post(url, YES).status_code == 302
    assert (structure.eligibilities.count(), told.count()) == (1, 1)
    for number in range(10):
        answer = client.post(url, YES | {"note": f"Version {number}."})
    assert "demain" in answer.text
    assert (structure.eligibilities.count(), told.count()) == (5, 5)


def test_a_coordinator_checks_nothing_that_their_own_structure_declares(client, structure):
    coordinator = make_coordinator(structure.pole)
    structure.memberships.create(user=coordinator, role="ADMINISTRATOR")
    client.force_login(coordinator)
    client.post(page(structure), YES)
    answer = client.post(page(structure), {"check": "yes", "status": "SELF_DECLARED"})
    assert answer.status_code == 403
    assert 'name="check"' not in client.get(page(structure)).text
    assert "n’a pas encore vérifié" in why_no_receipt(structure, in_days(0))


def test_the_three_tests_have_to_be_ticked(client, structure, president):
    client.force_login(president)
    for test in TESTS:
        answer = client.post(page(structure), {key: YES[key] for key in YES if key != test})
        assert "doivent être vraies" in answer.content.decode()
    assert not Eligibility.objects.exists()


def test_what_a_receipt_has_to_print_is_said_first(client, structure, president):
    client.force_login(president)
    type(structure).objects.update(purpose="")
    assert "les reçus doivent l’écrire" in client.post(page(structure), YES).text
    assert not Eligibility.objects.exists()


def test_a_rescrit_wants_its_reference(client, structure, president):
    client.force_login(president)
    said = {"declare": "yes", "status": "RESCRIT", "category": "GENERAL_INTEREST"}
    assert "la date et le numéro" in client.post(page(structure), said).content.decode()


@pytest.mark.parametrize("status", ["NOT_ELIGIBLE", "TO_CHECK"])
def test_a_no_or_a_doubt_gives_no_receipt_even_checked(structure, president, status):
    said = declared(structure, president, status)
    coordinator = make_coordinator(structure.pole)
    acts.verify(said, status=status, valid_until=None, by=coordinator, now=timezone.now())
    assert why_no_receipt(structure, in_days(0))


def test_a_check_is_about_what_was_read(structure, president):
    first = declared(structure, president)
    declared(structure, president, "NOT_ELIGIBLE")
    with pytest.raises(NotYet, match="autre chose entre-temps"):
        acts.verify(
            first,
            status="SELF_DECLARED",
            valid_until=None,
            by=make_coordinator(structure.pole),
            now=timezone.now(),
        )


def test_nor_does_the_page_check_what_was_declared_since_it_was_opened(
    client, structure, president
):
    declared(structure, president)
    client.force_login(make_coordinator(structure.pole))
    seen = client.get(page(structure)).context["check"]
    declared(structure, president, "RESCRIT")
    said = {"check": "yes", "status": "SELF_DECLARED", "read": seen["read"].value()}
    assert "autre chose entre-temps" in client.post(page(structure), said).text
    assert not structure.eligibilities.exclude(verified_by=None).exists()
    assert client.post(page(structure), checked(structure, in_days(300))).status_code == 302


def test_every_word_is_kept(client, structure, president):
    declared(structure, president)
    declared(structure, president, "NOT_ELIGIBLE")
    assert structure.eligibilities.count() == 2
    client.force_login(president)
    shown = client.get(page(structure))
    assert "Ce qui a été dit avant" in shown.text
    assert len(shown.context["history"]) == 1, "not the present"


def test_each_only_their_own_part(client, structure, president):
    declared(structure, president)
    member = make_user()
    Membership.objects.create(user=member, organisation=structure)
    client.force_login(member)
    assert client.get(page(structure)).status_code == 200
    assert client.post(page(structure), YES).status_code == 403
    client.force_login(president)
    assert client.post(page(structure), {"check": "yes", "status": "RESCRIT"}).status_code == 403
    client.force_login(make_user())
    assert client.get(page(structure)).status_code == 403
    client.logout()
    assert client.post(page(structure), YES).status_code == 302


def test_a_company_has_no_receipts_to_declare(client, company):
    client.force_login(company.members.get())
    assert client.get(page(company)).status_code == 403


# --- programmes ----------------------------------------------------------------------------
PROGRAMME = {
    "name": "Deux jours pour agir",
    "days_per_year": "2,5",
    "hours_per_day": "7",
    "seniority_months": "3",
    "contracts": ["PERMANENT"],
    "starts_on": in_days(0),
}


def test_the_company_writes_its_programme_with_a_comma(client, company):
    client.force_login(company.members.get())
    client.post(reverse("programme-new", args=[company.pk]), PROGRAMME)
    programme = CompanyProgramme.objects.get()
    assert programme.hours_per_year == 17.5
    assert (
        "2,5 jours par an" in client.get(reverse("programmes", args=[company.pk])).content.decode()
    )
    edit = reverse("programme-edit", args=[programme.pk])
    client.post(edit, PROGRAMME | {"days_per_year": "4"})
    programme.refresh_from_db()
    assert programme.days_per_year == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_per_year", "-1"),
        ("days_per_year", "1000000000000"),
        ("days_per_year", "0"),
        ("seniority_months", "9999"),
        ("starts_on", "0001-01-01"),
        ("starts_on", "9999-12-31"),
        ("ends_on", "9999-12-31"),
    ],
)
def test_a_bad_figure_makes_no_programme(client, company, name, value):
    client.force_login(company.members.get())
    answer = client.post(reverse("programme-new", args=[company.pk]), PROGRAMME | {name: value})
    assert "à corriger" in answer.content.decode()
    assert not CompanyProgramme.objects.exists()


def test_a_programme_that_ends_before_it_begins_says_so_beside_the_end(client, company):
    client.force_login(company.members.get())
    backwards = {"starts_on": "2026-03-01", "ends_on": "2026-02-01"}
    answer = client.post(reverse("programme-new", args=[company.pk]), PROGRAMME | backwards)
    assert list(answer.context["form"].errors) == ["ends_on"]


def test_an_old_programme_is_written_down(client, company):
    client.force_login(company.members.get())
    old = {"starts_on": "2012-09-01", "ends_on": "2024-08-31"}
    client.post(reverse("programme-new", args=[company.pk]), PROGRAMME | old)
    assert CompanyProgramme.objects.exists()


def test_only_those_in_charge_write_programmes(client, company, structure, president):
    member = make_user()
    Membership.objects.create(user=member, organisation=company)
    client.force_login(member)
    assert client.get(reverse("programmes", args=[company.pk])).status_code == 200
    assert client.post(reverse("programme-new", args=[company.pk]), PROGRAMME).status_code == 403
    client.force_login(president)
    assert client.get(reverse("programmes", args=[company.pk])).status_code == 403
    operator = make_organisation("OPERATOR", administrator=president)
    assert client.get(reverse("programme-new", args=[operator.pk])).status_code == 403


# --- duties --------------------------------------------------------------------------------
def test_costs_are_for_human_resources_alone(client, company):
    boss = company.members.get()
    assert not permissions.can_see_costs(boss, company)
    client.force_login(boss)
    membership = company.memberships.get()
    given = {"membership": membership.pk, "kind": "HR", "capacity": ""}
    client.post(reverse("duties", args=[company.pk]), given)
    assert permissions.can_see_costs(boss, company)
    client.post(reverse("duty-take-back", args=[Duty.objects.get().pk]))
    assert not permissions.can_see_costs(boss, company)


def test_a_structure_that_lends_has_a_human_resources_duty_and_an_operator_none(
    client, structure, president
):
    client.force_login(president)
    operator = make_organisation("OPERATOR", administrator=president)
    for organisation, has in ((operator, False), (structure, True)):
        given = {"membership": organisation.memberships.get().pk, "kind": "HR"}
        client.post(reverse("duties", args=[organisation.pk]), given)
        assert Duty.objects.filter(membership__organisation=organisation).exists() is has


def test_a_duty_of_the_other_kind_of_organisation_is_given_by_nobody(company):
    kind = "TREASURER"
    assert kind in Duty.Kind.values
    administered = company.memberships.get()
    with pytest.raises(NotYet, match="n’existe pas dans ce type d’organisation"):
        duties.give(administered, kind=kind, by=administered.user)
    assert not Duty.objects.exists()


def test_only_an_administrator_gives_duties_and_to_their_own_people(client, company, structure):
    member = make_user()
    Membership.objects.create(user=member, organisation=company)
    client.force_login(member)
    given = {"membership": company.memberships.first().pk, "kind": "CSR"}
    assert client.post(reverse("duties", args=[company.pk]), given).status_code == 403
    client.force_login(company.memberships.first().user)
    stolen = {"membership": structure.memberships.get().pk, "kind": "CSR"}
    client.post(reverse("duties", args=[company.pk]), stolen)
    assert not Duty.objects.exists()


def test_a_stranger_takes_no_duty_back(client, company):
    membership = company.memberships.get()
    duty = Duty.objects.create(membership=membership, kind="CSR", given_by=membership.user)
    client.force_login(make_user())
    assert client.post(reverse("duty-take-back", args=[duty.pk])).status_code == 404
    assert Duty.objects.exists()


@pytest.mark.parametrize("known", [True, False])
def test_once_the_value_is_declared_nobody_is_told_of_a_receipt_that_can_t_be_given(client, known):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    structure, company = mission.need.organisation, mission.offer.organisation
    if not known:
        structure.eligibilities.all().delete()
    client.force_login(head_of(structure))
    papers = reverse("mission-documents", args=[mission.pk])
    assert (page(structure) in client.get(papers).text) is not known
    client.force_login(head_of(company))
    value, papers = (
        reverse(name, args=[mission.pk]) for name in ("mission-value", "mission-documents")
    )
    assert value in client.get(papers).text
    said = client.post(value, {"amount": "420", "certified": "on"}, follow=True).text
    assert ("peut maintenant délivrer son reçu" in said) is known
    assert ("n’a pas encore déclaré, pour toutes ses missions," in said) is not known
    letter = Notification.objects.get(recipient=head_of(structure), kind="value_declared")
    assert ("Vous pouvez maintenant délivrer" in letter.text) is known
    client.force_login(head_of(structure))
    for there in (papers, reverse("mission-receipt", args=[mission.pk])):
        assert (page(structure) in client.get(there).text) is not known
    assert ("Délivrer ce reçu" in client.get(there).text) is known


def test_once_the_value_is_declared_only_those_who_give_receipts_are_asked_for_one(client):
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    structure = mission.need.organisation
    member = make_user()
    structure.memberships.create(user=member, role="MEMBER")
    by = head_of(mission.offer.organisation)
    valuations.declare(mission, D(420), by=by, now=timezone.now())
    told = Notification.objects.filter(kind="value_declared")
    assert [letter.recipient for letter in told] == [head_of(structure)]
    client.force_login(by)
    assert "Corriger la valeur" in client.get(reverse("mission-documents", args=[mission.pk])).text
    client.force_login(member)
    assert client.get(reverse("mission-receipt", args=[mission.pk])).status_code == 403


@pytest.mark.parametrize("status", [MissionStatus.DOCUMENTS, MissionStatus.RUNNING])
def test_the_value_is_offered_to_be_declared_once_it_can_be(client, status):
    mission = give_hours(make_mission(status=status))
    client.force_login(head_of(mission.offer.organisation))
    value = reverse("mission-value", args=[mission.pk])
    assert value not in client.get(reverse("mission-documents", args=[mission.pk])).text
    said = client.get(value).text
    assert "une fois la mission livrée" in said
    assert "Déclarer cette valeur" not in said


def test_who_declared_for_the_structure_and_left_it_since_does_not_check_it(
    client, structure, president
):
    declared(structure, president)
    structure.memberships.create(user=make_user(), role="ADMINISTRATOR")
    structure.memberships.get(user=president).delete()
    make_organisation("OPERATOR", pole=structure.pole, member=president)
    client.force_login(president)
    said = checked(structure, in_days(300))
    assert "C’est vous qui l’avez déclaré" in client.post(page(structure), said).text
    client.force_login(make_coordinator(structure.pole))
    client.post(page(structure), said)
    assert structure.eligibilities.exclude(verified_by=None).count() == 1


def test_whether_a_structure_gives_receipts_is_said_with_one_colon_at_the_most():
    """The words stand after “Les Ateliers:”, in letters and on the calculation of the matches."""
    with override("fr"):
        assert not [words for words in Eligibility.Status.labels if ":" in str(words)]


def test_the_letter_of_a_receipt_says_once_what_it_is():
    mission = make_receivable()
    for organisation in (mission.need.organisation, mission.offer.organisation):
        organisation.members.update(language="en")
    receipts.issue(
        mission, by=head_of(mission.need.organisation), capacity="présidente", now=timezone.now()
    )
    letter = Notification.objects.get(kind="receipt_given")
    assert "given you its tax receipt R-" in letter.text
