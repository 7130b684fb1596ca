"""The pages of the coordinators' lists: who opens them, through which filters, in which order, in which columns."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import notes
from marketplace.desk.lists import KINDS
from marketplace.models import Mission, Need, Offer, Referent, Regime
from marketplace.states import MissionStatus, NeedStatus
from marketplace.views.desk import lists
from tests.factories import (
    in_days,
    make_commune,
    make_department,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.desk.desk_people import ago, elsewhere, make_colleague, submitted
from tests.marketplace.desk.list_rows import one_of_each


def page_of(client, code="besoins", query="tout=1"):
    return client.get(f"{reverse('lists', args=[code])}?{query}")


def names(page) -> list[str]:
    """The first cell of each row."""
    found = re.findall(r"data-line>(.*?)</a>", page.content.decode())
    return [unescape(name) for name in found]


@pytest.mark.parametrize("code", KINDS)
def test_a_list_shows_the_rows_of_the_pole_and_none_of_another(client, nadia, pole, code):
    one_of_each(pole)
    stranger = elsewhere()
    theirs = one_of_each(stranger.organisations.get().pole, person=make_user("Zoé", "Canari"))
    Need.objects.filter(pk=theirs["besoins"].pk).update(title="Canari", search_name="canari")
    Offer.objects.filter(pk=theirs["offres"].pk).update(title="Canari")
    Organisation.objects.filter(pk=theirs["organisations"].pk).update(name="Canari")
    client.force_login(nadia)
    page = page_of(client, code)
    assert page.status_code == 200
    assert names(page)
    assert "Canari" not in page.content.decode()
    client.force_login(stranger)
    assert "Canari" in page_of(client, code).content.decode()


@pytest.mark.parametrize("code", KINDS)
def test_only_who_coordinates_today_opens_it(client, nadia, karim, pole, code):
    rows = one_of_each(pole)
    assert page_of(client, code).status_code == 302
    for person in (rows["personnes"], rows["organisations"].members.first(), make_user()):
        client.force_login(person)
        assert page_of(client, code).status_code == 403
    Membership.objects.filter(user=karim).delete()
    client.force_login(karim)
    assert page_of(client, code).status_code == 403


def test_there_are_five_lists_and_no_sixth(client, nadia):
    client.force_login(nadia)
    assert page_of(client, "papiers").status_code == 404


def sought(client, code, **asked) -> list[str]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return names(page_of(client, code, query))


@pytest.fixture
def two_needs(nadia, karim):
    """One waits to be read for long and is nobody's, the other is published and Karim's."""
    away = make_commune("59392", "Maubeuge", epci_code="200", epci_name="Maubeuge Val de Sambre")
    one = submitted(40, title="Le premier", commune=away, time="OWN")
    other = make_need(member=make_user(), title="Le second", skills=("tresorerie",), time="WORK")
    Need.objects.filter(pk=other.pk).update(coordinator=karim)
    Need.objects.filter(pk=one.pk).update(updated_at=ago(40))
    notes.pin(one, pole=nadia.organisations.get().pole, words="à visiter", by=nadia)
    return one, other


@pytest.mark.parametrize(
    "asked",
    [
        {"etat": "SUBMITTED"},
        {"suivi": "personne"},
        {"promesse": "depassee"},
        {"epci": "200"},
        {"competence": "site-web"},
        {"temps": "OWN"},
        {"age": "30"},
        {"etiquette": "à visiter"},
        {"q": "premier"},
    ],
)
def test_each_filter_of_needs_leaves_its_rows(client, nadia, two_needs, asked):
    client.force_login(nadia)
    assert sought(client, "besoins", **asked) == ["Le premier"]


@pytest.mark.parametrize(
    "asked",
    [{"etat": "PUBLISHED"}, {"depuis": "7"}, {"temps": "WORK"}, {"competence": "tresorerie"}],
)
def test_and_leaves_the_others_out(client, nadia, two_needs, asked):
    client.force_login(nadia)
    assert sought(client, "besoins", **asked) == ["Le second"]


def test_what_a_colleague_follows_is_found_by_their_name_and_by_their_operator(
    client, nadia, karim, two_needs
):
    client.force_login(nadia)
    assert sought(client, "besoins", suivi=f"p{karim.pk}") == ["Le second"]
    operator = nadia.organisations.get()
    assert sought(client, "besoins", operateur=operator.pk) == ["Le second"]
    Need.objects.update(coordinator=None, operator=operator)
    assert sought(client, "besoins", suivi="operateur", etat="SUBMITTED") == ["Le premier"]
    client.force_login(karim)
    Need.objects.filter(pk=two_needs[1].pk).update(coordinator=karim)
    assert sought(client, "besoins", suivi="moi") == ["Le second"]


def test_a_territory_is_a_filter(client, nadia, pole):
    aisne = make_department("02", "Aisne")
    pole.departments.add(aisne)
    make_need(member=make_user(), title="À Lille")
    laon = make_commune("02408", "Laon", department=aisne)
    make_need(member=make_user(), title="À Laon", commune=laon)
    client.force_login(nadia)
    assert sought(client, "besoins", departement="02") == ["À Laon"]


def test_missions_are_found_by_their_state_their_frame_and_whether_they_go_on(client, nadia, pole):
    stuck = make_mission(status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING)
    make_mission(work=True, status=MissionStatus.RUNNING, regime=Regime.PRESTATION)
    Mission.objects.filter(pk=stuck.pk).update(moved_at=ago(30), starts_on=ago(20))
    client.force_login(nadia)
    title = stuck.need.title
    for asked in (
        {"etat": "FRAMING"},
        {"regime": "VOLUNTEERING"},
        {"promesse": "bloquee"},
        {"temps": "OWN"},
        {"age": "15"},
        {"q": title},
    ):
        assert sought(client, "missions", **asked) == [title], asked


def test_needs_that_nobody_answers_are_found(client, nadia):
    make_need(title="Personne encore")
    make_proposal(need=make_need(title="Quelqu’un"))
    make_proposal(need=make_need(title="Un non"), status="DECLINED")
    client.force_login(nadia)
    assert set(sought(client, "besoins", reponse="personne")) == {"Personne encore", "Un non"}
    assert sought(client, "besoins", reponse="quelqu-un") == ["Quelqu’un"]


def test_organisations_are_found_by_what_they_are_and_who_follows_them(client, nadia):
    waits = make_organisation(name="Les Bottines", status="SUBMITTED", created_at=ago(40))
    make_organisation(Organisation.Kind.COMPANY, name="Les Verreries")
    Referent.objects.create(organisation=waits, coordinator=nadia)
    client.force_login(nadia)
    for asked in (
        {"etat": "SUBMITTED"},
        {"suivi": "moi"},
        {"promesse": "depassee"},
        {"nature": "ESS"},
        {"age": "30"},
        {"q": "bottines"},
    ):
        assert sought(client, "organisations", **asked) == ["Les Bottines"], asked
    assert "Les Verreries" in sought(client, "organisations", nature="COMPANY")
    assert "de l’ess" not in page_of(client, "organisations").text, "letters as they are"


def test_people_are_found_by_what_they_do_know_and_give(client, nadia):
    make_skill("plomberie")
    offers = make_offer(make_user("Ana", "Offre"), skills=("plomberie",)).person
    speaks = make_organisation(member=make_user("Ben", "Parle")).members.get()
    comes = make_mission(person=make_user("Chloé", "Vient")).offer.person
    client.force_login(nadia)
    assert set(sought(client, "personnes", lien="offre")) == {"Offre Ana"}
    assert "Parle Ben" in sought(client, "personnes", lien="represente")
    assert sought(client, "personnes", lien="mission") == ["Vient Chloé"]
    assert sought(client, "personnes", competence="plomberie") == ["Offre Ana"]
    assert sought(client, "personnes", temps="WORK") == []
    assert sought(client, "personnes", q="ben parle") == ["Parle Ben"]
    assert {offers, speaks, comes} <= set(KINDS["personnes"].rows(nadia))


@pytest.mark.parametrize(
    ("code", "column"),
    [
        (code, column.name)
        for code, kind in KINDS.items()
        for column in kind.columns
        if column.order
    ],
)
def test_each_order_is_read_on_page_after_page_though_its_keys_are_equal(
    client, nadia, pole, monkeypatch, code, column
):
    """Five rows whose keys are the same two by two."""
    monkeypatch.setattr(lists, "A_PAGE", 2)
    moment, day = timezone.now(), timezone.localdate()
    for number in range(5):
        each = one_of_each(pole, person=make_user("Ana", f"Nom {number // 2}"))
        when = ago(number // 2)
        each["besoins"].__class__.objects.filter(pk=each["besoins"].pk).update(
            search_name=f"{number // 2}", starts_on=day, updated_at=when, created_at=when
        )
        Offer.objects.filter(pk=each["offres"].pk).update(
            title=f"{number // 2}", updated_at=when, created_at=moment
        )
        Mission.objects.filter(pk=each["missions"].pk).update(moved_at=when, created_at=when)
    wanted = set(KINDS[code].rows(nadia).values_list("pk", flat=True))
    client.force_login(nadia)
    for sign in ("", "-"):
        found, query = [], f"tri={sign}{column}"
        while query:
            page = page_of(client, code, query)
            found += [row["number"] for row in page.context["rows"]]
            after = page.context["page"].after
            query = f"tri={sign}{column}&after={after}" if after else ""
        assert len(found) == len(wanted)
        assert set(found) == wanted


def test_the_heading_by_which_it_is_sorted_says_so_and_turns_it_round(client, nadia):
    submitted(1, title="Alpha")
    submitted(2, title="Bêta")
    client.force_login(nadia)
    page = page_of(client, query="tri=titre")
    assert names(page) == ["Alpha", "Bêta"]
    assert 'aria-sort="ascending"><a href="?tri=-titre"' in page.content.decode()
    assert names(page_of(client, query="tri=-titre")) == ["Bêta", "Alpha"]


def test_what_an_address_cannot_mean_is_said_and_left_out(client, nadia):
    submitted(1, title="Alpha")
    client.force_login(nadia)
    lost = "etat=MOUSTACHE&etiquette=partie&suivi=p999999&tri=-rien&colonnes=x.y&after=²&q=%00"
    page = page_of(client, query=lost)
    assert names(page) == ["Alpha"]
    said = page.content.decode()
    assert said.count("ne se comprend plus") == 3
    assert "Le filtre «\u00a0Étiquette\u00a0»" in said


def test_a_filter_in_force_is_a_chip_that_takes_it_away(client, nadia):
    submitted(1, title="Alpha")
    client.force_login(nadia)
    page = page_of(client, query="etat=SUBMITTED&suivi=personne").content.decode()
    assert 'href="?suivi=personne"' in page
    assert 'href="?etat=SUBMITTED"' in page


def test_the_columns_are_chosen_and_stay_in_the_address(client, nadia):
    submitted(1, title="Alpha", hours=37)
    client.force_login(nadia)
    assert "37" not in [cell["words"] for cell in page_of(client).context["rows"][0]["cells"]]
    answer = client.get(
        reverse("lists", args=["besoins"]), {"colonne": ["heures", "etat"], "etat": "SUBMITTED"}
    )
    assert answer["Location"].endswith("?etat=SUBMITTED&colonnes=etat.heures")
    page = client.get(answer["Location"])
    labels = [str(cell["label"]) for cell in page.context["rows"][0]["cells"]]
    assert labels == ["Titre", "État", "Heures"]
    assert 'href="?etat=SUBMITTED&amp;tri=titre&amp;colonnes=etat.heures"' in page.content.decode()


def all_columns(code):
    return "colonnes=" + ".".join(column.name for column in KINDS[code].columns)


def test_each_column_says_what_it_reads(client, nadia, karim, pole):
    company_mission = make_mission(
        work=True, status=MissionStatus.RUNNING, regime=Regime.PRESTATION
    )
    need, offer = company_mission.need, company_mission.offer
    Need.objects.filter(pk=need.pk).update(coordinator=karim, status=NeedStatus.FILLED)
    notes.pin(need, pole=pole, words="urgent", by=nadia)
    notes.pin(need, pole=pole, words="à voir", by=nadia)
    client.force_login(nadia)

    def cells(code, number):
        rows = page_of(client, code, all_columns(code)).context["rows"]
        found = next(row for row in rows if row["number"] == number)
        return {str(cell["label"]): cell["words"] for cell in found["cells"]}

    said = cells("besoins", need.pk)
    assert said["Titre"] == need.title
    assert said["Structure"] == need.organisation.name
    assert said["État"] == "Pourvu"
    assert said["En charge"] == "Karim Benali"
    assert said["Étiquettes"] == "urgent, à voir"
    assert said["Heures"] == "40"
    said = cells("missions", company_mission.pk)
    assert said["Employeur"] == offer.organisation.name
    assert said["Qui participe"] == "Noé Lambert"
    assert said["État"] == "En cours"
    said = cells("offres", offer.pk)
    assert said["Qui viendrait"] == "Noé Lambert"
    assert said["Organisation"] == offer.organisation.name
    said = cells("organisations", need.organisation_id)
    assert (said["Besoins"], said["Missions reçues"]) == ("1", "1")
    said = cells("personnes", offer.person_id)
    assert (said["Nom"], said["Offres"], said["Missions"]) == ("Lambert Noé", "1", "1")
    assert offer.person.email in said.values()


def test_a_boss_who_coordinates_counts_nothing_of_what_is_done_at_home_under_them(
    client, nadia, karim
):
    mission = make_mission()
    person, structure = mission.offer.person, mission.need.organisation
    company = make_mission(work=True).offer.organisation
    Membership.objects.create(user=person, organisation=company, role="MEMBER")
    Membership.objects.create(user=nadia, organisation=company, role="ADMINISTRATOR")

    def missions_of(code, number):
        rows = page_of(client, code, "colonnes=missions").context["rows"]
        return next(row for row in rows if row["number"] == number)["cells"][1]["words"]

    client.force_login(nadia)
    assert missions_of("personnes", person.pk) == "0"
    assert missions_of("organisations", structure.pk) == "0"
    client.force_login(karim)
    assert missions_of("personnes", person.pk) == "1"
    assert missions_of("organisations", structure.pk) == "1"


@pytest.mark.parametrize("code", KINDS)
def test_no_list_asks_more_for_more_rows_nor_for_more_colleagues(
    client, nadia, pole, django_assert_max_num_queries, code
):
    client.force_login(nadia)
    for _one in range(6):
        one_of_each(pole)
        make_colleague(nadia)
    page_of(client, code, all_columns(code))
    with django_assert_max_num_queries(17):
        assert page_of(client, code, all_columns(code)).status_code == 200


def test_the_rest_of_a_column_of_the_board_is_a_link_to_the_list_of_all_of_it(client, nadia):
    for _one in range(14):
        make_mission(status=MissionStatus.RUNNING)
    Mission.objects.filter(pk__in=Mission.objects.values("pk")[:13]).update(coordinator=nadia)
    client.force_login(nadia)
    for whose, count in (("", 14), ("mine", 13)):
        board = client.get(reverse("desk-board", args=["missions"]), {"whose": whose})
        link = re.search(r'href="(/bureau/listes/[^"]*etat=RUNNING[^"]*)"', board.text)
        assert len(names(client.get(unescape(link[1])))) == count


def test_the_whole_page_is_ticked_by_a_link_and_nothing_else_is(client, nadia):
    submitted(1)
    client.force_login(nadia)
    assert 'name="rows"' in page_of(client).text
    assert " checked>" not in page_of(client).text.partition("<tbody>")[2].partition("</tbody>")[0]
    ticked = page_of(client, query="cocher=1").text
    assert " checked>" in ticked.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_mission_that_was_over_sooner_says_its_real_last_day(client, nadia, pole):
    mission = one_of_each(pole)["missions"]
    begun = timezone.now() - timedelta(days=20)
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.CLOSED, starts_on=in_days(-20), ends_on=in_days(40),
        started_at=begun, delivered_at=begun + timedelta(days=10),
    )  # fmt: skip
    client.force_login(nadia)
    page = page_of(client, "missions").text
    assert f"{in_days(-10):%d/%m/%Y}" in page
    assert f"{in_days(40):%d/%m/%Y}" not in page
