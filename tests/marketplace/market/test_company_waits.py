"""What waits for an employer: an act for whoever may do it; to the others, whose turn it is, and no button."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.documents import documents, signatures
from marketplace.desk import company_waits
from marketplace.models import (
    Agreement,
    Duty,
    Kind,
    Mission,
    Offer,
    Proposal,
    Regime,
    Round,
    RoundTeam,
)
from marketplace.models.market.proposals import Origin
from marketplace.states import MissionStatus
from tests.factories import in_days, make_need, make_offer, make_proposal
from tests.marketplace.documents import document_desk
from tests.marketplace.market.programme_house import (
    at_work,
    head_of,
    make_house,
    make_programme,
    member,
)

Role = Membership.Role


@pytest.fixture
def house():
    return make_house(siren="732829320", address="3 quai du Wault")


def lines(user, house):
    memberships = list(Membership.objects.of(user).select_related("organisation"))
    found = company_waits.of(user, memberships, house, now=timezone.now())
    assert found.are_all
    return found.mine, found.awaited


def charged(house, duty, last_name):
    return member(house, Role.REPRESENTATIVE, duty, first_name="Paul", last_name=last_name)


def asked_of_the_employer(house):
    mission = at_work(house, status=MissionStatus.AGREEMENT, regime=Regime.PRESTATION)
    asked = {"mission": mission, "sheet_version": 1, "asked_by": mission.offer.person}
    Agreement.objects.create(
        asked=Agreement.Asked.MANAGER, name="Ana Petit", answer="YES", answered_at=timezone.now(),
        **asked,
    )  # fmt: skip
    Agreement.objects.create(asked=Agreement.Asked.COMPANY, name=house.name, **asked)
    return mission


def test_an_agreement_is_for_those_in_charge_and_told_to_the_others(house):
    mission = asked_of_the_employer(house)
    csr, hr = charged(house, "CSR", "Roy"), charged(house, "HR", "Blin")
    mine, theirs = lines(csr, house)
    assert [line.url for line in mine] == [reverse("mission-agreement", args=[mission.pk])]
    assert mine[0].act
    assert theirs == []
    mine, theirs = lines(hr, house)
    assert mine == []
    assert "Paul Roy" in theirs[0].why
    assert theirs[0].act == ""


def test_it_has_waited_as_long_as_the_home_says(client, house):
    """“Depuis 50 jours” on one page, “depuis 54 jours” on the other."""
    mission = asked_of_the_employer(house)
    Mission.objects.filter(pk=mission.pk).update(moved_at=timezone.now() - timedelta(days=54))
    Agreement.objects.update(asked_at=timezone.now() - timedelta(days=54))
    boss = head_of(house)
    client.force_login(boss)
    (mine,), _awaited = lines(boss, house)
    shown = client.get(reverse("home")).context["lines"]
    assert [one.since for one in shown if one.url == mine.url] == [mine.since]


def test_nobody_is_told_that_they_are_awaited_themselves_where_they_may_not_act(house):
    """Whoever is of the structure too gives no employer's yes: somebody else is awaited."""
    mission = asked_of_the_employer(house)
    csr, other = charged(house, "CSR", "Roy"), charged(house, "PROGRAMME", "Blin")
    mission.need.organisation.memberships.create(user=csr, role=Role.REPRESENTATIVE)
    mine, theirs = lines(csr, house)
    assert mine == []
    assert "Roy" not in theirs[0].why
    assert str(other) in theirs[0].why
    Duty.objects.filter(membership__user=other).delete()
    assert "Claire Hermant" in lines(csr, house)[1][0].why


def test_a_signature_is_for_the_signatory_until_they_have_signed(house):
    signer, csr = charged(house, "SIGNATORY", "Roy"), charged(house, "CSR", "Blin")
    mission = document_desk.make_mission(Regime.PRESTATION, company=house)
    by = mission.need.organisation.members.first()
    documents.make(Kind.CONVENTION_SERVICE, mission, by=by, now=timezone.now())
    assert len(lines(signer, house)[0]) == 1
    mine, theirs = lines(csr, house)
    assert mine == []
    assert "Paul Roy" in theirs[0].why
    document = mission.documents.get()
    signatures.sign(
        document, party="EMPLOYER", read=document.sha256, name="Paul Roy", capacity="directeur",
        how="ACCOUNT", now=timezone.now(), by=signer,
    )  # fmt: skip
    assert lines(signer, house) == ([], [])


def test_a_value_is_for_those_in_charge_and_human_resources(house):
    mission = document_desk.give_hours(document_desk.make_mission(company=house))
    Mission.objects.update(status=MissionStatus.REVIEWED)
    for duty in ("CSR", "HR"):
        mine, _theirs = lines(charged(house, duty, duty.title()), house)
        assert [line.url for line in mine] == [reverse("mission-value", args=[mission.pk])]
    mine, theirs = lines(charged(house, "SIGNATORY", "Roy"), house)
    assert (mine, len(theirs)) == ([], 1)


def test_a_proposal_to_a_team_is_for_whoever_speaks_for_it_and_one_to_somebody_is_theirs(house):
    team = make_offer(head_of(house), organisation=house, somebody=None)
    make_proposal(make_need(), team, origin=Origin.INVITATION)
    one = make_offer(member(house), organisation=house)
    make_proposal(make_need(), one, origin=Origin.INVITATION)
    mine, theirs = lines(charged(house, "CSR", "Roy"), house)
    assert [line.kind for line in mine] == ["proposal"]
    assert theirs == []
    Proposal.objects.update(offer_said_yes_at=timezone.now())
    assert lines(head_of(house), house) == ([], [])


def test_a_round_whose_answers_have_ended_waits_for_its_teams(house):
    programme = make_programme(house)
    call = Round.objects.create(
        organisation=house, programme=programme, title="En mars", places=20, status="CLOSED",
        starts_on=in_days(20), ends_on=in_days(30), answer_by=in_days(-1), created_by=head_of(house),
    )  # fmt: skip
    csr, signer = charged(house, "CSR", "Roy"), charged(house, "SIGNATORY", "Blin")
    assert [line.what for line in lines(csr, house)[0]] == ["En mars"]
    mine, theirs = lines(signer, house)
    assert mine == []
    assert "Paul Roy" in theirs[0].why
    RoundTeam.objects.create(round=call, number=1)
    assert lines(csr, house) == ([], [])


@pytest.mark.parametrize("change", ["suspended", "another house", "own time"])
def test_what_isnt_the_houses_or_cant_be_done_doesnt_wait(house, change):
    mission = asked_of_the_employer(house)
    if change == "suspended":
        Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
        house.refresh_from_db()
    elif change == "another house":
        Offer.objects.filter(pk=mission.offer_id).update(organisation=make_house(name="Autre"))
    else:
        Offer.objects.filter(pk=mission.offer_id).update(time="OWN")
    assert lines(head_of(house), house) == ([], [])


def test_the_page_gives_the_reader_their_acts_and_names_the_others(client, house):
    mission = asked_of_the_employer(house)
    act = reverse("mission-agreement", args=[mission.pk])
    for person, is_theirs in (
        (charged(house, "CSR", "Roy"), True),
        (charged(house, "SIGNATORY", "Blin"), False),
    ):
        client.force_login(person)
        page = client.get(reverse("programme-home", args=[house.pk])).text
        assert (f'href="{act}">Répondre' in page) == is_theirs
        assert ("On attend Paul Roy" in page) != is_theirs
        home = client.get("/").text
        assert ("Côté employeur\xa0: 1 chose vous attend" in home) == is_theirs


def test_more_missions_ask_no_more_questions(house, django_assert_num_queries):
    csr = charged(house, "CSR", "Roy")
    memberships = list(Membership.objects.of(csr).select_related("organisation"))

    def asked(questions):
        with django_assert_num_queries(questions):
            return company_waits.of(csr, memberships, house, now=timezone.now()).mine

    asked_of_the_employer(house)
    company_waits.of(csr, memberships, house, now=timezone.now())  # the law’s figures are kept
    assert len(asked(7)) == 1
    for _n in range(3):
        asked_of_the_employer(house)
    Mission.objects.update(moved_at=timezone.now() - timedelta(days=3))
    assert len(asked(7)) == 4


def test_of_more_missions_than_are_looked_at_it_is_said_that_there_are_more(client, house):
    csr, most = charged(house, "CSR", "Roy"), company_waits.MOST
    client.force_login(csr)
    for missions in (most, 1):
        for _n in range(missions):
            asked_of_the_employer(house)
        more = missions == 1
        memberships = list(Membership.objects.of(csr).select_related("organisation"))
        found = company_waits.of(csr, memberships, house, now=timezone.now())
        assert (len(found.mine), found.are_all) == (most, not more)
        for page in ("/", reverse("programme-home", args=[house.pk])):
            told = client.get(page).text
            assert (f"Côté employeur\xa0: au moins {most} choses vous attendent" in told) == more
            assert f"{most} choses vous attendent" in told


def test_whoever_is_asked_as_the_manager_reads_that_it_waits_for_them(client, house):
    """The director had been named as the manager: her home said that it waits for others of the house."""
    mission = asked_of_the_employer(house)
    boss, hr = head_of(house), charged(house, "HR", "Blin")
    Agreement.objects.filter(asked=Agreement.Asked.COMPANY).delete()
    Agreement.objects.update(answer="", answered_at=None, email=boss.email.upper())
    mine, awaited = lines(boss, house)
    assert [(line.url, line.act) for line in mine] == [
        (reverse("mission-agreement", args=[mission.pk]), "Voir l’accord")
    ]
    assert "répondez par le lien du courriel" in mine[0].why
    assert awaited == []
    assert [len(some) for some in lines(hr, house)] == [0, 1]
    Agreement.objects.update(voided_at=timezone.now())
    assert "répondez" not in "".join(line.why for line in lines(boss, house)[0])
