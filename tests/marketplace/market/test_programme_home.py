"""The page of who runs an employer's programmes: who reads it, what it shows, and their first page."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format

from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation
from marketplace.actions.market import headcounts, people
from marketplace.desk import programmes_open
from marketplace.models import Duty, Headcount, Offer, Round, RoundAnswer
from marketplace.views.market import programme_words
from tests.accounts.at_work_people import by_sign_in, link, sign_in_of
from tests.factories import (
    in_days,
    make_authority,
    make_coordinator,
    make_mission,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.market.programme_house import (
    at_work,
    employ,
    give,
    head_of,
    make_house,
    make_programme,
    make_site,
    member,
)

Role, Kind = Membership.Role, Duty.Kind
THIS = timezone.localdate().year


@pytest.fixture
def house():
    return make_house()


def url_of(house, name="programme-home", *more):
    return reverse(name, args=[house.pk, *more])


def page_of(client, user, house, name="programme-home", *more):
    client.force_login(user)
    return client.get(url_of(house, name, *more))


def main_of(answer):
    return answer.text.partition("<main")[2].partition("</main")[0]


# --- who reads it -------------------------------------------------------------------------------
@pytest.mark.parametrize("duty", [Kind.CSR, Kind.PROGRAMME, Kind.HR, Kind.SIGNATORY])
def test_those_charged_with_it_read_it(client, house, duty):
    assert page_of(client, member(house, Role.REPRESENTATIVE, duty), house).status_code == 200
    assert page_of(client, head_of(house), house).status_code == 200


@pytest.mark.parametrize(
    ("role", "duty"),
    [(Role.EMPLOYEE, None), (Role.REPRESENTATIVE, None), (Role.REPRESENTATIVE, Kind.MANAGER)],
)
def test_an_employee_a_representative_and_a_manager_dont(client, house, role, duty):
    person = member(house, role, duty)
    for name, more in (("programme-home", ()), ("programme-year", (THIS,)), ("headcount", (THIS,))):
        assert page_of(client, person, house, name, *more).status_code == 403


def test_a_stranger_a_coordinator_and_nobody_dont(client, house):
    assert client.get(url_of(house)).status_code == 302
    assert page_of(client, make_user(), house).status_code == 403
    assert page_of(client, make_coordinator(), house).status_code == 403
    waiting = make_house(name="Pas encore lue", status="SUBMITTED")
    assert page_of(client, make_user(), waiting).status_code == 404


def test_who_has_left_doesnt(client, house):
    person = member(house, Role.REPRESENTATIVE, Kind.CSR)
    membership = house.memberships.get(user=person)
    people.remove(membership, by=head_of(house), now=timezone.now())
    assert page_of(client, person, house).status_code == 403


def test_a_suspended_house_is_read_and_nothing_is_done_there(client, house):
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    answer = page_of(client, head_of(house), house)
    assert answer.status_code == 200
    assert url_of(house, "headcount", THIS) not in answer.text
    assert page_of(client, head_of(house), house, "headcount", THIS).status_code == 403


def test_it_goes_by_the_capability_to_lend_and_not_by_the_kind(client):
    """An authority lends its agents, an association its staff; an operator lends nobody."""
    head = make_user()
    for lends in (make_authority(administrator=head), make_organisation(administrator=head)):
        assert page_of(client, head, lends).status_code == (200 if lends.may_offer else 403)
    operator = make_organisation(Organisation.Kind.OPERATOR, administrator=head)
    assert page_of(client, head, operator).status_code == 403


def test_it_opens_in_a_session_of_the_houses_sign_in(house):
    head = head_of(house)
    sign_in = sign_in_of(house, head)
    link(head, sign_in, "claire@verreries-du-nord.fr")
    assert by_sign_in(head, sign_in).get(url_of(house)).status_code == 200


@pytest.mark.parametrize("year", [1999, THIS + 1, 99_999_999])
def test_a_year_to_come_or_long_gone_is_not_found(client, house, year):
    for name in ("programme-year", "headcount"):
        assert page_of(client, head_of(house), house, name, year).status_code == 404


# --- what it shows ------------------------------------------------------------------------------
def test_the_head_tells_days_out_of_the_budget_and_people_out_of_the_headcount(client, house):
    programme = make_programme(house, budget_days=Decimal(300))
    Headcount.objects.create(organisation=house, year=THIS, people=200)
    person = member(house)
    site = make_site(house, "Usine de Lens")
    employ(house, person, "Ligne 1", site)
    mission = at_work(house, programme=programme, person=person)
    give(mission, person, timezone.localdate(), "10.5")
    page = main_of(page_of(client, head_of(house), house))
    for words in (
        "1,5 sur 300 jours",
        "sur un effectif de 200",
        "0,5",
        "Ligne 1",
        "Usine de Lens",
        "Deux jours",
    ):
        assert words in page


def test_without_a_headcount_no_page_says_of_how_many(client, house):
    make_programme(house)
    mission = at_work(house)
    give(mission, mission.offer.person, timezone.localdate(), 7)
    head = head_of(house)
    for url in (url_of(house), reverse("home")):
        client.force_login(head)
        page = main_of(client.get(url))
        assert "1 personne" in page or ">1<" in page
        assert "sur 1" not in page
        assert not re.search(r"\b100\b", page)
    assert "L’effectif n’est pas renseigné" in page_of(client, head, house).text


def test_a_non_profit_lends_and_no_programme_is_named_where_none_is(client):
    head = make_user()
    lends = make_organisation(administrator=head, legal_form="ASSOCIATION")
    mission = at_work(lends)
    give(mission, mission.offer.person, timezone.localdate(), 7)
    client.force_login(head)
    panel = client.get(reverse("home")).context["houses"][0]
    assert panel.title == f"{lends} en {THIS}"
    assert panel.given == "prêtés\xa0: 1 jour"
    assert panel.people == "1 personne prêtée"


def test_nobody_is_named_of_those_who_gave(client, house):
    person = member(house, first_name="Zoé", last_name="Quaghebeur")
    mission = at_work(house, person=person)
    give(mission, person, timezone.localdate(), 7)
    assert "Quaghebeur" not in page_of(client, head_of(house), house).text


def test_own_time_of_its_people_is_not_there(client, house):
    person = member(house)
    own = make_mission(person=person, status="RUNNING")
    give(own, person, timezone.localdate(), 7)
    page = main_of(page_of(client, head_of(house), house))
    assert own.need.title not in page
    assert "Rien n’a été donné" in page


def test_a_non_profit_without_days_is_told_of_lending_and_not_of_giving(client):
    head = make_user()
    lends = make_organisation(administrator=head, legal_form="ASSOCIATION")
    page = main_of(page_of(client, head, lends))
    assert "Personne n’a été prêté sur le temps de travail" in page
    assert "Rien n’a été donné" not in page


def test_a_house_that_begins_is_told_what_to_do_first(client, house):
    page = main_of(page_of(client, head_of(house), house))
    assert "aucune offre ouverte n’en nomme une en ce moment" in page, "they may have stopped"
    assert reverse("programme-new", args=[house.pk]) in page
    assert reverse("gathering", args=[house.pk]) in page
    signatory = member(house, Role.REPRESENTATIVE, Kind.SIGNATORY)
    assert reverse("programme-new", args=[house.pk]) not in main_of(
        page_of(client, signatory, house)
    )


def test_a_year_without_hours_asks_for_no_team_that_is_said_already(client, house):
    mission = at_work(house)
    employ(house, mission.offer.person, "Juridique")
    groups = page_of(client, head_of(house), house).context["groups"]
    assert {one.asks_for for one in groups} == {"Aucune heure de cette année n’est confirmée."}
    give(mission, mission.offer.person, timezone.localdate(), 3)
    assert page_of(client, head_of(house), house).context["groups"][1].asks_for == ""


def test_more_than_ten_teams_are_ten_bars_and_the_others_and_all_in_the_table(client, house):
    for number in range(12):
        mission = at_work(house)
        employ(house, mission.offer.person, f"Équipe {number:02}")
        give(mission, mission.offer.person, timezone.localdate(), number + 1)
    answer = page_of(client, head_of(house), house)
    teams = answer.context["groups"][1]
    assert len(teams.bars) == 11
    assert teams.bars[-1].label == "les autres"
    assert len(teams.rows) == 12


def test_what_is_open_is_told_with_what_is_left(client, house):
    programme = make_programme(house, places=3, budget_days=Decimal(10))
    at_work(house, programme=programme)
    make_programme(house, "Fermé", ends_on=in_days(-1))
    call = make_round(house, programme, status="OPEN")
    RoundAnswer.objects.create(round=call, person=member(house), answer="COMES")
    RoundAnswer.objects.create(round=call, person=member(house), answer="DECLINES")
    page = main_of(page_of(client, head_of(house), house))
    assert "2 places restantes" in page
    assert "inscriptions : 1 sur 20".replace(" :", "\xa0:") in page
    assert "Fermé" not in page


def test_what_is_left_of_a_budget_is_told_with_the_number_that_the_list_tells(client, house):
    """Given are the confirmed hours; taken or planned are those of missions under way as well: each says which it is."""
    programme = make_programme(house, budget_days=Decimal(40))
    mission = at_work(house, programme=programme)
    give(mission, mission.offer.person, timezone.localdate(), 7)
    head = head_of(house)
    of_both = programmes_open.programmes(house, today=timezone.localdate())[0]
    taken = number_format(of_both.taken.normalize())
    assert of_both.taken + of_both.days == 40
    page = main_of(page_of(client, head, house)).replace("\xa0", " ")
    assert "1 sur 40 jours" in page
    assert "heures notées et confirmées" in page
    assert f"à prévoir cette année (pris ou prévus : {taken} sur 40)" in page
    listed = main_of(page_of(client, head, house, "programmes")).replace("\xa0", " ")
    assert f"jours pris ou prévus : {taken} sur 40" in listed


def test_what_was_given_outside_the_budget_is_told_on_the_first_page_too(client, house):
    make_programme(house, budget_days=Decimal(150))
    mission = at_work(house)
    give(mission, mission.offer.person, timezone.localdate(), 14)
    client.force_login(head_of(house))
    page = main_of(client.get("/")).replace("\xa0", " ")
    assert "donné : 0 sur 150 jours, et hors budget : 2 jours" in page
    assert "hors budget : 2 jours" in main_of(client.get(url_of(house))).replace("\xa0", " ")


def make_round(house, programme, **fields):
    dates = {"starts_on": in_days(20), "ends_on": in_days(30), "answer_by": in_days(10)}
    return Round.objects.create(
        organisation=house, programme=programme, places=20, created_by=head_of(house),
        **{"title": "En mars"} | dates | fields,
    )  # fmt: skip


def test_a_past_year_shows_its_figures_and_nothing_of_today(client, house):
    make_programme(house, "Deux jours pour tous")
    page = main_of(page_of(client, head_of(house), house, "programme-year", THIS - 1))
    assert "Ce qui est ouvert" not in page
    assert url_of(house, "programme-year", THIS) in page


# --- the headcount ------------------------------------------------------------------------------
def test_who_runs_the_programme_says_the_headcount_and_corrects_it(client, house):
    client.force_login(member(house, Role.REPRESENTATIVE, Kind.CSR))
    for said in (312, 320):
        answer = client.post(url_of(house, "headcount", THIS), {"people": said}, follow=True)
        assert f"sur un effectif de {said}" in main_of(answer)
    assert Headcount.objects.get().people == 320


@pytest.mark.parametrize("said", ["", "0", "-4", "douze", "9" * 30, "3,5"])
def test_a_bad_headcount_is_kept_in_its_field_with_a_sentence(client, house, said):
    client.force_login(head_of(house))
    answer = client.post(url_of(house, "headcount", THIS), {"people": said})
    assert answer.status_code == 200
    assert answer.context["form"].errors["people"]
    assert f'value="{said}"' in answer.text or not said
    assert not Headcount.objects.exists()


def test_the_act_refuses_whoever_doesnt_run_it_and_a_year_to_come(house):
    now = timezone.now()
    signatory = member(house, Role.REPRESENTATIVE, Kind.SIGNATORY)
    for by, year in ((signatory, THIS), (make_user(), THIS), (head_of(house), THIS + 1)):
        with pytest.raises(Refusal):
            headcounts.say(house, year, 12, by=by, now=now)
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    with pytest.raises(Refusal):
        headcounts.say(Organisation.objects.get(pk=house.pk), THIS, 12, by=head_of(house), now=now)
    assert not Headcount.objects.exists()


# --- the first page -----------------------------------------------------------------------------
def test_the_first_page_of_who_runs_it_begins_with_their_house(client, house):
    programme = make_programme(house, "Deux jours pour tous", places=4)
    make_round(house, programme, title="Chantier de mars", status="OPEN")
    client.force_login(member(house, Role.REPRESENTATIVE, Kind.CSR))
    page = main_of(client.get("/"))
    assert page.index("Verreries du Nord, programme") < page.index("Piloter le programme")
    assert 'class="btn btn-accent" href="' + url_of(house) in page
    assert page.count("btn-accent") == 1
    for words in ("Chantier de mars", "Deux jours pour tous", "4 places restantes"):
        assert words in page


def test_nobody_else_of_the_house_has_it_on_theirs(client, house):
    make_programme(house)
    for role, duty in (
        (Role.EMPLOYEE, None),
        (Role.REPRESENTATIVE, None),
        (Role.REPRESENTATIVE, Kind.MANAGER),
    ):
        client.force_login(member(house, role, duty))
        assert "Piloter le programme" not in client.get("/").text


def test_a_house_without_people_lent_or_suspended_has_none(client, house):
    client.force_login(head_of(house))
    assert f'href="{url_of(house)}"' not in client.get("/").text
    make_offer(member(house), organisation=house)
    page = client.get("/").text
    assert f'href="{url_of(house)}"' in page
    assert "Piloter le programme" not in page, "there is none"
    Offer.objects.update(status="DRAFT")
    assert f'href="{url_of(house)}"' not in client.get("/").text
    make_programme(house)
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    assert "Piloter le programme" not in client.get("/").text


def test_of_several_houses_three_at_the_most(client):
    head = make_user()
    for number in range(4):
        one = make_organisation(Organisation.Kind.COMPANY, administrator=head, name=f"M{number}")
        one.programmes.create(name="P", days_per_year=2)
    client.force_login(head)
    assert client.get("/").text.count("Piloter le programme<") == 3


def test_its_own_page_leads_there(client, house):
    page = page_of(client, head_of(house), house, "organisation").text
    assert url_of(house) in page
    employee = page_of(client, member(house), house, "organisation").text
    assert url_of(house) not in employee


def test_of_many_teams_the_table_tells_the_first_and_the_file_all(client, house, monkeypatch):
    monkeypatch.setattr(programme_words, "LISTED", 2)
    for number in range(4):
        mission = at_work(house)
        employ(house, mission.offer.person, f"Équipe {number}")
        give(mission, mission.offer.person, timezone.localdate(), 7 + number)
    for name in ("programme-home", "organisation-year"):
        more = (THIS,) if name == "organisation-year" else ()
        page = main_of(page_of(client, head_of(house), house, name, *more))
        table = page.partition("Par équipe</caption>")[2].partition("</details>")[0]
        assert "Équipe 3" in table
        assert "Équipe 1" not in table
        assert "Et 2 autres." in table
        assert reverse("taking-out-year", args=[house.pk, THIS]) in table


def test_the_page_asks_as_many_questions_of_a_larger_house(
    client, house, django_assert_num_queries
):
    programme = make_programme(house)

    def fill(times):
        for _n in range(times):
            mission = at_work(house, programme=programme, status="DOCUMENTS")
            employ(house, mission.offer.person, f"Équipe {mission.pk}")
            give(mission, mission.offer.person, timezone.localdate() - timedelta(days=1), 7)

    fill(2)
    client.force_login(head_of(house))
    client.get(url_of(house))
    with django_assert_num_queries(23):
        client.get(url_of(house))
    fill(4)
    with django_assert_num_queries(23):
        client.get(url_of(house))
