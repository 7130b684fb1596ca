"""Nobody is put forward, applied for or agreed for in their name without their own yes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import letters
from marketplace.actions.market import answer_links, own_name, people, proposals
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    Mission,
    Offer,
    Proposal,
    Side,
)
from marketplace.rules import letters_a_day, own_yes
from marketplace.states import OfferStatus, ProposalStatus
from tests.factories import in_days, make_coordinator, make_offer, make_proposal
from tests.marketplace.market.own_names.yeses import NO, YES, letters_to, link_of, status_of, words


# --- being put forward ---------------------------------------------------------------------
def test_an_offer_that_names_a_colleague_is_a_draft_until_they_say_yes(client, offer, ana):
    assert offer.status == OfferStatus.DRAFT
    assert not own_yes.stands(offer)
    assert letters_to(ana).count() == 1
    page = client.get(link_of(ana))
    assert "Bob Martin souhaite que votre employeur (Fonderie" in words(page)
    assert "Comptable" in words(page)
    assert page["X-Robots-Tag"] == "noindex"
    assert status_of(offer) == OfferStatus.DRAFT, "a scanner that opens the link agrees to nothing"
    assert "Avant chaque mission" in words(client.post(link_of(ana), YES))
    assert status_of(offer) == OfferStatus.PUBLISHED
    consent = Consent.objects.get()
    assert (consent.person, consent.kind, consent.about) == (ana, ConsentKind.OFFER, offer.pk)
    assert (consent.how, consent.language) == (Consent.How.LINK, "fr")
    assert consent.words in words(page), "the words kept are those that were read"


def test_the_link_signs_once_and_for_that_person_alone(client, offer, ana, bob):
    link = link_of(ana)
    client.force_login(bob)
    client.post(link, YES)
    assert Consent.objects.get().person == ana
    assert Consent.objects.get().how == Consent.How.LINK, "whoever is logged in isn't asked"
    again = client.post(link, NO)
    assert again.status_code == 410
    assert "Vous avez répondu" in words(again)
    assert status_of(offer) == OfferStatus.PUBLISHED
    assert letters_to(bob, "consent_given").count() == 1


def test_a_no_is_told_to_whoever_asked_with_its_word_and_isn_t_asked_again(client, offer, ana, bob):
    client.post(link_of(ana), NO)
    assert status_of(offer) == OfferStatus.DRAFT
    assert not Consent.objects.exists()
    assert "Pas cette année." in letters_to(bob, "consent_refused").get().text
    client.force_login(bob)
    page = client.post(reverse("offer-publish", args=[offer.pk]), follow=True)
    assert "Ana Petit a dit non" in words(page)
    assert letters_to(ana).count() == 1


def test_the_word_of_a_no_is_read_by_whoever_asked_and_not_by_colleagues(
    client, company, offer, ana, bob
):
    zoé = company.memberships.get(user__first_name="Zoé")
    company.memberships.filter(pk=zoé.pk).update(role="ADMINISTRATOR")
    client.post(link_of(ana), NO)
    read = {}
    for who in (bob, zoé.user):
        client.force_login(who)
        read[who] = words(client.get(offer.get_absolute_url()))
        assert "Ana Petit a dit non" in read[who]
    assert "Pas cette année." in read[bob]
    assert "Pas cette année." not in read[zoé.user]


def test_two_offers_make_two_letters_that_name_them(client, offer, typed, ana, bob):
    client.force_login(bob)
    said = typed | {"person": ana.pk, "publish": "yes", "title": "Trésorière"}
    client.post(reverse("offer-new"), said)
    for letter, title in zip(
        letters_to(ana).order_by("pk"), (offer.title, "Trésorière"), strict=True
    ):
        assert title in letter.subject
        assert title in letter.text


def test_a_colleague_s_mailbox_is_not_filled_by_changing_the_offer(client, offer, typed, ana, bob):
    """Each change asks anew: a plain colleague could have one letter leave for each click."""
    client.force_login(bob)
    door = reverse("offer-edit", args=[offer.pk])
    for number in range(letters_a_day.MOST + 1):
        said = typed | {"person": ana.pk, "title": f"Comptable {number}", "publish": "yes"}
        page = client.post(door, said, follow=True).text
    assert "continuez demain" in page.replace("\xa0", " ")
    assert letters_to(ana).count() == letters_a_day.MOST


def test_asked_twice_it_is_one_letter(client, offer, ana, bob):
    client.force_login(bob)
    client.post(reverse("offer-publish", args=[offer.pk]))
    assert letters_to(ana).count() == 1
    assert status_of(offer) == OfferStatus.DRAFT
    ConsentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client.post(reverse("offer-publish", args=[offer.pk]))
    assert letters_to(ana).count() == 2


def test_the_reminder_of_a_draft_doesn_t_say_that_nobody_was_asked(offer, bob):
    """It was sent to the colleague whom it names, who sees it, and has its skills."""
    letters.draft_waiting(offer, occasion="2026-11-02")
    told = letters_to(bob, "draft_waiting").get().text
    assert "rien n’en est encore public" in told
    assert "sans l’envoyer" not in told
    assert "Ajoutez au moins une compétence" not in told


@pytest.mark.parametrize("door", ["offer-publish", "offer-edit"])
def test_nobody_else_publishes_it(client, offer, company, typed, door):
    zoe = company.members.get(first_name="Zoé")
    client.force_login(zoe)
    said = typed | {"person": offer.person_id, "publish": "yes"}
    client.post(reverse(door, args=[offer.pk]), said)
    assert status_of(offer) == OfferStatus.DRAFT


def leave(ana, company):
    people.leave(ana.memberships.get(organisation=company), now=timezone.now())


def close(ana, company):
    people.close_account(ana, now=timezone.now())


def suspend(ana, company):
    type(company).objects.filter(pk=company.pk).update(status="SUSPENDED")


def wait(ana, company):
    ConsentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("happens", [leave, close, suspend, wait])
def test_the_link_is_moot_once_they_have_gone_or_it_is_too_late(
    client, offer, company, ana, happens
):
    link = link_of(ana)
    happens(ana, company)
    for answer in (client.get(link), client.post(link, YES)):
        assert answer.status_code == 410
    assert not Consent.objects.exists()
    assert not Offer.objects.published().exists()


def shut(ana, company):
    type(ana).objects.filter(pk=ana.pk).update(is_active=False)


def vanish(ana, company):
    ana.memberships.filter(organisation=company).delete()


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (shut, "Ce compte est fermé"),
        (vanish, "Vous n’êtes plus chez Fonderie"),
        (wait, "il durait deux semaines"),
        (suspend, "la coordination sait pourquoi"),
    ],
)
def test_who_comes_too_late_reads_why_whatever_door_it_happened_by(
    offer, company, ana, happens, sentence
):
    happens(ana, company)
    asked = ConsentRequest.objects.get()
    with pytest.raises(NotYet) as refused:
        own_name.answer(asked, yes=True, how=Consent.How.LINK, now=timezone.now())
    assert sentence in str(refused.value).replace("\xa0", " ")
    assert not Consent.objects.exists()
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at) == ("", None)


@pytest.mark.parametrize("whose", ["another’s", "nobody’s"])
def test_an_offer_that_names_them_no_more_asks_them_nothing(client, offer, ana, bob, whose):
    link = link_of(ana)
    Offer.objects.filter(pk=offer.pk).update(person=bob if whose == "another’s" else None)
    answer = client.post(link, YES)
    assert answer.status_code == 410
    assert "a changé depuis le courriel" in words(answer)
    assert not Consent.objects.exists()


def test_a_yes_to_an_offer_that_can_t_be_shown_is_kept_and_whoever_asked_reads_it(
    client, offer, ana, bob
):
    offer.held.all().delete()
    client.post(link_of(ana), YES)
    assert Consent.objects.standing(ana, ConsentKind.OFFER, offer).exists()
    assert status_of(offer) == OfferStatus.DRAFT
    assert letters_to(bob, "consent_given").count() == 1


@pytest.mark.parametrize(
    "change", [{"volume": "60"}, {"ends_on": in_days(300).isoformat()}, {"person": ""}]
)
def test_the_link_is_moot_once_the_offer_has_changed(client, offer, typed, ana, bob, change):
    link = link_of(ana)
    client.force_login(bob)
    client.post(reverse("offer-edit", args=[offer.pk]), typed | {"person": ana.pk} | change)
    answer = client.post(link, YES)
    assert answer.status_code == 410
    assert "a changé depuis le courriel" in words(answer)
    assert not Consent.objects.exists()


@pytest.mark.parametrize("change", [lambda t: t[:-2], lambda t: "x" * len(t), lambda t: "zz" + t])
def test_a_link_that_nobody_made_opens_nothing(client, offer, ana, change):
    token = link_of(ana).strip("/").rpartition("/")[2]
    answer = client.get(reverse("consent-answer", args=[change(token)]))
    assert answer.status_code == 404
    assert "copiez-le en entier" in words(answer)
    assert "Comptable" not in words(answer)


def test_changed_by_somebody_else_it_is_asked_again(client, offer, typed, ana, bob):
    client.post(link_of(ana), YES)
    client.force_login(bob)
    edit = reverse("offer-edit", args=[offer.pk])
    client.post(edit, typed | {"person": ana.pk})
    assert status_of(offer) == OfferStatus.PUBLISHED, "saved as it was, nothing has changed"
    page = client.post(edit, typed | {"person": ana.pk, "volume": "60"}, follow=True)
    assert "Ana Petit reçoit d’abord la question" in words(page)
    assert status_of(offer) == OfferStatus.PAUSED
    assert letters_to(ana).count() == 2
    assert Consent.objects.get().ended_because == Consent.Ended.CHANGED
    client.post(link_of(ana), YES)
    assert status_of(offer) == OfferStatus.PUBLISHED
    assert Consent.objects.standing(ana).count() == 1


def test_changed_by_themselves_it_stays(client, offer, typed, ana):
    client.post(link_of(ana), YES)
    client.force_login(ana)
    client.post(reverse("offer-edit", args=[offer.pk]), typed | {"person": ana.pk, "volume": "60"})
    assert status_of(offer) == OfferStatus.PUBLISHED
    assert Consent.objects.get().stands


def test_one_s_own_offer_keeps_the_words_beside_the_button(client, company, typed, ana):
    client.force_login(ana)
    turned = {"person": ana.pk, "at": "quand", "to": "ou", "seen": ["quoi", "quand"]}
    form = client.post(reverse("offer-new"), typed | turned)
    assert b'name="publish"' in form.content
    client.post(reverse("offer-new"), typed | {"person": ana.pk, "publish": "yes"})
    consent = Consent.objects.get()
    assert consent.how == Consent.How.ACCOUNT
    assert consent.words in words(form)
    assert Offer.objects.get().status == OfferStatus.PUBLISHED
    assert not letters_to(ana).exists()


def test_a_draft_of_one_s_own_isn_t_published_by_a_colleague(client, company, typed, ana, bob):
    client.force_login(ana)
    client.post(reverse("offer-new"), typed | {"person": ana.pk})
    client.force_login(bob)
    client.post(reverse("offer-publish", args=[Offer.objects.get().pk]))
    assert Offer.objects.get().status == OfferStatus.DRAFT
    assert letters_to(ana).count() == 1


def test_a_team_needs_nobody_s_yes_and_a_volunteer_speaks_for_themselves(
    client, company, typed, bob
):
    client.force_login(bob)
    client.post(reverse("offer-new"), typed | {"person": "", "publish": "yes"})
    assert Offer.objects.get().status == OfferStatus.PUBLISHED
    assert not Consent.objects.exists()
    assert own_yes.stands(make_offer())


# --- each mission --------------------------------------------------------------------------
def test_nobody_applies_in_a_colleague_s_name(client, need, shown, ana, bob):
    apply = reverse("need-apply", args=[need.pk])
    client.force_login(bob)
    page = client.get(apply)
    assert "Seule la personne qui viendrait candidate" in words(page)
    assert "Écrire mon offre" in words(page), "the button that led there isn't for nothing"
    assert "Ana Petit" in words(page)
    client.post(apply, {"offer": shown.pk, "word": ""})
    assert not Proposal.objects.exists()
    with pytest.raises(NotYet, match="Ana Petit"):
        proposals.apply(need, shown, word="", by=bob)
    client.force_login(ana)
    assert "J’accepte de faire cette mission" in words(client.get(apply))
    client.post(apply, {"offer": shown.pk, "word": ""})
    assert Consent.objects.standing(ana, ConsentKind.MISSION, Proposal.objects.get()).exists()


def test_a_colleague_s_yes_isn_t_theirs(client, need, shown, ana, bob):
    proposal = proposals.propose(need, shown, word="", by=make_coordinator(need.pole))
    client.force_login(bob)
    page = client.get(proposal.get_absolute_url())
    assert reverse("proposal-accept", args=[proposal.pk]) not in words(page)
    assert "Ana Petit est la seule personne à pouvoir dire oui" in words(page)
    answer = client.post(reverse("proposal-accept", args=[proposal.pk]), follow=True)
    assert "Ana Petit est la seule personne à pouvoir dire oui" in words(answer)
    proposals.accept(proposal, side=Side.NEED, by=need.created_by)
    assert not Mission.objects.exists()
    client.force_login(ana)
    page = client.get(proposal.get_absolute_url())
    assert "J’accepte de faire cette mission" in words(page)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    mission = Mission.objects.get()
    assert own_yes.agreed_at(mission)


def test_whoever_wrote_the_offer_isn_t_asked_for_a_yes_that_is_ana_s_alone(need, shown, ana, bob):
    """“Answer yes or no”: their yes would be refused."""
    proposal = proposals.invite(need, shown, word="", by=need.created_by)
    soon = timezone.localdate()
    letters.proposal_reminder(
        proposal, side=Side.OFFER, step="first", closes_on=soon, link=answer_links.link
    )
    for kind in ("proposal_to_offer", "proposal_reminder"):
        to_bob, to_ana = letters_to(bob, kind).get().text, letters_to(ana, kind).get().text
        assert "Ana Petit est la seule personne à pouvoir dire oui" in to_bob
        assert "répondez oui ou non" not in to_bob
        assert "Ana Petit est la seule personne à pouvoir dire oui" not in to_ana


def test_the_employer_s_side_may_still_say_no(client, need, shown, bob):
    proposal = proposals.propose(need, shown, word="", by=make_coordinator(need.pole))
    client.force_login(bob)
    client.post(reverse("proposal-decline", args=[proposal.pk]), {"cause": "time"})
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DECLINED


def test_a_yes_that_somebody_else_had_given_is_asked_of_the_person(need, shown, ana):
    proposal = make_proposal(need, shown, agrees=False)
    assert proposals.accept(proposal, side=Side.NEED, by=need.created_by) is None
    assert not Mission.objects.exists()
    assert letters_to(ana, "proposal_half_agreed").count() == 1
    assert proposals.accept(proposal, side=Side.OFFER, by=ana) == Mission.objects.get()


def test_whoever_hasn_t_agreed_is_neither_invited_nor_proposed(need, company, ana, bob):
    offer = make_offer(ana, organisation=company, created_by=bob, agrees=False)
    for act, by in ((proposals.invite, need.created_by), (proposals.propose, make_coordinator())):
        with pytest.raises(NotYet, match="n’a pas encore accepté"):
            act(need, offer, word="", by=by)
    assert not Proposal.objects.exists()


def test_a_place_that_is_freed_shows_nobody_who_has_taken_back_their_yes(need, shown, ana):
    Offer.objects.filter(pk=shown.pk).update(capacity=1)
    mission = proposals.accept(make_proposal(need, shown), side=Side.NEED, by=need.created_by)
    assert status_of(shown) == OfferStatus.USED_UP
    own_name.take_back(Consent.objects.standing(ana, ConsentKind.OFFER).get(), by=ana)
    missions.interrupt(mission, reason="Un déménagement.", by=ana, now=timezone.now())
    assert status_of(shown) == OfferStatus.USED_UP


# --- the field of the offer ----------------------------------------------------------------
@pytest.mark.parametrize("ticked", [True, False])
def test_whoever_answers_for_the_offer_may_let_its_field_be_shown_too(client, offer, ana, ticked):
    page = client.get(link_of(ana))
    assert "sur la page publique de mon organisation" in words(page)
    assert "Numérique" in words(page), "they read which"
    client.post(link_of(ana), YES | ({"family": "on"} if ticked else {}))
    given = Consent.objects.filter(person=ana, kind=ConsentKind.FAMILY, about=offer.pk)
    assert [one.how for one in given] == ([Consent.How.LINK] if ticked else [])


def test_a_no_lets_nothing_be_shown(client, offer, ana):
    client.post(link_of(ana), NO | {"family": "on"})
    assert not Consent.objects.filter(kind=ConsentKind.FAMILY).exists()


@pytest.mark.parametrize("by_themselves", [True, False])
def test_what_somebody_else_changes_in_the_offer_ends_the_yes_to_its_field(
    client, offer, typed, ana, bob, by_themselves
):
    client.post(link_of(ana), YES | {"family": "on"})
    client.force_login(ana if by_themselves else bob)
    client.post(
        reverse("offer-edit", args=[offer.pk]), typed | {"person": ana.pk, "title": "Juriste"}
    )
    stands = Consent.objects.standing(ana, ConsentKind.FAMILY, offer).exists()
    assert stands is by_themselves
