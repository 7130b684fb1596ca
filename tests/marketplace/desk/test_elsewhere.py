"""Nobody in the pôle: another one is asked, looks among its own people, and puts somebody forward."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from marketplace import ranking
from marketplace.actions.desk import elsewhere
from marketplace.actions.market import proposals, silence
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk.messages import say
from marketplace.models import AskedPole, Mission, Need, Proposal, Side
from marketplace.ranking.live import TOP
from marketplace.rules import permissions
from marketplace.states import NeedStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    a_pole,
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_user,
)


@pytest.fixture
def need():
    return make_need(member=make_user("Aline", "Moreau"), title="Tenir la paie")


@pytest.fixture
def other():
    return make_pole("Pôle voisin", ["62"])


@pytest.fixture
def maelle(need):
    return make_coordinator(first_name="Maëlle")


@pytest.fixture
def karim(other):
    return make_coordinator(other, first_name="Karim")


def door(name, need):
    return reverse(name, args=[need.pk])


def test_the_neighbours_are_counted_asked_and_told_once(client, need, other, maelle, karim):
    make_offer(pole=other)
    client.force_login(maelle)
    assert door("need-elsewhere", need) in client.get(door("need-candidates", need)).text
    page = client.get(door("need-elsewhere", need)).text
    assert "Pôle voisin : 1 offre qui remplit toutes les conditions" in page
    word = {"pole": other.pk, "word": "C’est pressé."}
    for _turn in range(2):
        client.post(door("need-elsewhere", need), word)
    letter = Notification.objects.get(kind="pole_asked", recipient=karim)
    assert "Tenir la paie" in letter.subject
    assert "C’est pressé." in letter.text
    assert "cherche quelqu’un pour « Tenir la paie »" in letter.text.replace("\xa0", " ")
    assert "n’a personne" not in letter.text, "that is for its coordinator to say"
    assert "Déjà sollicités" in client.get(door("need-elsewhere", need)).text


def test_who_was_asked_puts_somebody_forward_and_it_becomes_a_mission(
    client, need, other, maelle, karim
):
    offer = make_offer(make_user("Rosa", "Voisine"), pole=other)
    elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)
    client.force_login(karim)
    page = client.get(door("need-elsewhere-look", need)).text
    assert "Qui saurait ?" in page
    assert "Rosa V." in page
    ask = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert ask in page
    answer = client.post(ask, {"word": "Rosa connaît bien."}, follow=True)
    assert answer.redirect_chain[-1][0] == door("need-elsewhere-look", need)
    proposal = Proposal.objects.get()
    for side, by in ((Side.NEED, need.organisation.members.get()), (Side.OFFER, offer.person)):
        proposals.accept(proposal, side=side, by=by)
    assert Mission.objects.get().need == need
    client.force_login(maelle)
    assert client.get(offer.get_absolute_url()).status_code == 200


def test_who_was_asked_puts_forward_their_own_people_alone(client, need, other, maelle, karim):
    """By an association of theirs they read the offers of the need's own pôle: these are its coordinators' to propose."""
    make_need(member=karim)
    elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)
    there, here = make_offer(pole=need.pole), make_offer(pole=other)
    client.force_login(karim)
    assert client.get(there.get_absolute_url()).status_code == 200
    for offer, may in ((there, False), (here, True)):
        ask = reverse("need-ask-offer", args=[need.pk, offer.pk])
        assert client.get(ask).status_code == (200 if may else 404)
        client.post(ask, {"word": "Essayez."})
        assert Proposal.objects.filter(offer=offer).exists() is may


def test_who_was_put_forward_is_not_suggested_again_by_another_offer(
    client, need, put_forward, karim
):
    again = make_offer(put_forward.offer.person, pole=put_forward.offer.pole, title="Rédactrice")
    client.force_login(karim)
    page = client.get(door("need-elsewhere-look", need)).text
    assert reverse("need-ask-offer", args=[need.pk, again.pk]) not in page


def test_who_wrote_the_need_before_they_left_its_structure_puts_nobody_forward(
    need, other, maelle, karim
):
    colleague = make_coordinator(other, first_name="Odile")
    elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)
    assert permissions.can_propose(karim, need)
    Need.objects.update(created_by=karim)
    need.refresh_from_db()
    assert [permissions.can_propose(one, need) for one in (karim, colleague)] == [False, True]


def test_who_coordinates_the_pole_that_was_asked_and_applies_leaves_it_to_their_colleagues(
    client, need, other, maelle, karim
):
    """They read nothing of who else was put forward, nor put anybody forward themselves."""
    colleague = make_coordinator(other, first_name="Odile")
    elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)
    asked = make_offer(make_user("Rosa", "Voisine"), pole=other)
    rival = proposals.propose(need, asked, word="Rosa connaît bien.", by=colleague)
    third = make_offer(make_user("Zoé", "Voisine"), pole=other)
    proposals.apply(need, make_offer(karim, pole=other), word="Me voici.", by=karim)
    for reader, sees in ((colleague, True), (karim, False)):
        client.force_login(reader)
        page = client.get(door("need-elsewhere-look", need)).text
        assert [name in page for name in ("Rosa V.", "Zoé V.")] == [sees, sees]
        assert client.get(rival.get_absolute_url()).status_code == (302 if sees else 404)
        ask = reverse("need-ask-offer", args=[need.pk, third.pk])
        assert client.get(ask).status_code == (200 if sees else 403)


@pytest.mark.parametrize("side", ["of the structure", "a candidate"])
@pytest.mark.parametrize("when", ["before", "while the letter waits"])
def test_what_one_coordination_tells_another_isn_t_read_by_who_is_on_a_side(
    client, need, other, maelle, karim, side, when
):
    """The word with it spoke of the association to one of its own members, who coordinates the pôle that was asked."""
    colleague = make_coordinator(other, first_name="Odile")

    def takes_a_side():
        if side == "a candidate":
            proposals.apply(need, make_offer(karim), word="Me voici.", by=karim)
        else:
            need.organisation.memberships.create(user=karim)

    if when == "before":
        takes_a_side()
    elsewhere.ask(need, other, word="Une présidente difficile.", by=maelle)
    if when != "before":
        takes_a_side()
    for reader, reads in ((colleague, True), (karim, False)):
        client.force_login(reader)
        page = client.get(door("need-elsewhere-look", need))
        assert ("présidente difficile" in page.text) is reads
        letters = Notification.objects.filter(kind="pole_asked", recipient=reader)
        assert bool([one for one in letters if not rules.why_moot(one)]) is reads


def test_where_nobody_else_coordinates_the_pole_that_was_asked_they_are_told(
    client, need, other, maelle, karim
):
    need.organisation.memberships.create(user=karim)
    elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)
    letter = Notification.objects.get(kind="pole_asked", recipient=karim)
    assert not rules.why_moot(letter)
    client.force_login(karim)
    assert "Qui saurait ?" in client.get(door("need-elsewhere-look", need)).text


def test_people_of_the_pole_that_was_asked_may_apply(client, need, other, maelle):
    offer = make_offer(pole=other)
    client.force_login(offer.person)
    url = reverse("need-apply", args=[need.pk])
    assert not client.get(url).context["has_offers"]
    elsewhere.ask(need, other, word="", by=maelle)
    assert client.get(url).context["has_offers"]
    client.post(url, {"offer": offer.pk, "word": ""})
    assert Proposal.objects.get().offer == offer


def test_without_being_asked_nobody_crosses(client, need, other, karim):
    offer = make_offer(pole=other)
    client.force_login(karim)
    assert client.get(door("need-elsewhere-look", need)).status_code == 404
    ask = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert client.post(ask, {"word": ""}).status_code == 403
    with pytest.raises(NotYet):
        proposals.propose(need, offer, word="", by=karim)
    assert ranking.offers_for(need) == []


def test_a_private_a_closed_and_the_own_pole_are_refused_with_a_sentence(need, other, maelle):
    with pytest.raises(NotYet, match="own pôle|propre|lui-même"):
        elsewhere.ask(need, a_pole(), word="", by=maelle)
    for changed in ({"is_listed": False}, {"status": NeedStatus.CLOSED}):
        Need.objects.filter(pk=need.pk).update(**changed)
        with pytest.raises(NotYet):
            elsewhere.ask(need, other, word="", by=maelle)
    assert not AskedPole.objects.exists()


def test_only_the_needs_coordinators_ask(client, need, other, karim):
    url = door("need-elsewhere", need)
    assert client.get(url).status_code == 302
    for user in (need.organisation.members.get(), karim):
        client.force_login(user)
        assert client.post(url, {"pole": other.pk}).status_code == 403
    assert not AskedPole.objects.exists()


def test_only_the_pole_that_was_asked_puts_somebody_forward_and_for_that_need_only(
    client, need, other, maelle, karim
):
    third = make_pole("Troisième pôle", ["80"])
    zoe, another_need = make_coordinator(third), make_need(member=make_user())
    elsewhere.ask(need, other, word="", by=maelle)
    elsewhere.ask(another_need, third, word="", by=maelle)
    assert permissions.can_propose(karim, need)
    for coordinator, pole, refused in ((zoe, third, need), (karim, other, another_need)):
        client.force_login(coordinator)
        ask = reverse("need-ask-offer", args=[refused.pk, make_offer(pole=pole).pk])
        assert not permissions.can_propose(coordinator, refused)
        assert client.post(ask, {"word": ""}).status_code == 403
    assert not Proposal.objects.exists()


@pytest.fixture
def put_forward(need, other, maelle, karim):
    """Karim, of the pôle that was asked, has put Rosa forward."""
    elsewhere.ask(need, other, word="", by=maelle)
    return proposals.propose(
        need, make_offer(make_user("Rosa", "Voisine"), pole=other), word="", by=karim
    )


def test_who_put_somebody_forward_sees_where_it_stands_and_not_what_is_said(
    client, need, karim, put_forward
):
    aline = need.organisation.members.get()
    say(put_forward.thread, text="Notre comptable part.", sent_key="1", by=aline)
    proposals.accept(put_forward, side=Side.NEED, by=aline)
    client.force_login(karim)
    page = client.get(put_forward.get_absolute_url(), follow=True)
    assert page.redirect_chain == [(door("need-elsewhere-look", need), 302)]
    assert "Rosa V." in page.text
    assert f"{need.organisation} : a dit oui" in page.text
    assert "n’a pas encore répondu" in page.text
    assert "Notre comptable part." not in page.text
    assert client.get(reverse("thread", args=[put_forward.thread.pk])).status_code == 404


def test_who_was_asked_proposes_from_a_page_that_knows_them(client, need, other, maelle, karim):
    """It sent them to the coordinators of their own pôle, and back to a page that answered 403."""
    offer = make_offer(make_user("Rosa", "Voisine"), pole=other)
    elsewhere.ask(need, other, word="", by=maelle)
    client.force_login(karim)
    page = client.get(reverse("need-ask-offer", args=[need.pk, offer.pk])).text
    assert "autre pôle" not in page
    assert f'href="{door("need-candidates", need)}"' not in page
    assert page.count(f'href="{door("need-elsewhere-look", need)}"') == 2
    client.force_login(offer.person)
    assert "autre pôle" not in client.get(need.get_absolute_url()).text
    client.force_login(maelle)
    made = proposals.propose(need, offer, word="", by=karim)
    assert "autre pôle" not in client.get(made.get_absolute_url()).text


def test_a_pole_that_was_not_asked_still_keeps_its_people_apart(need, other):
    match = ranking.why(need, make_offer(pole=other))
    assert [reason.words for reason in match.excluded] == ["Appartient à un autre pôle"]


@pytest.mark.parametrize("how", ["somebody else is found", "silence"])
def test_who_put_somebody_forward_is_not_comforted_as_a_candidate(
    need, maelle, karim, put_forward, how
):
    """They read that if there were other matches for them, their home page would show them."""
    aline = need.organisation.members.get()
    if how == "silence":
        with time_machine.travel(timezone.now() + timedelta(days=40)):
            silence.remind(timezone.now())
        with time_machine.travel(timezone.now() + timedelta(days=80)):
            silence.remind(timezone.now())
    else:
        offer = make_offer(make_user("Noé", "Lambert"))
        found = proposals.propose(need, offer, word="", by=maelle)
        proposals.accept(found, side=Side.NEED, by=aline)
        proposals.accept(found, side=Side.OFFER, by=offer.person)
    letter = Notification.objects.get(kind="proposal_closed", recipient=karim)
    assert "pour vous" not in letter.text
    assert "que vous aviez faite, est close" in letter.text
    assert "Vous n’avez plus rien à faire." in letter.text


def test_a_no_and_its_reason_reach_whoever_put_somebody_forward(client, need, karim, put_forward):
    proposals.decline(
        put_forward, side=Side.OFFER, reason="Je pars en mars.", by=put_forward.offer.person
    )
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.CLOSED)
    letter = Notification.objects.get(kind="proposal_declined_desk", recipient=karim)
    assert "Je pars en mars." in letter.text
    client.force_login(karim)
    page = client.get(put_forward.get_absolute_url(), follow=True).text
    assert "Je pars en mars." in page
    assert "ne cherche plus personne" in page


def test_both_yeses_reach_whoever_put_somebody_forward(client, need, karim, put_forward):
    for side, by in (
        (Side.NEED, need.organisation.members.get()),
        (Side.OFFER, put_forward.offer.person),
    ):
        proposals.accept(put_forward, side=side, by=by)
    letter = Notification.objects.get(kind="mission_started", recipient=karim)
    assert f"La coordination ({need.pole}) suit la mission" in letter.text
    client.force_login(karim)
    assert client.get(put_forward.get_absolute_url(), follow=True).status_code == 200
    assert client.get(Mission.objects.get().get_absolute_url()).status_code == 404


@pytest.mark.parametrize("hidden", ["private", "of a suspended structure"])
def test_a_need_that_was_hidden_since_is_looked_for_no_more(
    client, need, other, maelle, karim, hidden
):
    """Its candidates stood there, each with a button that answered 404."""
    offer = make_offer(make_user("Rosa", "Voisine"), pole=other)
    elsewhere.ask(need, other, word="", by=maelle)
    client.force_login(karim)
    assert "Rosa V." in client.get(door("need-elsewhere-look", need)).text
    if hidden == "private":
        Need.objects.filter(pk=need.pk).update(is_listed=False)
    else:
        organisations.suspend(need.organisation, reason="À voir.", by=maelle)
    page = client.get(door("need-elsewhere-look", need)).text
    assert "Rosa V." not in page
    assert reverse("need-ask-offer", args=[need.pk, offer.pk]) not in page
    assert need.get_absolute_url() + '"' not in page
    assert "n’est plus montré aux autres pôles" in page


def test_nobody_else_elsewhere_sees_what_was_put_forward(client, need, other, put_forward):
    third = make_pole("Troisième pôle", ["80"])
    for stranger in (make_coordinator(third), make_user()):
        client.force_login(stranger)
        for url in (put_forward.get_absolute_url(), door("need-elsewhere-look", need)):
            assert client.get(url).status_code == 404
        for act in ("proposal-accept", "proposal-withdraw"):
            assert client.post(reverse(act, args=[put_forward.pk])).status_code == 404


def test_who_put_somebody_forward_acts_for_nobody(client, need, karim, put_forward):
    client.force_login(karim)
    for act in ("proposal-accept", "proposal-decline", "proposal-withdraw"):
        answer = client.post(reverse(act, args=[put_forward.pk]), {"reason": "Non."})
        assert answer.status_code == 404
    put_forward.refresh_from_db()
    assert put_forward.is_open


def test_twenty_are_the_best_of_those_who_would_suit(client, need, other, maelle, karim):
    for _n in range(TOP + 1):
        make_offer(pole=other)
    client.force_login(maelle)
    page = client.get(door("need-elsewhere", need)).text
    assert "20 offres ou plus qui remplissent toutes les conditions" in page
    elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)
    client.force_login(karim)
    page = client.get(door("need-elsewhere-look", need)).text
    assert "Vos 20 meilleures offres, parmi celles qui remplissent toutes les conditions" in page
