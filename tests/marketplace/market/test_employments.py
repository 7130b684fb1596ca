"""A contract and an entry date: declared by whoever asks for an agreement, confirmed by human resources or a list of the house."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from marketplace.actions.market import employments, imports, joiners
from marketplace.actions.market.employments import Facts
from marketplace.actions.missions import agreements
from marketplace.models import Employee, Import, InvitedEmployee, Regime
from marketplace.rules import employments as rules
from marketplace.rules import permissions
from marketplace.states import MissionStatus
from tests.factories import make_authority, make_mission, make_user
from tests.marketplace.market.programme_house import head_of, make_house, make_programme, member
from tests.marketplace.market.test_imports import work
from tests.marketplace.missions.test_employer_agreement import link

DAY = date(2020, 3, 2)


def now():
    return timezone.now()


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def hr(house):
    return member(house, "MEMBER", "HR", first_name="Hélène", last_name="Roux")


@pytest.fixture
def nora(house):
    return member(house, first_name="Nora", last_name="Cissé", email="nora@example.org")


def declared(house, person, **fields):
    said = {"contract": "PERMANENT", "hired_on": DAY} | fields
    return Employee.objects.create(organisation=house, person=person, **said)


def membership(house, person):
    return house.memberships.get(user=person)


def confirmed(house, person, by):
    employments.confirm(
        membership(house, person), contract="PERMANENT", hired_on=DAY, by=by, now=now()
    )
    return Employee.objects.get(organisation=house, person=person)


def asked(house, person, *, by=None, **fields):
    mission = make_mission(
        work=True, company=house, person=person, regime=Regime.PRESTATION,
        status=MissionStatus.AGREEMENT,
    )  # fmt: skip
    said = {
        "manager_name": "Paul Roux", "manager_email": "paul@example.org",
        "contract": "PERMANENT", "hired_on": DAY,
    } | fields  # fmt: skip
    employee = Employee(organisation=house, person=person, **said)
    agreements.ask_manager(mission, employee=employee, programme=None, by=by or person, now=now())
    return Employee.objects.get(organisation=house, person=person)


# --- declared, confirmed ---------------------------------------------------------------------
def test_what_somebody_says_of_themself_is_declared(house, hr, nora):
    assert not asked(house, nora).is_confirmed


def test_what_hr_confirms_says_who_and_when(house, hr, nora):
    declared(house, nora)
    employee = confirmed(house, nora, hr)
    assert (employee.is_confirmed, employee.confirmed_by) == (True, hr)


def test_the_same_said_again_stays_confirmed_and_another_is_declared(house, hr, nora):
    confirmed(house, nora, hr)
    assert asked(house, nora).is_confirmed
    assert not asked(house, nora, contract="FIXED_TERM").is_confirmed


def test_asking_for_an_agreement_keeps_the_grade(house, hr, nora):
    grade = house.grades.create(name="Cadres")
    employments.place_in_grade(membership(house, nora), grade, by=hr)
    assert asked(house, nora).grade == grade


def test_what_hr_says_when_asking_for_somebody_is_confirmed(house, hr, nora):
    assert asked(house, nora, by=hr).confirmed_by == hr


def test_nobody_confirms_their_own(house, hr):
    declared(house, hr)
    with pytest.raises(Refusal, match="quelqu’un d’autre"):
        confirmed(house, hr, hr)
    assert not asked(house, hr).is_confirmed


@pytest.mark.parametrize(
    "who", ["CSR", "MANAGER", "SIGNATORY", "administrator", "employee", "left", "elsewhere"]
)
def test_where_there_is_hr_nobody_else_confirms(house, hr, nora, who):
    declared(house, nora)
    person = head_of(house)
    if who == "left":
        person = hr
        membership(house, hr).delete()
        member(house, "MEMBER", "HR")
    elif who == "elsewhere":
        person = member(make_house(name="Ailleurs"), "MEMBER", "HR")
    elif who == "employee":
        person = member(house)
    elif who != "administrator":
        person = member(house, "MEMBER", who)
    with pytest.raises(Refusal):
        confirmed(house, nora, person)
    row = Employee.objects.get(person=nora)
    with pytest.raises(Refusal):
        employments.confirm_several(house, {row.pk: Facts.of(row)}, by=person, now=now())


def test_where_there_is_no_hr_whoever_runs_programmes_confirms(house, nora):
    declared(house, nora)
    assert confirmed(house, nora, head_of(house)).is_confirmed


def test_nobody_confirms_in_a_suspended_company_nor_of_somebody_who_has_left(house, hr, nora):
    declared(house, nora)
    there = membership(house, nora)
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    with pytest.raises(Refusal):
        employments.confirm(there, contract="PERMANENT", hired_on=DAY, by=hr, now=now())
    Organisation.objects.filter(pk=house.pk).update(status="ACCEPTED")
    house.memberships.filter(pk=there.pk).delete()
    with pytest.raises(Refusal, match="quitté"):
        employments.confirm(there, contract="PERMANENT", hired_on=DAY, by=hr, now=now())


def test_several_are_confirmed_at_once_and_what_has_changed_meanwhile_is_not(house, hr, nora):
    other, third = member(house), member(house)
    rows = [declared(house, nora), declared(house, other), declared(house, third)]
    seen = {row.pk: Facts.of(row) for row in rows}
    Employee.objects.filter(person=other).update(contract="FIXED_TERM")
    employments.ask_correction(house, "La date est fausse.", by=third, now=now())
    assert employments.confirm_several(house, seen, by=hr, now=now()) == (1, 2)
    assert [row.person for row in Employee.objects.exclude(confirmed_at=None)] == [nora]
    assert employments.confirm_several(house, seen, by=hr, now=now()) == (0, 3)


# --- lists of the house ----------------------------------------------------------------------
def a_list(house, words, *, undo=False):
    table, _new = imports.receive(
        house, "EMPLOYEES", content=words.encode(), by=head_of(house), now=now()
    )
    table = work(table)
    if table.total:
        imports.start(table, by=head_of(house), now=now())
        table = work(table)
    if undo:
        imports.undo(table, by=head_of(house), now=now())
        table = work(table)
    return table


LIST = "Adresse;Contrat;Date d'entrée\nnora@example.org;CDI;02/03/2020\n"


def test_a_list_of_the_house_confirms_what_was_declared_and_undone_it_is_declared_again(
    house, nora
):
    declared(house, nora)
    table = a_list(house, LIST)
    employee = Employee.objects.get(person=nora)
    assert (employee.is_confirmed, employee.is_confirmed_by_list) == (True, True)
    assert [line.note for line in table.lines.all()] == ["confirms"]
    imports.undo(Import.objects.get(pk=table.pk), by=head_of(house), now=now())
    work(table)
    employee.refresh_from_db()
    assert (employee.is_confirmed, employee.contract, employee.hired_on) == (
        False,
        "PERMANENT",
        DAY,
    )


def test_a_list_that_says_the_contract_alone_confirms_no_entry_date(house, nora):
    declared(house, nora)
    a_list(house, "Adresse;Contrat\nnora@example.org;CDD\n")
    employee = Employee.objects.get(person=nora)
    assert (employee.contract, employee.is_confirmed) == ("FIXED_TERM", False)


def test_a_list_undone_leaves_what_hr_has_confirmed_since(house, hr, nora):
    declared(house, nora)
    table = a_list(house, LIST)
    confirmed(house, nora, hr)
    imports.undo(Import.objects.get(pk=table.pk), by=head_of(house), now=now())
    work(table)
    assert Employee.objects.get(person=nora).confirmed_by == hr


def test_whoever_sends_the_list_isn_t_confirmed_by_it(house):
    head = head_of(house)
    declared(house, head)
    a_list(house, f"Adresse;Contrat;Date d'entrée\n{head.email};CDI;02/03/2020\n")
    assert not Employee.objects.get(person=head).is_confirmed


def test_who_joins_by_a_list_comes_with_confirmed_facts(house, nora):
    invitation = invitations.invite_listed(
        house, email="leo@example.org", first_name="Léo", last_name="Abel", by=head_of(house),
        leaves_at=now(), now=now(),
    )  # fmt: skip
    InvitedEmployee.objects.create(invitation=invitation, contract="PERMANENT", hired_on=DAY)
    leo = member(house, first_name="Léo", last_name="Abel")
    joiners.joined(membership(house, leo), invitation)
    employee = Employee.objects.get(person=leo)
    assert (employee.is_confirmed, employee.is_confirmed_by_list) == (True, True)


# --- what rests on it ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rules_of", "said"),
    [
        ({"contracts": ["PERMANENT"], "seniority_months": 6}, "Contrat et date d’entrée"),
        ({"contracts": ["PERMANENT"]}, "Contrat"),
        ({"seniority_months": 6}, "Date d’entrée"),
        ({}, ""),
    ],
)
def test_what_a_programme_rests_on_is_said_not_to_be_confirmed(house, hr, nora, rules_of, said):
    programme = make_programme(house, **rules_of)
    row = declared(house, nora)
    assert rules.unconfirmed(programme, row).startswith(said)
    assert bool(rules.unconfirmed(programme, row)) == bool(said)
    assert rules.unconfirmed(programme, confirmed(house, nora, hr)) == ""


def test_a_local_authority_s_rests_on_the_contract_though_none_is_ticked(nora):
    programme = make_programme(make_authority(administrator=make_user()))
    assert rules.unconfirmed(programme, Employee(person=nora, contract="PUBLIC")) == (
        "Contrat\xa0: déclaré, pas encore confirmé par l’employeur."
    )


def test_the_manager_reads_it_and_may_answer(client, house, nora):
    programme = make_programme(house, contracts=["PERMANENT"], days_per_year=Decimal(200))
    mission = make_mission(
        work=True, company=house, person=nora, regime=Regime.PRESTATION,
        status=MissionStatus.AGREEMENT,
    )  # fmt: skip
    row = declared(house, nora, manager_name="Paul Roux", manager_email="paul@example.org")
    agreements.ask_manager(mission, employee=row, programme=programme, by=nora, now=now())
    page = client.get(link())
    assert "pas encore confirmé" in page.content.decode()


# --- pages -----------------------------------------------------------------------------------
def page_of(client, user, name, *args, **data):
    client.force_login(user)
    url = reverse(name, args=args)
    return client.post(url, data) if data else client.get(url)


def test_hr_confirms_on_the_page_and_the_person_reads_it(client, house, hr, nora):
    declared(house, nora)
    there = membership(house, nora)
    page = page_of(client, hr, "employment", there.pk)
    assert "pas encore confirmé" in page.content.decode()
    sent = {"what": "facts", "contract": "FIXED_TERM", "hired_on": "2021-01-04"}
    assert page_of(client, hr, "employment", there.pk, **sent).status_code == 302
    own = page_of(client, nora, "own-employment", house.pk).content.decode()
    assert "4 janvier 2021" in own
    assert "Hélène Roux" in own


def test_a_date_to_come_is_refused_beside_its_field_and_kept(client, house, hr, nora):
    there = membership(house, nora)
    later = (timezone.localdate() + timedelta(days=9)).isoformat()
    page = page_of(
        client, hr, "employment", there.pk, what="facts", contract="PERMANENT", hired_on=later
    )
    assert page.status_code == 200
    assert later in page.content.decode()
    assert "hired_on" in page.context["forms"]["facts"].errors


def test_a_person_asks_for_a_correction_and_hr_finds_it_on_the_list(client, house, hr, nora):
    confirmed(house, nora, hr)
    sent = {"words": "Je suis entrée en janvier."}
    assert page_of(client, nora, "own-employment", house.pk, **sent).status_code == 302
    assert "en janvier" in page_of(client, hr, "employments-to-confirm", house.pk).content.decode()
    confirmed(house, nora, hr)
    assert (
        "en janvier" not in page_of(client, hr, "employments-to-confirm", house.pk).content.decode()
    )


def test_a_correction_waits_for_those_who_confirm_and_for_nobody_else(client, house, hr, nora):
    make_programme(house)
    employments.ask_correction(house, "Faux.", by=nora, now=now())
    url = reverse("employments-to-confirm", args=[house.pk])
    assert url in page_of(client, hr, "programme-home", house.pk).content.decode()
    assert url not in page_of(client, head_of(house), "programme-home", house.pk).content.decode()
    confirmed(house, nora, hr)
    assert "correction" not in page_of(client, hr, "programme-home", house.pk).content.decode()


def test_several_are_confirmed_on_the_page(client, house, hr, nora):
    row = declared(house, nora)
    page = page_of(client, hr, "employments-to-confirm", house.pk)
    (value,) = [one["value"] for one in page.context["rows"]]
    page_of(client, hr, "employments-to-confirm", house.pk, row=[value, "x", "9|NO|2020-01-01"])
    row.refresh_from_db()
    assert row.confirmed_by == hr


@pytest.mark.parametrize("name", ["employments-to-confirm", "own-employment"])
def test_a_stranger_finds_nothing_and_a_colleague_confirms_nothing(client, house, hr, nora, name):
    assert page_of(client, make_user(), name, house.pk).status_code in (403, 404)
    if name == "employments-to-confirm":
        assert page_of(client, nora, name, house.pk).status_code == 403
        assert page_of(client, head_of(house), name, house.pk).status_code == 403
    client.logout()
    assert client.get(reverse(name, args=[house.pk])).status_code == 302


def test_who_has_left_reads_and_asks_nothing_more(house, nora):
    membership(house, nora).delete()
    assert not permissions.can_ask_for_a_correction(nora, house)
    with pytest.raises(Refusal):
        employments.ask_correction(house, "Faux.", by=nora, now=now())


def test_the_grade_is_hr_s_alone(client, house, hr, nora):
    grade = house.grades.create(name="Cadres")
    there = membership(house, nora)
    with pytest.raises(Refusal):
        employments.place_in_grade(there, grade, by=head_of(house))
    assert "grade" not in page_of(client, head_of(house), "employment", there.pk).context["forms"]
    sent = {"what": "grade", "grade": str(grade.pk)}
    assert page_of(client, head_of(house), "employment", there.pk, **sent).status_code == 403
    assert page_of(client, hr, "employment", there.pk, **sent).status_code == 302
    assert Employee.objects.get(person=nora).grade == grade
    elsewhere = make_house(name="Ailleurs").grades.create(name="Autres")
    with pytest.raises(Refusal):
        employments.place_in_grade(there, elsewhere, by=hr)


def test_the_list_asks_as_much_for_many_as_for_few(client, house, hr):
    def questions():
        with CaptureQueriesContext(connection) as asked_of_it:
            page_of(client, hr, "employments-to-confirm", house.pk)
        return len(asked_of_it)

    declared(house, member(house))
    declared(house, member(house))
    questions()  # the session is written
    few = questions()
    for _n in range(9):
        declared(house, member(house))
    assert questions() <= few


def test_a_local_authority_confirms_civil_servants(client):
    """It was offered CDI, CDD and apprentices, whom the law lets it lend nowhere."""
    head = make_user()
    town = make_authority(administrator=head)
    agent = member(town, duty=None)
    client.force_login(head)
    door = reverse("employment", args=[membership(town, agent).pk])
    choices = client.get(door).context["forms"]["facts"].fields["contract"].choices
    assert [(value, str(label)) for value, label in choices][1:] == [("PUBLIC", "fonctionnaire")]
    declared(town, agent, contract="FIXED_TERM")
    choices = client.get(door).context["forms"]["facts"].fields["contract"].choices
    assert [value for value, _label in choices] == ["", "FIXED_TERM", "PUBLIC"]
    Employee.objects.update(contract="PUBLIC")
    page = client.get(reverse("employments-to-confirm", args=[town.pk])).text
    assert "fonctionnaire" in page, "what is confirmed is what counts"
    assert "agent public" not in page
    client.force_login(agent)
    assert "fonctionnaire" in client.get(reverse("own-employment", args=[town.pk])).text
