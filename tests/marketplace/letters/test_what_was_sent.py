"""Whoever sends a need, or applies for one, has one letter at once: that it has left, and until when it is answered."""

import pytest
from django.utils import timezone

from accounts.models import Organisation
from common.dates import spoken
from marketplace import letters
from marketplace.actions.market import needs, proposals
from marketplace.models import Promises
from marketplace.rules import working_days
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


def told(person, kind):
    return Notification.objects.filter(recipient=person, kind=kind)


def a_draft(**fields):
    need = make_need(status=NeedStatus.DRAFT, member=make_user(), **fields)
    return need, need.organisation.members.get()


def day(promise):
    days = Promises.default_of(promise)
    found = working_days.after(timezone.localdate(), days)
    return f"{found.day}{'er' if found.day == 1 else ''} "


def test_whoever_sends_a_need_reads_by_when_it_is_answered_and_their_colleagues_do_not():
    need, head = a_draft()
    colleague = make_user()
    need.organisation.memberships.create(user=colleague, role="MEMBER")
    needs.submit(need, by=head)
    letter = told(head, "need_sent").get()
    assert need.title in letter.subject
    assert day("read_within") in letter.text
    assert not told(colleague, "need_sent").exists()
    assert not letter.asks


def test_sent_again_after_a_question_it_is_said_again_and_the_first_no_longer_holds():
    need, head = a_draft()
    needs.submit(need, by=head)
    first = told(head, "need_sent").get()
    assert letters.NEED_SENT.rule.moot(first) == ""
    needs.ask(need, question="Pour quand ?", by=make_coordinator(need.pole))
    assert letters.NEED_SENT.rule.moot(first) != ""
    needs.submit(need, by=head)
    assert told(head, "need_sent").count() == 2


def test_a_coordinator_who_sends_it_for_a_structure_is_told_nothing():
    need, head = a_draft()
    coordinator = make_coordinator(need.pole)
    needs.submit(need, by=coordinator)
    assert not Notification.objects.filter(kind="need_sent").exists()


def test_whoever_applies_reads_until_when_they_are_answered_once():
    need, person = make_need(member=make_user()), make_user()
    proposal = proposals.apply(need, make_offer(person), word="", by=person)
    letter = told(person, "proposal_sent").get()
    assert day("tell_after") in letter.text
    assert day("close_after") in letter.text
    assert need.organisation.name in letter.text
    proposals.withdraw(proposal, reason="", by=person)
    assert letters.PROPOSAL_SENT.rule.moot(letter) != ""


def test_an_invitation_and_a_coordinator_s_proposal_are_nobody_s_application():
    need, offer = make_need(member=make_user()), make_offer(make_user())
    proposals.invite(need, offer, word="", by=need.organisation.members.get())
    other = make_need(make_organisation(name="Une autre"), title="Un autre")
    proposals.propose(other, make_offer(make_user()), word="", by=make_coordinator(other.pole))
    assert not Notification.objects.filter(kind="proposal_sent").exists()


@pytest.mark.parametrize("status", ["SUBMITTED", "ACCEPTED"])
def test_both_letters_say_that_the_structure_is_verified_first_only_where_it_is_not_yet(status):
    need, head = a_draft()
    pole_head = make_coordinator(need.pole)
    Organisation.objects.filter(pk=need.organisation_id).update(status=status)
    need.refresh_from_db()
    needs.submit(need, by=head)
    sent, asked = told(head, "need_sent").get(), told(pole_head, "need_submitted").get()
    waits = status == "SUBMITTED"
    assert ("une fois votre structure vérifiée, il est publié" in sent.text) is waits
    assert ("publiez-le une fois la structure vérifiée" in asked.text) is waits


def test_the_structure_reads_the_same_day_as_whoever_applied_and_that_they_applied():
    need, person = make_need(member=make_user()), make_user()
    offer = make_offer(person)
    proposals.apply(need, offer, word="", by=person)
    letter = told(need.organisation.members.get(), "proposal_to_need").get()
    assert f"{offer.name_within} vous propose son aide" in letter.text
    assert f"d’ici le {spoken(promised(), 'l j F')}" in letter.text
    assert spoken(promised(), "l j F") in told(person, "proposal_sent").get().text


@pytest.mark.parametrize("act", ["invite", "propose"])
def test_whoever_is_asked_reads_by_when_an_answer_is_expected(act):
    need, person = make_need(member=make_user()), make_user()
    by = need.organisation.members.get() if act == "invite" else make_coordinator(need.pole)
    getattr(proposals, act)(need, make_offer(person), word="", by=by)
    letter = told(person, "proposal_to_offer").get()
    assert f"d’ici le {spoken(promised(), 'l j F')}" in letter.text


def promised():
    return working_days.after(timezone.localdate(), Promises.default_of("tell_after"))
