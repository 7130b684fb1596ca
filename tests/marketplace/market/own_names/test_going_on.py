"""What is told around a renewal on working time that the person named doesn't go on with, or hasn't answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import own_name
from marketplace.actions.missions import missions
from marketplace.letters import registry
from marketplace.models import Consent, ConsentKind, ConsentRequest, Mission, Side
from marketplace.rules import own_yes
from marketplace.states import MissionStatus
from notifications import settled
from notifications.models import Notification
from tests.marketplace.market.own_names.test_kept_and_taken_back import renewed, running
from tests.marketplace.market.own_names.yeses import link_of


@pytest.fixture
def following(company, ana, bob):
    """Renewed by the structure; both sides have said yes to its sheet, Bob for the employer."""
    mission = running(company, ana, bob)
    found = renewed(mission, mission.need.created_by)
    for side, who in ((Side.NEED, mission.need.created_by), (Side.OFFER, bob)):
        missions.agree(found, read=found.sheet.number, side=side, by=who)
    return Mission.objects.get(pk=found.pk)


def page_of(client, reader, address) -> str:
    client.force_login(reader)
    return client.get(address).text.partition("<main")[2]


def test_a_no_is_told_to_whoever_asked_though_they_are_of_the_structure(client, following, ana):
    """“Aline en est avertie”, read whoever said no; nothing was written to her."""
    asker = following.need.created_by
    client.post(link_of(ana), {"answer": "NO", "reason": "Trop de travail."})
    letter = Notification.objects.get(kind="consent_refused", recipient=asker)
    assert "Trop de travail." in letter.text
    assert following.get_absolute_url() in letter.text
    assert registry.why_not(letter) == ""


def test_a_no_to_the_employer_is_told_to_the_structure_too_without_its_reason(
    client, company, ana, bob
):
    following = renewed(running(company, ana, bob), bob)
    client.post(link_of(ana), {"answer": "NO", "reason": "Mon chef est trop dur."})
    told = Notification.objects.filter(kind="consent_refused")
    letter = told.get(recipient=following.need.created_by)
    assert following.get_absolute_url() in letter.text
    assert "trop dur" not in letter.text
    assert registry.why_not(letter) == ""
    assert "trop dur" in told.get(recipient=bob).text
    assert not told.filter(recipient=ana).exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_nor_is_a_no_to_the_employer_read_by_who_has_gone_over_since(
    client, company, ana, bob, when
):
    """Bob asks for the employer, leaves it and joins the structure, before she answers or before the letter leaves."""
    following = renewed(running(company, ana, bob), bob)
    told = Notification.objects.filter(kind="consent_refused", recipient=bob)

    def goes_over():
        bob.memberships.all().delete()
        following.need.organisation.memberships.create(user=bob)

    if when == "before":
        goes_over()
    client.post(link_of(ana), {"answer": "NO", "reason": "Mon chef est trop dur."})
    if when == "before":
        assert not told.exists()
        return
    assert registry.why_not(told.get()) == ""
    goes_over()
    assert settled.is_settled(told.get())


def test_after_a_no_nobody_is_asked_or_awaited_to_say_whether_they_go_on(
    client, following, ana, bob
):
    """The page still waited for them, and sent them to one on which there was nothing to answer."""
    client.post(link_of(ana), {"answer": "NO"})
    for reader in (ana, bob, following.need.created_by):
        page = page_of(client, reader, following.get_absolute_url())
        assert "a dit non à la poursuite de cette mission" in page
        assert reverse("mission-interrupt", args=[following.pk]) in page
        assert "Dites si vous poursuivez" not in page
        assert "Dire si la mission se poursuit" not in page


@pytest.mark.parametrize("how", ["run out", "taken back"])
def test_where_no_question_waits_any_more_they_say_so_on_the_sheet(
    client, following, ana, bob, how
):
    """“Répondre” led to a page without a question, and nobody could ask anew."""
    if how == "run out":
        past = timezone.now() - timedelta(days=1)
        ConsentRequest.objects.filter(person=ana).update(expires_at=past)
    else:
        own_name.answer(
            ConsentRequest.objects.get(person=ana),
            yes=True,
            how=Consent.How.ACCOUNT,
            now=timezone.now(),
        )
        own_name.take_back(
            Consent.objects.standing(ana, ConsentKind.RENEWAL, following).get(), by=ana
        )
    sheet = reverse("mission-sheet", args=[following.pk])
    assert "Continuer" not in page_of(client, bob, sheet)
    assert f'href="{sheet}"' in page_of(client, ana, following.get_absolute_url())
    assert sheet in page_of(client, ana, reverse("home"))
    assert "J’accepte de poursuivre cette mission" in page_of(client, ana, sheet)
    client.post(reverse("mission-go-on", args=[following.pk]))
    assert own_yes.agreed_at(following)
    following.refresh_from_db()
    assert following.status == MissionStatus.AGREEMENT


def test_a_mission_isnt_said_to_go_on_with_a_renewal_that_was_stopped(client, following):
    by, first = following.need.created_by, following.renewed_from.get_absolute_url()
    assert "Une reconduction se prépare" in page_of(client, by, first)
    missions.interrupt(following, reason="Elle ne poursuit pas.", by=by, now=timezone.now())
    page = page_of(client, by, first)
    assert "Se poursuit par une reconduction" not in page
    assert "Une reconduction a été arrêtée avant de commencer" in page


def test_a_mission_isnt_said_to_go_on_with_a_renewal_that_began_and_was_stopped(client, following):
    by, first = following.need.created_by, following.renewed_from.get_absolute_url()
    Mission.objects.filter(pk=following.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now(), starts_on=timezone.localdate()
    )
    following.refresh_from_db()
    assert "Se poursuit par une reconduction" in page_of(client, by, first)
    missions.interrupt(following, reason="Plus besoin.", by=by, now=timezone.now())
    page = page_of(client, by, first)
    assert "Se poursuit par une reconduction" not in page
    assert "Une reconduction a commencé, puis a été arrêtée" in page


@pytest.mark.parametrize("begins", [True, False])
def test_a_mission_whose_renewal_is_stopped_before_it_began_is_closed_alone(following, begins):
    """“Close, avec une reconduction” stayed."""
    by, first = following.need.created_by, following.renewed_from
    first.move(MissionStatus.DELIVERED, by=by)
    first.move(MissionStatus.REVIEWED, by=by)
    missions.close(first, reason="Sans reçu.", by=by, now=timezone.now())
    if begins:
        Mission.objects.filter(pk=following.pk).update(
            status=MissionStatus.RUNNING, started_at=timezone.now()
        )
    missions.interrupt(following, reason="Plus besoin.", by=by, now=timezone.now())
    first.refresh_from_db()
    assert first.status == (MissionStatus.RENEWED if begins else MissionStatus.CLOSED)


def test_a_mission_is_said_to_go_on_once_its_renewal_has_begun_and_not_after_a_no(
    client, following, ana
):
    """“Se poursuit par une reconduction” was said of one to which its person had said no."""
    by, first = following.need.created_by, following.renewed_from.get_absolute_url()
    client.post(link_of(ana), {"answer": "NO"})
    page = page_of(client, by, first)
    assert "Se poursuit" not in page
    assert "Une reconduction avait été préparée, et ne se fera pas" in page
    Mission.objects.filter(pk=following.pk).update(
        status=MissionStatus.RUNNING, started_at=timezone.now()
    )
    ConsentRequest.objects.filter(person=ana).delete()
    assert "Se poursuit par une reconduction" in page_of(client, by, first)


@pytest.mark.parametrize("answer", ["", "NO"])
def test_a_mission_that_closes_announces_its_renewal_unless_they_have_said_no(
    client, following, ana, answer
):
    """“Sa reconduction est proposée” was written days after the no to both, Ana among them."""
    if answer:
        client.post(link_of(ana), {"answer": answer})
    first, asker = following.renewed_from, following.need.created_by
    Mission.objects.filter(pk=first.pk).update(status=MissionStatus.REVIEWED)
    missions.close(first, reason="Pas de reçu.", by=None, now=timezone.now())
    for kind, reader in (("mission_moved", asker), ("mission_closed", ana)):
        letter = Notification.objects.filter(kind=kind, recipient=reader).latest("pk")
        assert "close" in letter.subject
        assert ("sa reconduction" in letter.subject + letter.text) is not bool(answer)
    first.refresh_from_db()
    assert first.status == (MissionStatus.CLOSED if answer else MissionStatus.RENEWED)
