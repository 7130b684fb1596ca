"""A proposal is answered from its letter: yes, not now, no; by its reader alone, today, and never by opening a link."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace import letters
from marketplace.actions.market import answer_links, proposals
from marketplace.models import CompanyProgramme, Consent, ConsentKind, Proposal, Side
from marketplace.states import ProposalStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)


@pytest.fixture
def asked():
    """A coordinator puts a volunteer forward; another need and another offer stand beside."""
    make_need()
    make_offer()
    need, offer = (
        make_need(member=make_user("Aline")),
        make_offer(about="J’aime apprendre aux autres."),
    )
    return proposals.propose(need, offer, word="Vous iriez bien ensemble.", by=make_coordinator())


def letter(proposal, person):
    return Notification.objects.get(recipient=person, key=f"proposal:{proposal.pk}:made")


def head(proposal):
    return proposal.need.organisation.members.get()


def links(said):
    """The addresses of the answers, by answer, as the letter gives them."""
    found = re.findall(r"https?://\S+?/reponse/\S+?\?answer=(\w+)", said.text)
    paths = re.findall(r"https?://[^/\s]+(/reponse/[^\s)]+)", said.text)
    return dict(zip(found, paths, strict=True))


def send(client, proposal, person, **said):
    return client.post(answer_links.link(proposal, person), said)


def state(proposal):
    return Proposal.objects.get(pk=proposal.pk)


# --- the letter ----------------------------------------------------------------------------
def test_the_letter_tells_why_in_their_words_and_answers_in_each_way(asked):
    said = letter(asked, asked.offer.person)
    assert "Pourquoi vous" in said.text
    assert "Vous iriez bien ensemble." in said.text
    assert set(links(said)) == {"yes", "later", "no"}
    assert links(said) != links(letter(asked, head(asked)))


def test_the_letter_is_wiped_as_others_that_answer_in_one_s_name(asked):
    assert letter(asked, asked.offer.person).secret


def test_in_english_for_who_reads_english():
    person = make_user(language="en")
    made = proposals.propose(
        make_need(member=make_user()), make_offer(person), word="", by=make_coordinator()
    )
    said = letter(made, person)
    assert "Why you" in said.text
    assert "Not now" in said.text


def test_whoever_may_only_say_no_is_given_no_yes():
    company = make_organisation("COMPANY")
    boss = make_user("Paul")
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    offer = make_offer(organisation=company, created_by=boss)
    made = proposals.propose(make_need(member=make_user()), offer, word="", by=make_coordinator())
    assert set(links(letter(made, boss))) == {"later", "no"}
    assert set(links(letter(made, offer.person))) == {"yes", "later", "no"}


def reminders(proposal, side):
    soon = timezone.localdate() + timedelta(days=5)
    letters.proposal_reminder(
        proposal, side=side, step="first", closes_on=soon, link=answer_links.link
    )
    return Notification.objects.filter(kind="proposal_reminder")


def test_a_reminder_is_answered_as_the_first_letter_by_each_reader_s_own_links(client, asked):
    first, beside = head(asked), make_user("Inès")
    asked.need.organisation.memberships.create(user=beside, role="ADMINISTRATOR")
    told = {one.recipient: one for one in reminders(asked, Side.NEED)}
    assert set(told) == {first, beside}
    assert all(one.secret for one in told.values())
    assert links(told[beside]) != links(told[first])
    shown = client.get(links(told[beside])["yes"])
    assert shown.status_code == 200
    assert state(asked).need_said_yes_at is None
    client.post(links(told[beside])["yes"], {"answer": "yes"})
    assert state(asked).need_said_yes_at
    late = client.post(links(told[first])["no"], {"answer": "no"})
    assert late.status_code == 410


def test_a_reminder_s_link_answers_no_more_once_its_reader_has_left(client, asked):
    [said] = reminders(asked, Side.NEED)
    asked.need.organisation.memberships.all().delete()
    assert client.get(links(said)["no"]).status_code == 410
    assert state(asked).status == ProposalStatus.OPEN


def test_a_reminder_gives_no_yes_to_who_may_only_say_no():
    company = make_organisation("COMPANY")
    boss = make_user("Paul")
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    offer = make_offer(organisation=company, created_by=boss)
    made = proposals.propose(make_need(member=make_user()), offer, word="", by=make_coordinator())
    told = {one.recipient: set(links(one)) for one in reminders(made, Side.OFFER)}
    assert told[boss] == {"later", "no"}
    assert told[offer.person] == {"yes", "later", "no"}


# --- opening changes nothing ----------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("answer", ["yes", "later", "no", "", "x"])
def test_opening_a_link_changes_nothing(client, asked, method, answer):
    address = answer_links.link(asked, asked.offer.person)
    opened = getattr(client, method)(address, {"answer": answer})
    assert opened.status_code == 200
    assert "noindex" in opened["X-Robots-Tag"]
    assert "one-click" not in opened.text
    assert state(asked).status == ProposalStatus.OPEN
    assert state(asked).offer_said_yes_at is None


def test_an_answer_that_is_none_changes_nothing(client, asked):
    assert send(client, asked, asked.offer.person, answer="x").status_code == 200
    assert state(asked).offer_said_yes_at is None


# --- the answers ----------------------------------------------------------------------------
def test_yes_by_both_makes_the_mission(client, asked):
    assert "réponse" in send(client, asked, asked.offer.person, answer="yes").text
    send(client, asked, head(asked), answer="yes")
    assert state(asked).mission is not None


def test_not_now_takes_the_day_or_three_months(client, asked):
    shown = client.get(answer_links.link(asked, asked.offer.person), {"answer": "later"})
    soon = timezone.localdate() + timedelta(days=90)
    assert shown.context["form"].initial["again_from"] == soon
    send(client, asked, asked.offer.person, answer="later", again_from="", words="")
    assert state(asked).status == ProposalStatus.DECLINED
    assert state(asked).again_from == soon
    assert state(asked).declined_side == Side.OFFER


def test_not_now_until_a_day(client, asked):
    day = timezone.localdate() + timedelta(days=40)
    send(
        client, asked, head(asked), answer="later", again_from=day.isoformat(), words="Après l’été."
    )
    assert state(asked).again_from == day
    assert "Après l’été." in state(asked).steps.last().said


@pytest.mark.parametrize("day", ["2020-01-01", "demain", "9999-12-31"])
def test_a_day_that_can_t_be_is_said_beside_its_field(client, asked, day):
    shown = send(client, asked, asked.offer.person, answer="later", again_from=day, words="Voilà")
    assert "again_from" in shown.context["form"].errors
    assert "Voilà" in shown.text
    assert state(asked).is_open


def test_no_asks_which_and_tells_it(client, asked):
    shown = send(client, asked, asked.offer.person, answer="no", words="")
    assert "cause" in shown.context["form"].errors
    send(client, asked, asked.offer.person, answer="no", cause="place", words="")
    assert state(asked).status == ProposalStatus.DECLINED
    assert state(asked).again_from is None


def test_a_yes_at_work_is_kept_on_the_words_that_were_read_as_by_a_link(client):
    company = make_organisation("COMPANY")
    offer = make_offer(organisation=company)
    made = proposals.propose(make_need(member=make_user()), offer, word="", by=make_coordinator())
    shown = client.get(answer_links.link(made, offer.person), {"answer": "yes"})
    assert "sur mon temps de travail" in shown.text
    send(client, made, offer.person, answer="yes")
    consent = Consent.objects.standing(offer.person, ConsentKind.MISSION, made).get()
    assert consent.how == Consent.How.LINK


def test_where_a_programme_counts_it_is_read_before_the_yes(client):
    company = make_organisation("COMPANY")
    offer = make_offer(organisation=company)
    CompanyProgramme.objects.create(
        organisation=company, name="Deux jours", days_per_year=Decimal(2), starts_on=in_days(-30)
    )
    made = proposals.propose(make_need(member=make_user()), offer, word="", by=make_coordinator())
    shown = client.get(answer_links.link(made, offer.person), {"answer": "yes"})
    assert shown.context["asks_to_read"]
    assert "connectez-vous" not in shown.text, "whoever reads it may be logged in"
    assert 'value="yes"' not in shown.text
    send(client, made, offer.person, answer="yes")
    assert state(made).offer_said_yes_at is None


# --- who, and when --------------------------------------------------------------------------
def refused(client, proposal, person, status=410):
    address = answer_links.link(proposal, person)
    for opened in (client.get(address), client.post(address, {"answer": "yes"})):
        assert opened.status_code == status
    assert Proposal.objects.filter(pk=proposal.pk, offer_said_yes_at=None).exists()


def test_a_stranger_s_link_answers_nothing(client, asked):
    refused(client, asked, make_user())


def test_a_link_that_was_made_up_isn_t_whole(client, asked):
    forged = signing.dumps([asked.pk, asked.offer.person_id, "x"], salt="another")
    address = reverse("proposal-answer", args=[forged])
    assert client.get(address).status_code == 404
    assert client.post(address, {"answer": "yes"}).status_code == 404


def test_the_link_of_one_proposal_answers_no_other(client, asked):
    other = proposals.propose(
        make_need(member=make_user()), asked.offer, word="", by=make_coordinator()
    )
    send(client, other, asked.offer.person, answer="yes")
    assert state(asked).offer_said_yes_at is None


def test_a_coordinator_answers_for_nobody(client, asked):
    refused(client, asked, asked.created_by)


def test_whoever_has_left_the_structure_answers_no_more(client, asked):
    gone = head(asked)
    asked.need.organisation.memberships.all().delete()
    refused(client, asked, gone)


def test_an_employee_of_the_structure_doesn_t_answer(client, asked):
    only = make_user()
    Membership.objects.create(user=only, organisation=asked.need.organisation, role="EMPLOYEE")
    refused(client, asked, only)


def test_a_closed_account_answers_no_more(client, asked):
    person = asked.offer.person
    User.objects.filter(pk=person.pk).update(is_active=False)
    refused(client, asked, person)


def test_a_suspended_structure_answers_nothing(client, asked):
    Organisation.objects.filter(pk=asked.need.organisation_id).update(
        status=OrganisationStatus.SUSPENDED
    )
    refused(client, asked, head(asked))


def test_an_address_that_has_changed_ends_the_link(client, asked):
    person = asked.offer.person
    address = answer_links.link(asked, person)
    User.objects.filter(pk=person.pk).update(email="autre@example.org")
    assert client.post(address, {"answer": "yes"}).status_code == 410
    assert state(asked).offer_said_yes_at is None


def test_after_two_months_the_link_has_run_out(client, asked):
    address = answer_links.link(asked, asked.offer.person)
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        assert client.get(address).status_code == 410


def test_twice_is_once(client, asked):
    send(client, asked, asked.offer.person, answer="yes")
    again = send(client, asked, asked.offer.person, answer="yes")
    assert again.status_code == 410
    assert "déjà" in again.text
    assert asked.steps.count() == 2


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_once_it_is_over_the_link_says_so(client, asked, end):
    if end == "decline":
        proposals.decline(asked, side=Side.NEED, reason="Non.", by=head(asked))
    else:
        proposals.withdraw(asked, reason="Non.", by=asked.created_by)
    opened = client.get(answer_links.link(asked, asked.offer.person))
    assert opened.status_code == 410
    assert "Trop tard" in opened.text


def test_somebody_else_who_is_signed_in_doesn_t_answer_in_its_reader_s_name(client, asked):
    client.force_login(make_user("Zoé"))
    opened = client.get(answer_links.link(asked, asked.offer.person))
    assert opened.status_code == 410
    assert "Zoé" in opened.text
    send(client, asked, asked.offer.person, answer="yes")
    assert state(asked).offer_said_yes_at is None


def test_its_reader_who_is_signed_in_answers(client, asked):
    client.force_login(asked.offer.person)
    send(client, asked, asked.offer.person, answer="yes")
    assert state(asked).offer_said_yes_at


def test_the_page_is_in_its_reader_s_language(client):
    person = make_user(language="en")
    made = proposals.propose(
        make_need(member=make_user()), make_offer(person), word="", by=make_coordinator()
    )
    assert "Your answer" in client.get(answer_links.link(made, person)).text


def test_the_addresses_of_the_letter_open(client, asked):
    for address in links(letter(asked, head(asked))).values():
        assert client.get(urlsplit(address).path).status_code == 200
