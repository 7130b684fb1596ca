"""The search shows what its reader may see today, and nothing that says that there is more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import people
from accounts.models import Membership, Organisation, Seat, User
from accounts.scope import Scope
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.actions.documents import documents
from marketplace.actions.talk import messages
from marketplace.finding.asked import Asked
from marketplace.finding.found import find
from marketplace.finding.kind import Reader
from marketplace.finding.kinds import KINDS
from marketplace.models import Kind, Mission, Offer, Regime, ThreadRead
from marketplace.states import NeedStatus
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.desk.test_bosses_who_coordinate import BOSSES, COMPANY, MARK, at_home
from tests.marketplace.documents import document_desk

pytestmark = pytest.mark.django_db


def kinds(user, text):
    return {group.kind.code for group in find(user, Asked.of(text)).groups}


def everything(pole, word):
    """One of each noun that says this word, none of which is public."""
    head = make_user("Zoé", word, email=f"{word.lower()}@example.org")
    house = make_organisation(
        name=f"{word} Verreries", pole=pole, administrator=head, status=OrganisationStatus.SUBMITTED
    )
    need = make_need(house, title=f"{word} à faire", status=NeedStatus.SUBMITTED)
    company = make_organisation(
        COMPANY, name=f"{word} Industrie", pole=pole, administrator=make_user()
    )
    Organisation.objects.filter(pk=house.pk).update(status=OrganisationStatus.ACCEPTED)
    mission = make_mission(
        need=make_need(house, title=f"{word} en cours", is_listed=False),
        work=True, company=company, person=make_user("Zoé", word),
    )  # fmt: skip
    Organisation.objects.filter(pk__in=[house.pk, company.pk]).update(
        status=OrganisationStatus.SUBMITTED
    )
    Offer.objects.filter(pk=mission.offer_id).update(pole=pole)
    messages.say(mission.proposal.thread, by=head, text="Bonjour.", sent_key=word)
    make_offer(make_user("Zoé", word), pole=pole, title=f"{word} à offrir").save()
    return house, need, company, mission


HERS = {"people", "organisations", "needs", "missions", "offers"}


def test_a_coordinator_finds_all_of_their_pole_and_nothing_of_another():
    ours, theirs = make_pole(), make_pole("Pôle des Rives", ("62",))
    maelle, other = make_coordinator(ours), make_coordinator(theirs)
    everything(ours, "Zibeline")
    everything(theirs, "Canari")
    talked = ThreadRead.objects.create
    for reader, word in ((maelle, "zibeline"), (other, "canari")):
        (mission,) = Mission.objects.filter(need__title__istartswith=word)
        assert "conversations" not in kinds(reader, word)
        talked(thread=mission.proposal.thread, user=reader)  # they have looked into it
        assert "conversations" in kinds(reader, word)
        talked(thread=mission.proposal.thread, user=maelle if reader == other else other)
    assert kinds(maelle, "zibel") == HERS | {"conversations"}
    assert kinds(other, "canari") == HERS | {"conversations"}
    for typed in ("canari", "canrai", "canari@example.org", "industrie canari", "zoé canari"):
        assert not kinds(maelle, typed), typed
    assert not kinds(other, "zibeline")


def test_what_is_asked_of_a_few_numbers_says_the_same_as_what_is_asked_of_all():
    ours, theirs = make_pole(), make_pole("Pôle des Rives", ("62",))
    maelle, other = make_coordinator(ours), make_coordinator(theirs)
    everything(ours, "Zibeline")
    _house, _need, _company, mission = everything(theirs, "Canari")
    for reader in (maelle, other, make_user()):
        ThreadRead.objects.create(thread=mission.proposal.thread, user=reader)
    seen_by_some = set()
    for user in User.objects.all():
        reader = Reader(user)
        for kind in KINDS:
            numbers = [*kind.model.objects.values_list("pk", flat=True)]
            if kind.seen:
                rows = kind.rows(reader, numbers).filter(pk__in=numbers)
                assert {*kind.seen(reader, numbers)} == {*rows.values_list("pk", flat=True)}
                seen_by_some |= {kind.code} if rows.exists() else set()
    assert seen_by_some == {"people", "conversations"}


def test_numbers_of_another_pole_find_nothing():
    ours, theirs = make_pole(), make_pole("Pôle des Rives", ("62",))
    maelle = make_coordinator(ours)
    _house, need, _company, mission = everything(theirs, "Canari")
    for typed in (f"besoin {need.pk}", f"mission {mission.pk}", f"offre {mission.offer_id}"):
        assert not kinds(maelle, typed), typed


@pytest.mark.parametrize("how", ["left", "suspended", "ended"])
def test_a_coordinator_of_the_day_before_finds_nothing(how):
    pole = make_pole()
    maelle = make_coordinator(pole)
    everything(pole, "Zibeline")
    operator = maelle.memberships.get().organisation
    if how == "left":
        maelle.memberships.all().delete()
    elif how == "suspended":
        Organisation.objects.filter(pk=operator.pk).update(status=OrganisationStatus.SUSPENDED)
    else:
        Seat.objects.filter(operator=operator).update(status=SeatStatus.ENDED, until=timezone.now())
    assert not kinds(maelle, "zibeline")
    assert not kinds(maelle, "zibeline@example.org")


def test_a_stranger_and_an_employee_find_nothing_that_isnt_public():
    pole = make_pole()
    _house, _need, company, _mission = everything(pole, "Zibeline")
    employee = make_user()
    Membership.objects.create(user=employee, organisation=company, role="EMPLOYEE")
    assert not kinds(make_user(), "zibeline")
    assert kinds(employee, "zibeline") == {"organisations"}  # their own house


def test_a_representative_finds_what_is_their_structures_and_nobody_of_another():
    pole = make_pole()
    house, *_others = everything(pole, "Zibeline")
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=house)
    assert kinds(colleague, "zibeline") >= {
        "organisations",
        "needs",
        "missions",
        "conversations",
        "people",
    }
    assert "offers" not in kinds(colleague, "offrir")
    Membership.objects.filter(user=colleague).delete()
    assert not kinds(colleague, "zibeline")


@pytest.mark.parametrize("hat", BOSSES)
def test_a_boss_who_coordinates_finds_nothing_offered_at_home_under_them(hat):
    world = at_home(hat)
    for title in (MARK, "zacharie", "quenot"):
        assert not kinds(world.boss, title) & {"offers", "missions", "conversations"}, title
    assert kinds(world.other, MARK) >= {"offers"}
    assert kinds(world.other, "quenot") >= {"missions"}


def test_a_company_never_finds_the_own_time_of_its_people():
    company = make_organisation(COMPANY, administrator=make_user())
    boss, nora = company.members.get(), make_user("Nora", "Zibeline")
    Membership.objects.create(user=nora, organisation=company, role="EMPLOYEE")
    make_offer(nora, title="Zinguerie du samedi")
    make_mission(person=nora, need=make_need(title="Zinguer le toit", is_listed=False))
    assert kinds(boss, "zibeline") == {"people"}  # who works there
    assert not kinds(boss, "zing")


def test_a_session_by_an_employers_sign_in_finds_only_its_working_time():
    company = make_organisation(COMPANY)
    nora = make_user("Nora", "Chérif")
    make_mission(
        person=nora,
        work=True,
        company=company,
        need=make_need(title="Zinguer au travail", is_listed=False),
    )
    make_mission(person=nora, need=make_need(title="Zinguer chez soi", is_listed=False))
    assert [len(group.lines) for group in find(nora, Asked.of("zinguer"), "missions").groups] == [2]
    nora.scope = Scope(own=False, only=company.pk)
    (group,) = find(nora, Asked.of("zinguer"), "missions").groups
    assert len(group.lines) == 1
    assert not find(nora, Asked.of("chez soi")).groups


def test_a_closed_account_is_found_by_nobody_and_keeps_no_word():
    pole = make_pole()
    maelle, zoe = make_coordinator(pole), make_user("Zoé", "Zibeline")
    make_offer(zoe, pole=pole)
    assert "people" in kinds(maelle, "zibeline")
    people.forget(zoe, now=timezone.now())
    zoe.refresh_from_db()
    assert (zoe.search_text, zoe.search_name) == ("", "")
    assert "people" not in kinds(maelle, "zibeline")


def test_a_line_never_shows_an_address(client):
    pole = make_pole()
    maelle = make_coordinator(pole)
    everything(pole, "Zibeline")
    client.force_login(maelle)
    page = client.get(
        reverse("find"), {"q": "zibeline@example.org"}, headers={"HX-Request": "true"}
    )
    assert "Zoé" in page.content.decode()
    assert page.content.decode().count("zibeline@example.org") == 1  # what was typed


def test_each_line_opens_for_its_reader(client):
    pole = make_pole()
    house, *_others, mission = everything(pole, "Zibeline")
    head, maelle = house.members.get(), make_coordinator(pole)
    for reader in (maelle, head, mission.offer.person):
        client.force_login(reader)
        urls = [
            line.url for group in find(reader, Asked.of("zibel")).groups for line in group.lines
        ]
        assert urls
        for url in urls:
            assert client.get(url).status_code == 200, url


def test_a_paper_is_found_by_its_number_by_those_who_may_read_it():
    mission = document_desk.make_mission(Regime.PRESTATION)
    head = mission.need.organisation.members.first()
    paper = documents.make(Kind.CONVENTION_SERVICE, mission, by=head, now=timezone.now())
    maelle = make_coordinator(mission.need.pole)
    other = make_coordinator(make_pole("Pôle des Rives", ("62",)))
    for reader in (head, maelle):
        for typed in (paper.reference, paper.reference.lower(), paper.reference[2:]):
            (group,) = find(reader, Asked.of(typed)).groups
            assert (group.kind.code, len(group.lines)) == ("papers", 1)
        assert not find(reader, Asked.of(f"{paper.letter}-{paper.year}-9999")).groups
    for reader in (other, make_user()):
        assert not kinds(reader, paper.reference)
