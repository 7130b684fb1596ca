"""What somebody has agreed to: listed, taken back, printed only while it stands."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from common.dates import in_french
from marketplace.actions.documents import ledger
from marketplace.actions.market import consents, freshness, own_name, people, proposals
from marketplace.actions.missions import missions, renewals
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    Mission,
    Side,
)
from marketplace.models.documents.documents import kinds_before
from marketplace.rules import own_yes
from marketplace.states import MissionStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_user,
    write_for_papers,
)
from tests.marketplace.documents.document_desk import make_mission as mission_with_papers
from tests.marketplace.documents.test_documents import make, text_of
from tests.marketplace.market.own_names.yeses import YES, letters_to, link_of, status_of, words
from tests.marketplace.missions.amending import signed_mission


# --- what I have agreed to -----------------------------------------------------------------
def test_the_page_lists_each_yes_and_takes_it_back(client, need, shown, ana, bob):
    proposal = make_proposal(need, shown, origin="INVITATION")
    client.force_login(ana)
    page = client.get(reverse("consents"))
    consent = Consent.objects.get(kind=ConsentKind.OFFER)
    assert consent.words in words(page)
    back = reverse("consent-take-back", args=[consent.pk])
    assert "L’offre n’est plus montrée" in words(client.get(back))
    assert "La personne qui a écrit l’offre est avertie" in words(client.get(back))
    client.post(back)
    proposal.refresh_from_db()
    assert status_of(shown) == OfferStatus.PAUSED
    assert proposal.status == ProposalStatus.CLOSED
    assert "laisser sans nouvelles" not in letters_to(ana, "proposal_closed").get().text
    assert "laisser sans nouvelles" in letters_to(need.created_by, "proposal_closed").get().text
    assert letters_to(bob, "consent_taken_back").count() == 1
    client.post(back)
    assert letters_to(bob, "consent_taken_back").count() == 1
    assert "repris" in words(client.get(reverse("consents")))


def test_nobody_is_said_to_be_told_of_an_offer_that_one_wrote_oneself(client, company, ana):
    """Nor is it said to be paused by it, when it was paused or over before."""
    offer = make_offer(ana, organisation=company)
    offer.move(OfferStatus.PAUSED, by=ana)
    consent = own_yes.consent_to(offer)
    client.force_login(ana)
    page = words(client.get(reverse("consent-take-back", args=[consent.pk])))
    assert "La personne qui a écrit l’offre" not in page
    assert "mise en pause" not in page


def test_a_live_mission_isn_t_stopped_and_its_coordinator_is_told(client, need, shown, ana):
    coordinator = make_coordinator(need.pole, first_name="Solène", last_name="Caron")
    type(need).objects.filter(pk=need.pk).update(coordinator=coordinator)
    need.refresh_from_db()
    mission = proposals.accept(make_proposal(need, shown), side=Side.NEED, by=need.created_by)
    client.force_login(ana)
    consent = Consent.objects.get(kind=ConsentKind.MISSION)
    back = reverse("consent-take-back", args=[consent.pk])
    page = words(client.get(back))
    assert "écrivez à Solène Caron" in page
    assert "personne d’autre que vous ne peut la faire commencer" in page
    client.post(back)
    assert "ne peut pas commencer sans cette personne" in letters_to(
        coordinator, "consent_taken_back"
    ).get().text.replace("\xa0", " ")
    mission.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING
    assert letters_to(coordinator, "consent_taken_back").count() == 1
    assert own_yes.agreed_at(mission) is None


def test_a_yes_taken_back_before_the_start_is_given_again_by_whoever_comes_alone(client):
    mission = signed_mission(status=MissionStatus.DOCUMENTS)
    person, proposal = mission.offer.person, mission.proposal
    own_name.take_back(consents.give(person, ConsentKind.MISSION, proposal), by=person)
    start = reverse("mission-start", args=[mission.pk])
    client.force_login(mission.need.organisation.members.first())
    page = client.get(mission.get_absolute_url())
    assert start not in page.text
    assert [line["who"] for line in page.context["theirs"]] == [person.get_full_name()]
    client.force_login(person)
    assert start in client.get(mission.get_absolute_url()).text
    for other in (mission.need.organisation.members.first(), make_coordinator(mission.need.pole)):
        client.force_login(other)
        for ask in (client.get, client.post):
            assert "a repris son oui" in words(ask(start, follow=True))
        mission.refresh_from_db()
        assert mission.status == MissionStatus.DOCUMENTS
    client.force_login(person)
    assert "sur mon temps de travail" in words(client.get(start))
    client.post(start)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.RUNNING
    assert own_yes.agreed_at(mission) is not None


def test_a_mission_taken_back_before_the_other_yes_is_withdrawn(need, shown, ana):
    proposal = make_proposal(need, shown)
    own_name.take_back(Consent.objects.get(kind=ConsentKind.MISSION), by=ana)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.WITHDRAWN


def test_the_page_says_of_a_proposal_that_waits_and_of_a_mission_that_is_over_what_happens(
    client, need, shown, ana, bob
):
    """Of what is over nothing changes: whoever wrote the offer isn't told either."""
    proposal = make_proposal(need, shown)
    consent = Consent.objects.get(kind=ConsentKind.MISSION)
    back = reverse("consent-take-back", args=[consent.pk])
    client.force_login(ana)
    page = words(client.get(back))
    assert "La proposition, qui attend encore, est retirée" in page
    assert "La personne qui a écrit l’offre est avertie" in page
    mission = proposals.accept(proposal, side=Side.NEED, by=need.created_by)
    assert "qui attend encore" not in words(client.get(back))
    type(mission).objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    page = words(client.get(back))
    assert "Ce que vous aviez accepté est terminé" in page
    assert "attend encore" not in page
    assert "La personne qui a écrit l’offre" not in page
    client.post(back)
    consent.refresh_from_db()
    assert not consent.stands
    assert not letters_to(bob, "consent_taken_back").exists()


@pytest.mark.parametrize("who", ["a stranger", "a colleague", "nobody"])
def test_nobody_takes_back_nor_reads_the_yes_of_somebody_else(client, shown, bob, who):
    consent = Consent.objects.get()
    if who != "nobody":
        client.force_login(bob if who == "a colleague" else make_user())
    for ask in (client.get, client.post):
        answer = ask(reverse("consent-take-back", args=[consent.pk]))
        assert answer.status_code == (302 if who == "nobody" else 404)
    consent.refresh_from_db()
    assert consent.stands
    assert consent.words not in words(client.get(reverse("consents")))


@pytest.mark.parametrize("since", ["taken back", "changed by a colleague", "refused"])
def test_still_true_in_an_old_letter_is_no_yes_to_what_the_offer_says_since(
    client, shown, ana, bob, since
):
    """One click in the letter showed it again, as it stood by then: its page shows it first, with the words."""
    page = freshness.link(shown, ana)
    if since == "taken back":
        own_name.take_back(Consent.objects.standing(ana).get(), by=ana)
    else:
        consents.void(ConsentKind.OFFER, shown)
        asked = consents.ask(ana, ConsentKind.OFFER, shown, by=bob, now=timezone.now())
        if since == "refused":
            own_name.answer(asked, yes=False, how=Consent.How.LINK, now=timezone.now())
    shown.refresh_from_db()
    shown.status, shown.about = OfferStatus.PAUSED, "Experte de tout."
    shown.save()
    client.post(page, {"answer": "yes"})
    assert status_of(shown) == OfferStatus.PAUSED
    assert not Consent.objects.standing(ana).exists()
    Notification.objects.create(
        recipient=ana, key=f"offer:{shown.pk}:fresh:2026-01-01", kind="still_true", status="SENT",
        sent_at=timezone.now() - timedelta(days=9),
    )  # fmt: skip
    read = client.get(page, {"answer": "yes"})
    assert "data-one-click" not in read.text
    assert "Experte de tout." in read.text
    assert "telle qu’elle est" in words(read)
    client.post(page, {"answer": "yes", "read": read.context["read"]})
    assert status_of(shown) == OfferStatus.PUBLISHED
    assert Consent.objects.standing(ana).get().how == Consent.How.LINK


def test_leaving_the_company_ends_the_yes(shown, company, ana):
    people.leave(ana.memberships.get(organisation=company), now=timezone.now())
    assert not Consent.objects.standing(ana).exists()
    assert status_of(shown) == OfferStatus.PAUSED


def test_who_has_left_doesnt_read_what_the_offer_says_since(client, shown, company, ana, bob):
    membership = company.memberships.get(user=ana)
    client.force_login(ana)
    assert shown.title in words(client.get(reverse("consents")))
    people.remove(membership, by=bob, now=timezone.now())
    type(shown).objects.update(title="Comptable de la filiale secrète")
    page = words(client.get(reverse("consents")))
    assert "secrète" not in page
    assert "mon employeur me propose" in page
    assert Consent.objects.get().words in page


def test_what_was_agreed_to_is_written_once(shown):
    consent = Consent.objects.get()
    for change in (
        lambda: Consent.objects.filter(pk=consent.pk).update(words="Tout."),
        lambda: Consent.objects.filter(pk=consent.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            change()


def test_those_that_an_update_has_left_are_asked_by_the_clock_once(company, ana, bob):
    offer = make_offer(ana, organisation=company, created_by=bob, agrees=False, status="PAUSED")
    ConsentRequest.objects.create(
        person=ana, kind=ConsentKind.OFFER, about=offer.pk, asked_by=bob, words="…", language="fr"
    )
    now = timezone.now()
    assert (consents.send_waiting(now), consents.send_waiting(now)) == (1, 0)
    assert letters_to(ana).count() == 1


def test_the_home_of_the_person_says_that_they_are_asked(client, offer, ana):
    client.force_login(ana)
    assert link_of(ana) in words(client.get(reverse("consents")))
    assert link_of(ana) in words(client.get(offer.get_absolute_url()))


# --- what the papers say -------------------------------------------------------------------
@pytest.mark.parametrize("regime", ["LOAN", "NOT_ELIGIBLE", "PUBLIC_AGENT"])
def test_a_convention_says_that_they_agreed_only_once_they_have(regime):
    mission = mission_with_papers(regime)
    kind = kinds_before(regime)[0]
    day = in_french(timezone.localdate())
    told = text_of(ledger.read(make(mission, kind)))
    assert re.search(f"a donné son accord (à la mission )?le {day}", told)
    own_name.take_back(
        Consent.objects.standing(mission.offer.person, ConsentKind.MISSION).get(),
        by=mission.offer.person,
    )
    told = text_of(ledger.read(make(mission, kind)))
    assert "a donné son accord" not in told
    assert "ne prend effet qu’avec" in told


def test_a_renewal_wants_a_yes_of_its_own(client, company, ana, bob):
    mission = running(company, ana, bob)
    by = mission.need.organisation.members.get()
    following = renewals.renew(
        mission, starts_on=in_days(200), ends_on=in_days(230), hours=20, by=by
    )
    assert own_yes.agreed_at(following) is None, "the yes to the first isn't one to the second"
    for side, who in ((Side.NEED, by), (Side.OFFER, bob)):
        missions.agree(following, read=following.sheet.number, side=side, by=who)
    with pytest.raises(NotYet, match="elle seule peut le dire"):
        missions.frame(following, by=bob)
    for who in (by, bob):
        assert only_they_say_so(client, who, following)
    client.force_login(ana)
    assert "Dites si vous poursuivez" in words(client.get(following.get_absolute_url()))
    assert reverse("consents") in client.get(reverse("home")).text
    asked = client.get(reverse("consents")).context["waiting"]
    assert [title for _request, title, _url in asked] == [following.need.title]
    client.logout()
    page = client.get(link_of(ana))
    assert "J’accepte de poursuivre cette mission" in words(page)
    client.post(link_of(ana), YES)
    assert own_yes.agreed_at(following)
    following.refresh_from_db()
    missions.frame(following, by=bob)
    following.refresh_from_db()
    assert following.status == MissionStatus.AGREEMENT


def only_they_say_so(client, reader, following) -> bool:
    """Whether this reader is offered nothing that would be refused, and told for whom the renewal waits."""
    client.force_login(reader)
    page, sheet, home, agreement = (
        words(client.get(address))
        for address in (
            following.get_absolute_url(),
            reverse("mission-sheet", args=[following.pk]),
            reverse("home"),
            reverse("mission-agreement", args=[following.pk]),
        )
    )
    assert "Les deux parties disent d’abord oui" not in agreement
    said = any("passez à la suite" in one or "Continuer" in one for one in (page, sheet, home))
    return not said and "Dire si la mission se poursuit" in page


def test_whoever_renews_it_themselves_has_said_yes(company, ana, bob):
    mission = running(company, ana, bob)
    dates = {"starts_on": in_days(200), "ends_on": in_days(230)}
    following = renewals.renew(mission, hours=20, by=ana, **dates)
    assert own_yes.agreed_at(following)
    assert not letters_to(ana).exists()


def renewed(mission, by):
    return renewals.renew(mission, starts_on=in_days(200), ends_on=in_days(230), hours=20, by=by)


def test_a_renewal_taken_back_stops_nothing_and_is_told_once(company, ana, bob):
    following = renewed(running(company, ana, bob), ana)
    coordinator = make_coordinator(following.need.pole)
    consent = Consent.objects.standing(ana, ConsentKind.RENEWAL, following).get()
    assert own_name.live_missions(consent) == [following], "not the one that it goes on with"
    for _click in range(2):
        own_name.take_back(consent, by=ana)
    assert own_yes.agreed_at(following) is None
    following.refresh_from_db()
    assert following.status == MissionStatus.FRAMING
    assert letters_to(coordinator, "consent_taken_back").count() == 1


def test_a_renewal_that_was_stopped_asks_nothing_any_more(client, company, ana, bob):
    mission = running(company, ana, bob)
    following = renewed(mission, mission.need.created_by)
    link = link_of(ana)
    missions.interrupt(following, reason="Fin.", by=bob, now=timezone.now())
    answer = client.post(link, YES)
    assert answer.status_code == 410
    assert not Consent.objects.standing(ana, ConsentKind.RENEWAL).exists()


def test_words_that_may_no_longer_be_quoted_touch_no_offer_and_no_mission(company, ana, bob):
    mission = running(company, ana, bob)
    review = mission.reviews.create(
        side="OFFER", author=ana, rating=5, again=True, words="Une belle équipe."
    )
    quote = consents.give(ana, ConsentKind.QUOTE, review)
    assert own_name.offer_of(quote) is None
    assert own_name.live_missions(quote) == []
    others = Consent.objects.standing(ana).exclude(pk=quote.pk).count()
    own_name.take_back(quote, by=ana)
    assert not Consent.objects.standing(ana, ConsentKind.QUOTE).exists()
    assert Consent.objects.standing(ana).count() == others
    assert status_of(mission.offer) == OfferStatus.PUBLISHED
    assert not letters_to(bob, "consent_taken_back").exists()


@pytest.mark.parametrize("kind", [ConsentKind.OFFER, ConsentKind.MISSION])
def test_a_yes_taken_back_twice_at_once_is_told_once(need, shown, ana, bob, kind):
    make_proposal(need, shown)
    consent = Consent.objects.get(kind=kind)
    assert own_name.offer_of(consent) == shown
    for _click in range(2):
        own_name.take_back(consent, by=ana)
    told = Notification.objects.filter(kind="consent_taken_back")
    assert told.count() == told.values("recipient").distinct().count() > 0
    consent.refresh_from_db()
    assert consent.ended_because == Consent.Ended.TAKEN_BACK


def running(company, ana, bob):
    need = make_need(member=make_user("Aline", "Moreau"))
    offer = make_offer(ana, organisation=company, created_by=bob, capacity=2)
    mission = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=need.created_by)
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.RUNNING, regime="PRESTATION", started_at=timezone.now()
    )
    write_for_papers(mission)
    return Mission.objects.get(pk=mission.pk)


def test_a_yes_taken_back_is_said_as_such_and_may_be_asked_again(client, offer, ana, bob):
    client.post(link_of(ana), YES)
    own_name.take_back(Consent.objects.get(kind=ConsentKind.OFFER), by=ana)
    client.force_login(bob)
    page = words(client.get(offer.get_absolute_url()))
    assert "Ana Petit avait dit oui, puis a retiré son accord" in page
    assert "dès que c’est oui" not in page
    assert "Demander de nouveau" in page
    client.post(reverse("offer-publish", args=[offer.pk]))
    assert letters_to(ana).count() == 2
    page = words(client.get(offer.get_absolute_url()))
    assert "La question a été posée à Ana Petit" in page, "asked again, it waits again"
    assert "Demander de nouveau" not in page
