"""After a mission its person is thanked in one letter, and their offer can serve again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from marketplace import ranking
from marketplace.actions.documents import documents
from marketplace.actions.market import offers, once_more, proposals, waiters, waiting_lists
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Kind, Mission, Need, Offer, Regime, Side, Waiter
from marketplace.models.missions import places
from marketplace.ranking.once_more import after
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_proposal, make_user
from tests.marketplace.documents.document_desk import give_hours
from tests.marketplace.missions.test_closings import by_of, delivered


@pytest.fixture
def closed():
    """A volunteer's only place, given back by the end; another need waits, and one that is paused."""
    mission = delivered(regime=Regime.VOLUNTEERING)
    make_need(title="Former aux tableurs")
    make_need(title="Un besoin en pause", status=NeedStatus.PAUSED)
    return end(mission)


def end(mission, words="Un site clair, livré en avance."):
    give_hours(mission, 3)
    for side in (Side.NEED, Side.OFFER):
        said = words if side == Side.NEED else "Un accueil chaleureux."
        missions.review(
            mission, side=side, by=by_of(mission, side), rating=5, again=True, words=said
        )
    mission.refresh_from_db()
    return mission


def test_of_a_closed_mission_nothing_is_expected_any_more(client, closed):
    client.force_login(closed.offer.person)
    page = client.get(closed.get_absolute_url()).text
    assert "Ce qui était attendu" in page
    assert "Ce qui est attendu" not in page.partition("<main")[2]


def told(mission, person):
    return Notification.objects.filter(
        recipient=person, matter=f"mission:{mission.pk}", key__startswith="mission-step:"
    ).order_by("pk")


def test_one_letter_thanks_whoever_came_and_tells_hours_papers_and_what_may_follow(closed):
    person = closed.offer.person
    assert closed.status == MissionStatus.CLOSED
    (letter,) = told(closed, person)
    assert letter.kind == "mission_closed"
    for words in (
        "Un site clair, livré en avance.", "Aline, ", "3", "attestation", "Encore une",
        "Former aux tableurs",
    ):  # fmt: skip
        assert words in letter.text, words
    (need,) = ranking.needs_for(closed.offer)
    assert f"{reverse('need-apply', args=[need.need_id])}?offer={closed.offer_id}" in letter.text
    assert "Un besoin en pause" not in letter.text
    assert "Un accueil chaleureux." not in letter.text


def test_hours_that_silence_has_confirmed_are_not_said_to_be_the_structure_s_yes():
    mission = delivered(regime=Regime.VOLUNTEERING)
    person = mission.offer.person
    give_hours(mission, 3)
    mission.hours.update(confirmed_by=None)
    for side in (Side.NEED, Side.OFFER):
        missions.review(mission, side=side, by=by_of(mission, side), rating=5, again=True)
    (letter,) = told(mission, person)
    assert mission.hours.get().by_silence
    assert "confirmées ou sans contestation pendant une semaine : 3." in letter.text.replace(
        "\xa0", " "
    )


def test_the_structure_is_told_without_what_is_for_the_volunteer(closed):
    (letter,) = told(closed, by_of(closed, Side.NEED))
    assert letter.kind == "mission_moved"
    assert "Encore une" not in letter.text


def test_a_certificate_that_is_made_already_is_named_with_its_state():
    mission = delivered(regime=Regime.VOLUNTEERING)
    give_hours(mission, 3)
    head = by_of(mission, Side.NEED)
    paper = documents.make(Kind.VOLUNTEER_CERTIFICATE, mission, by=head, now=timezone.now())
    for side in (Side.NEED, Side.OFFER):
        missions.review(mission, side=side, by=by_of(mission, side), rating=5, again=True)
    letter = told(mission, mission.offer.person).get()
    assert paper.get_absolute_url() in letter.text
    assert "attestation de bénévolat" in letter.text.lower()


def test_a_need_that_waits_for_their_answer_is_not_offered_to_them(closed):
    """“Proposer mon aide”, beside a need whose structure had invited them by another of their offers."""
    person = closed.offer.person
    for title in ("Tenir la buvette", "Ranger les livres", "Peindre la salle"):
        make_need(title=title)

    def told():
        return [match.need_id for match in after(closed, person).matches]

    best, *others = told()
    invitation = make_proposal(Need.objects.get(pk=best), make_offer(person))
    assert told()[:2] == others
    assert len(told()) == 3
    type(invitation).objects.update(status="DECLINED")
    assert told() == [best, *others]


def test_a_place_that_somebody_waits_for_isnt_said_to_be_free():
    mission = delivered(regime=Regime.VOLUNTEERING)
    person = mission.offer.person
    structure = make_user(first_name="Léa")
    waiters.put_down(
        make_need(member=structure), Offer.objects.get(pk=mission.offer_id),
        side=Side.NEED, by=structure, now=timezone.now(),
    )  # fmt: skip
    mission = end(mission)
    (letter,) = told(mission, person)
    assert "libre à nouveau" not in letter.text
    assert after(mission, person) is None
    waiting_lists.keep_for_the_next(mission.offer, now=timezone.now())
    assert Waiter.objects.get().is_offered
    assert after(mission, person) is None


def test_a_volunteer_s_place_is_given_back_and_stays_hidden_until_they_say_so(closed):
    offer = Offer.objects.get(pk=closed.offer_id)
    assert offer.status == OfferStatus.USED_UP
    assert places.left_of(offer) == 1
    offers.publish(offer, by=offer.person)
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.PUBLISHED


def test_the_hours_of_a_mission_that_has_ended_are_free_again(closed):
    """The need had taken all of them: nothing would suit otherwise."""
    Offer.objects.filter(pk=closed.offer_id).update(hours=closed.need.hours)
    offer = Offer.objects.get(pk=closed.offer_id)
    assert [match.need.title for match in ranking.needs_for(offer)] == ["Former aux tableurs"]


def test_working_time_is_given_once():
    mission = delivered(work=True, regime=Regime.NOT_ELIGIBLE)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    missions.close(Mission.objects.get(pk=mission.pk), by=None, now=timezone.now())
    mission.refresh_from_db()
    assert places.left_of(mission.offer) == 0
    assert after(mission, mission.offer.person) is None


def test_a_place_isn_t_given_back_while_the_renewal_goes_on(closed):
    Mission.objects.filter(pk=closed.pk).update(status=MissionStatus.RENEWED)
    renewal = Mission.objects.create(
        proposal=closed.proposal, need=closed.need, offer=closed.offer, renewed_from=closed,
        starts_on=closed.starts_on, ends_on=closed.ends_on, status=MissionStatus.RUNNING,
    )  # fmt: skip
    assert places.left_of(closed.offer) == 0
    Mission.objects.filter(pk=renewal.pk).update(status=MissionStatus.CLOSED)
    assert places.left_of(closed.offer) == 1


def test_a_mission_that_is_delivered_and_not_closed_still_takes_its_place():
    assert places.left_of(delivered(regime=Regime.VOLUNTEERING).offer) == 0


# --- the page ------------------------------------------------------------------------------
def page(client, mission, user):
    client.force_login(user)
    return client.get(mission.get_absolute_url())


def test_its_page_asks_and_names_the_needs_that_fit_each_ready_to_apply(client, closed):
    shown = page(client, closed, closed.offer.person).content.decode()
    assert "Encore une" in shown
    assert reverse("offer-publish", args=[closed.offer_id]) in shown
    need = ranking.needs_for(closed.offer)[0].need
    assert f"{reverse('need-apply', args=[need.pk])}?offer={closed.offer_id}" in shown


def test_the_structure_s_page_asks_nothing(client, closed):
    assert page(client, closed, by_of(closed, Side.NEED)).context["once_more"] is None


def test_a_stranger_is_asked_nothing(closed):
    assert after(closed, make_user()) is None


def test_whoever_has_left_the_site_is_told_nothing():
    mission = delivered(regime=Regime.VOLUNTEERING)
    User.objects.filter(pk=mission.offer.person_id).update(is_active=False)
    end(mission)
    assert mission.status == MissionStatus.CLOSED
    assert not told(mission, mission.offer.person).exists()


def test_an_offer_whose_days_are_over_asks_for_new_ones(client, closed):
    today = timezone.localdate()
    Offer.objects.filter(pk=closed.offer_id).update(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
    )
    shown = page(client, closed, closed.offer.person)
    assert shown.context["once_more"].is_past
    assert reverse("offer-edit", args=[closed.offer_id]) in shown.content.decode()


def test_a_paused_offer_is_left_alone(closed):
    Offer.objects.filter(pk=closed.offer_id).update(status=OfferStatus.PAUSED)
    closed.offer.refresh_from_db()
    assert after(closed, closed.offer.person) is None


# --- by applying ---------------------------------------------------------------------------
@pytest.fixture
def need(closed):
    return ranking.needs_for(closed.offer)[0].need


def apply(client, need, offer):
    return client.post(
        reverse("need-apply", args=[need.pk]), {"offer": offer.pk, "word": "Volontiers."}
    )


def test_applying_shows_the_offer_again(client, closed, need):
    offer = closed.offer
    client.force_login(offer.person)
    shown = client.get(reverse("need-apply", args=[need.pk]), {"offer": offer.pk})
    assert shown.context["form"].initial["offer"] == offer
    apply(client, need, offer)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.PUBLISHED
    assert need.proposals.open().filter(offer=offer).exists()


def test_applying_twice_makes_one_proposal(client, closed, need):
    client.force_login(closed.offer.person)
    apply(client, need, closed.offer)
    apply(client, need, closed.offer)
    assert need.proposals.count() == 1


def test_an_application_that_is_refused_shows_nothing_again(closed, need):
    need.move(NeedStatus.PAUSED, by=None)
    with pytest.raises(NotYet):
        once_more.apply(need, closed.offer, word="", by=closed.offer.person)
    closed.offer.refresh_from_db()
    assert closed.offer.status == OfferStatus.USED_UP


def test_nobody_applies_with_a_place_that_is_taken(client, need):
    person = make_user()
    busy = make_mission(person=person, need=make_need(title="Un autre"))
    assert busy.offer.status == OfferStatus.USED_UP
    client.force_login(person)
    assert not client.get(reverse("need-apply", args=[need.pk])).context["has_offers"]
    apply(client, need, busy.offer)
    assert not need.proposals.exists()


def test_nobody_chooses_an_offer_whose_dates_are_over(client, closed, need):
    person = closed.offer.person
    today = timezone.localdate()
    client.force_login(person)
    for ends_on, is_there in [(today, True), (today - timedelta(days=1), False)]:
        Offer.objects.filter(pk=closed.offer_id).update(starts_on=ends_on, ends_on=ends_on)
        shown = client.get(reverse("need-apply", args=[need.pk]))
        assert shown.context["has_offers"] is is_there
        assert (closed.offer in places.to_apply_with(person)) is is_there


def test_a_stranger_doesn_t_apply_with_somebody_else_s_place(client, closed, need):
    stranger = make_user()
    make_offer(stranger)
    client.force_login(stranger)
    apply(client, need, closed.offer)
    assert not need.proposals.exists()


def test_a_colleague_learns_nothing_of_the_volunteer_s_place(client, closed, need):
    company = make_mission(work=True, need=make_need(title="Encore un")).offer.organisation
    Membership.objects.create(user=closed.offer.person, organisation=company)
    boss = make_user()
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    assert closed.offer not in places.to_apply_with(boss)
    assert after(closed, boss) is None


def test_the_yes_of_the_structure_fills_the_place_again(closed, need):
    made = once_more.apply(need, closed.offer, word="", by=closed.offer.person)
    proposals.accept(made, side=Side.NEED, by=need.organisation.members.get())
    closed.offer.refresh_from_db()
    assert closed.offer.status == OfferStatus.USED_UP


def test_the_offer_s_own_page_asks_too(client, closed):
    client.force_login(closed.offer.person)
    shown = client.get(closed.offer.get_absolute_url()).content.decode()
    assert "Encore une" in shown
    assert "Publier" in shown
