"""Our letters and the post office: what they belong to, whether they still make sense, who may see them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import letters
from marketplace.actions.market import answer_links, needs, proposals
from marketplace.actions.missions import followups
from marketplace.actions.talk import messages
from marketplace.letters import registry
from marketplace.models import FollowUp, Need, Side
from marketplace.models.market.proposals import Origin
from marketplace.states import NeedStatus, OfferStatus
from notifications import delivery, outbox
from notifications.models import Notification, Status
from notifications.rules import families, family_named, rule_for
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)


@pytest.fixture(autouse=True)
def carried(settings):
    settings.MAIL_TRANSPORT = "memory"
    settings.DOORBELL = False


@pytest.fixture
def proposal():
    need = make_need(member=make_user(first_name="Aline"))
    return make_proposal(need, make_offer(), origin=Origin.COORDINATOR)


def deliver():
    return delivery.deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1))


def letter(kind, **fields):
    return Notification.objects.get(kind=kind, **fields)


def test_every_family_has_its_letters_and_the_account_s_can_never_be_refused():
    used = {rule.family.code for rule in registry.KINDS.values()}
    assert used == {family.code for family in families()}
    assert not family_named("account").may_be_off
    assert rule_for("a kind that nobody described").family.code == "account"


def test_a_message_read_meanwhile_is_not_announced(proposal):
    aline, noe = proposal.need.organisation.members.get(), proposal.offer.person
    messages.say(proposal.thread, text="Jeudi ?", sent_key="k", by=aline)
    said = proposal.thread.messages.get()
    messages.mark_read(proposal.thread, noe, up_to=said.pk)
    assert deliver() == 0
    assert letter("message_waiting").last_error == "Read on the site"


def test_a_message_still_unread_is_announced(proposal):
    aline = proposal.need.organisation.members.get()
    messages.say(proposal.thread, text="Jeudi ?", sent_key="k", by=aline)
    assert deliver() >= 1
    assert letter("message_waiting").status == Status.SENT


def test_a_follow_up_answered_meanwhile_is_not_asked(proposal):
    for side, person in (
        (Side.NEED, proposal.need.created_by),
        (Side.OFFER, proposal.offer.person),
    ):
        proposal.refresh_from_db()
        proposals.accept(proposal, side=side, by=person)
    followups.ask_due(timezone.localdate() + timedelta(days=7))
    asked = FollowUp.objects.first()
    FollowUp.objects.filter(pk=asked.pk).update(answered_at=timezone.now(), answer="GOOD")
    deliver()
    sent = {row.key: row.status for row in Notification.objects.filter(kind="follow_up_first_week")}
    assert sent.pop(f"follow-up:{asked.pk}") == Status.CANCELLED
    assert set(sent.values()) == {Status.SENT}


def test_a_need_that_a_colleague_has_read_is_not_announced_again():
    pole = make_pole()
    coordinators = [make_coordinator(pole) for _ in range(2)]
    aline = make_user()
    need = make_need(make_organisation(pole=pole, member=aline), status=NeedStatus.DRAFT)
    needs.submit(need, by=aline)
    assert Notification.objects.filter(kind="need_submitted").count() == 2
    needs.publish(need, by=coordinators[0])
    deliver()
    announced = Notification.objects.filter(kind="need_submitted")
    assert {row.status for row in announced} == {Status.CANCELLED}


def test_summaries_are_grouped_by_need(proposal):
    assert registry.about({"proposal": proposal}) == str(proposal.need)
    assert registry.about({"need": proposal.need}) == str(proposal.need)
    assert registry.about({"organisation": "La Recyclerie"}) == "La Recyclerie"
    assert registry.about({}) == ""


def test_a_coordinator_sees_the_letters_of_their_pole_only(client, proposal):
    aline, noe = proposal.need.organisation.members.get(), proposal.offer.person
    messages.say(proposal.thread, text="Jeudi ?", sent_key="k", by=aline)
    here = make_coordinator(proposal.need.pole)
    elsewhere = make_coordinator(make_pole("Ailleurs", ()))
    assert registry.desk(here).filter(recipient=noe).exists()
    assert not registry.desk(elsewhere).filter(recipient__in=[aline, noe]).exists()
    assert registry.desk(noe) is None
    client.force_login(here)
    assert noe.email in client.get(reverse("letters-desk")).content.decode()
    client.force_login(elsewhere)
    assert noe.email not in client.get(reverse("letters-desk")).content.decode()
    row = Notification.objects.get(recipient=noe, kind="message_waiting")
    assert client.post(reverse("letter-cancel", args=[row.pk])).status_code == 404


def test_what_a_shared_member_does_in_another_pole_stays_there(client):
    """Aline belongs to an association of each of two pôles: each desk sees its own."""
    aline = make_user(email="aline@example.org")
    need = make_need(make_organisation(member=aline), title="Refaire notre site")
    other_pole = make_pole("Ailleurs", ())
    make_organisation(member=aline, pole=other_pole)
    letters.need_moved(
        letters.NEED_PUBLISHED, need.steps.create(before="SUBMITTED", after=need.status)
    )
    client.force_login(make_coordinator(need.pole))
    assert "Refaire notre site" in client.get(reverse("letters-desk")).content.decode()

    elsewhere = make_coordinator(other_pole)
    client.force_login(elsewhere)
    for query in ("", "?qui=refaire", "?etat=WAITING"):
        page = client.get(reverse("letters-desk") + query).content.decode()
        assert "Refaire notre site" not in page
        assert aline.email not in page
    row = Notification.objects.get(recipient=aline)
    assert client.post(reverse("letter-cancel", args=[row.pk])).status_code == 404


def test_the_title_of_a_draft_is_read_by_no_coordinator(client):
    """« Votre brouillon “Licencier notre directeur” vous attend » stood on the screen of letters, for all to read."""
    drafts = [
        make_need(member=make_user(), status=NeedStatus.DRAFT, title="Licencier notre directeur"),
        make_offer(status=OfferStatus.DRAFT, title="Coach en reconversion"),
    ]
    for row in drafts:
        letters.draft_waiting(row, occasion="2026-05-01")
    assert Notification.objects.filter(kind="draft_waiting").count() == 2
    client.force_login(make_coordinator(drafts[0].pole))
    for query in ("", "?qui=licencier", "?etat=WAITING"):
        page = client.get(reverse("letters-desk") + query).text
        assert not any(row.title in page for row in drafts)
    row = Notification.objects.get(recipient=drafts[0].created_by)
    assert client.post(reverse("letter-cancel", args=[row.pk])).status_code == 404
    Need.objects.filter(pk=drafts[0].pk).update(submitted_at=timezone.now())
    assert drafts[0].title in client.get(reverse("letters-desk")).text


def test_letters_about_the_person_alone_are_at_the_desk_of_each_of_their_poles():
    aline = make_user()
    poles = [make_pole("Ici", ()), make_pole("Ailleurs", ())]
    for pole in poles:
        make_organisation(member=aline, pole=pole)
    outbox.post(recipient=aline, key="k", template="reply_refused", url="/messages/", reason="x")
    assert all(registry.desk(make_coordinator(pole)).exists() for pole in poles)


def test_a_letter_about_a_proposal_between_two_poles_is_at_the_desk_of_both():
    noe = make_user()
    home = make_pole("Chez Noé", ())
    proposal = make_proposal(make_need(), make_offer(noe, pole=home))
    there = {proposal.need.pole_id, home.pk}
    assert registry.desks({"proposal": proposal}) == there
    step = proposal.steps.create(before="OPEN", after="DECLINED")
    letters.proposal_ended(letters.PROPOSAL_DECLINED, step, told=["OFFER"])
    assert registry.desk(make_coordinator(home)).filter(recipient=noe).exists()


@pytest.mark.parametrize(("make", "chooses"), [(make_user, False), (make_coordinator, True)])
def test_the_letters_of_the_desk_are_chosen_by_coordinators_alone(client, make, chooses):
    client.force_login(make())
    assert ("pace_desk" in client.get(reverse("letter-habits")).content.decode()) is chooses


def test_what_somebody_wrote_stands_in_the_marks_of_the_reader():
    """« à la française », “in English”: by one filter for letters and pages alike."""
    for language, mark in (
        ("fr", "« Je viendrais volontiers. »"),
        ("en", "“Je viendrais volontiers.”"),
    ):
        head = make_user(language=language)
        proposal = make_proposal(
            make_need(member=head), make_offer(), word="Je viendrais volontiers."
        )
        letters.proposal_made(proposal, to=[Side.NEED], by=None, link=answer_links.link)
        said = Notification.objects.get(kind="proposal_to_need", recipient=head).text
        assert mark in said.replace("\xa0", " ")
