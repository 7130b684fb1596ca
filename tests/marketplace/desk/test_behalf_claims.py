"""Whom something was written for takes it up by the letter's link, once; or says no; or does nothing, and it is erased."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.models.people import User
from marketplace.actions.desk import behalf as acts
from marketplace.actions.desk import unclaimed
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Behalf,
    Consent,
    ConsentKind,
    Dispatched,
    Mission,
    Need,
    Offer,
    Proposal,
    Serving,
)
from marketplace.states import NeedStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import make_offer, make_organisation, make_user, verify
from tests.marketplace.desk.behalf_people import (
    ADDRESS,
    SENTENCE,
    a_draft,
    a_published_need,
    a_sent_need,
    an_offer,
    desk,
    row_of,
    the_letter,
    the_link,
)


@pytest.fixture
def them():
    return desk()


@pytest.fixture
def need(them):
    return a_sent_need(them)


def petit(**fields):
    return verify(make_user("Anne", "Petit", email=ADDRESS, **fields))


def later(days):
    return timezone.localtime() + timedelta(days=days)


# --- the link ------------------------------------------------------------------------------
def test_it_is_read_without_an_account_and_reading_does_nothing(client, need):
    page = client.get(the_link())
    assert page.status_code == 200
    assert SENTENCE in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    assert row_of(need).claimed_at is None
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_account_is_made_from_the_letter_without_another_one(client, need):
    link = the_link()
    answer = client.post(f"{link}compte/")
    page = client.get(answer.url)
    assert ADDRESS in page.content.decode(), "it isn't typed again"
    said = {"first_name": "Anne", "last_name": "Petit", "email": ADDRESS, "next": link}
    said |= {"password1": "un-long-mot-de-passe", "terms": "on", "accept_terms": "on"}
    client.post(answer.url, said)
    person = User.objects.get(email=ADDRESS)
    assert EmailAddress.objects.get(user=person).verified
    client.force_login(person)
    client.post(link, {"yes": "yes"})
    assert person.administers(need.organisation)


def test_the_name_that_was_told_stands_in_the_form_and_may_be_put_right(client, need):
    answer = client.post(f"{the_link()}compte/")
    form = client.get(answer.url).context["form"]
    assert form.initial["email"] == ADDRESS
    assert (form.initial.get("first_name"), form.initial["last_name"]) == (None, "Petit")
    assert {"first_name", "last_name"} <= {field.name for field in form.asked}


def test_nobody_s_name_stands_in_the_form_of_who_comes_by_no_letter(client, need):
    initial = client.get(reverse("account_signup")).context["form"].initial
    assert not {"email", "first_name", "last_name"} & set(initial)


def test_another_address_typed_there_is_not_shown_by_the_letter(client, need):
    answer = client.post(f"{the_link()}compte/")
    said = {"first_name": "Anne", "last_name": "Petit", "email": "autre@example.org"}
    said |= {"password1": "un-long-mot-de-passe", "terms": "on", "accept_terms": "on"}
    client.post(answer.url, said)
    assert not EmailAddress.objects.filter(email="autre@example.org", verified=True).exists()


def test_who_takes_it_up_becomes_the_administrator_and_their_address_is_forgotten(client, need):
    person, link = petit(), the_link()
    client.force_login(person)
    answer = client.post(link, {"yes": "yes"})
    assert answer.url == need.get_absolute_url()
    assert person.administers(need.organisation)
    row = row_of(need)
    assert (row.person, row.email, row.token) == ("", "", "")
    assert row.claimed_by == person
    assert not Notification.objects.filter(recipient=None, address=ADDRESS).exists()
    assert Notification.objects.filter(kind="behalf_claimed").count() == 1
    assert not Need.objects.get(pk=need.pk).is_unclaimed


def test_it_is_corrected_before_anybody_has_published_it(client, need):
    client.force_login(petit())
    answer = client.post(the_link(), {"change": "yes"})
    assert answer.url == reverse("need-edit", args=[need.pk])
    need.refresh_from_db()
    assert need.status == NeedStatus.DRAFT
    assert client.get(answer.url).status_code == 200


def test_the_link_opens_once(client, need):
    link = the_link()
    client.force_login(petit())
    client.post(link, {"yes": "yes"})
    page = client.post(link, {"yes": "yes"})
    assert page.status_code == 410
    assert Membership.objects.filter(organisation=need.organisation).count() == 1


def test_somebody_to_whom_it_was_forwarded_takes_nothing_up(client, need):
    other = verify(make_user())
    client.force_login(other)
    page = client.post(the_link(), {"yes": "yes"})
    assert page.status_code == 403
    assert not other.belongs_to(need.organisation)
    assert "autre adresse" in page.content.decode()


def test_an_address_that_isnt_confirmed_takes_nothing_up(client, need):
    client.force_login(make_user(email=ADDRESS))
    assert client.post(the_link(), {"yes": "yes"}).status_code == 403
    assert row_of(need).claimed_at is None


def test_a_cut_link_says_so(client, need):
    assert client.get("/ecrit-pour-vous/abc/").status_code == 410


def test_after_sixty_days_it_says_that_it_has_ended(client, need):
    link = the_link()
    Behalf.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    client.force_login(petit())
    page = client.post(link, {"yes": "yes"})
    assert page.status_code == 410
    assert "soixante jours" in page.content.decode()
    assert row_of(need).claimed_at is None


def test_a_renewed_letter_replaces_the_one_before(client, them, need):
    before = the_link()
    Behalf.objects.update(sent_at=timezone.now() - timedelta(days=50))
    client.force_login(them.colleague)
    client.post(reverse("behalf-renew", args=[row_of(need).pk]), {"email": ADDRESS})
    assert the_link() != before
    client.logout()
    assert client.get(before).status_code == 410
    assert client.get(the_link()).status_code == 200
    assert row_of(need).ends_at > later(59)


def test_letters_are_not_sent_one_after_the_other(client, them, need):
    row = row_of(need)
    for moment in (timezone.now(), later(1), later(2), later(3)):
        try:
            acts.renew(row, email="", by=them.writer, now=moment)
        except NotYet:
            refused = moment
    assert refused == moment or row_of(need).times == acts.MOST_LETTERS
    assert row_of(need).times == acts.MOST_LETTERS
    with pytest.raises(NotYet):
        acts.renew(row, email="", by=them.writer, now=later(9))


@pytest.mark.parametrize("who", ["stranger", "left"])
def test_nobody_of_elsewhere_renews_it(client, them, need, who):
    row, person = row_of(need), them.stranger if who == "stranger" else them.writer
    if who == "left":
        Membership.objects.filter(user=person).delete()
    client.force_login(person)
    answer = client.post(reverse("behalf-renew", args=[row.pk]), {"email": ADDRESS})
    assert answer.status_code == (404 if who == "stranger" else 403)
    with pytest.raises(NotYet):
        acts.renew(row, email=ADDRESS, by=person, now=later(1))


def test_nobody_enters_a_suspended_structure(client, need):
    link = the_link()
    Organisation.objects.filter(pk=need.organisation_id).update(status="SUSPENDED")
    client.force_login(petit())
    assert client.post(link, {"yes": "yes"}).status_code == 410
    assert not Membership.objects.filter(organisation=need.organisation).exists()


def test_nobody_takes_over_a_structure_by_a_link(client, need):
    """Somebody of it has come another way meanwhile: the link opens nothing of theirs."""
    chief = make_user()
    Membership.objects.create(user=chief, organisation=need.organisation, role="ADMINISTRATOR")
    client.force_login(petit())
    page = client.post(the_link(), {"yes": "yes"})
    assert page.status_code == 410
    assert "demandez-leur" in page.content.decode()
    assert need.organisation.memberships.count() == 1


def test_a_structure_that_nobody_has_taken_up_is_in_no_directory(need):
    Organisation.objects.filter(pk=need.organisation_id).update(status="SUBMITTED")
    from accounts.actions import directory, organisations

    house = Organisation.objects.get(pk=need.organisation_id)
    organisations.accept(house, by=None)
    house.refresh_from_db()
    assert house.listed_from is None
    directory.announce(timezone.localdate())
    house.refresh_from_db()
    assert house.listed_from is None
    acts.claim(row_of(need), by=petit(), now=timezone.now())
    directory.announce(timezone.localdate())
    house.refresh_from_db()
    assert house.listed_from == timezone.localdate() + timedelta(days=30)


# --- an offer ------------------------------------------------------------------------------
def test_a_yes_to_an_offer_is_a_consent_and_the_words_are_theirs_to_write(client, them):
    row, person = an_offer(them), petit()
    client.force_login(person)
    answer = client.post(the_link(), {"yes": "yes"})
    assert answer.url == reverse("offer-new")
    assert "comptabilité" in client.get(answer.url).content.decode()
    given = Consent.objects.get(person=person, kind=ConsentKind.BEHALF)
    assert given.about == row.pk
    row.refresh_from_db()
    assert (row.text, row.email) == ("", "")
    assert not Offer.objects.exists()
    assert client.get(reverse("consents")).status_code == 200


def test_a_no_deletes_the_offer_at_once(client, them):
    row, link = an_offer(them), the_link()
    page = client.post(link, {"no": "no"})
    assert "effacés" in page.content.decode()
    assert not Behalf.objects.filter(pk=row.pk).exists()
    assert not Notification.objects.filter(address=ADDRESS).exists()
    assert client.post(link, {"no": "no"}).status_code == 410
    assert Notification.objects.filter(recipient=them.writer, kind="behalf_over").count() == 1


# --- erased --------------------------------------------------------------------------------
def test_its_coordinator_is_told_a_fortnight_before(them, need):
    assert unclaimed.sweep(later(44)) == 0
    assert unclaimed.sweep(later(46)) == 1
    assert unclaimed.sweep(later(47)) == 0
    told = Notification.objects.filter(kind="behalf_ending")
    assert [one.recipient for one in told] == [them.writer]


def test_somebody_else_of_the_pole_is_told_when_the_writer_has_left(them, need):
    Membership.objects.filter(user=them.writer).delete()
    unclaimed.sweep(later(46))
    told = Notification.objects.filter(kind="behalf_ending")
    assert [one.recipient for one in told] == [them.colleague]


@pytest.mark.parametrize("make", [a_draft, a_sent_need, a_published_need])
def test_after_sixty_days_all_of_it_goes(them, make):
    need = make(them)
    house = need.organisation
    unclaimed.sweep(later(61))
    assert not Need.objects.filter(pk=need.pk).exists()
    assert not Behalf.objects.exists()
    assert not Organisation.objects.filter(pk=house.pk).exists()
    assert not Notification.objects.filter(address=ADDRESS).exists()


def test_a_structure_that_was_there_before_stays(them):
    house = make_organisation(pole=them.pole, administrator=make_user())
    a_sent_need(them, house)
    unclaimed.sweep(later(61))
    assert not Need.objects.exists()
    assert Organisation.objects.filter(pk=house.pk).exists()


def test_a_structure_on_which_something_else_hangs_stays(them, need):
    other = a_draft(them, need.organisation)
    Behalf.objects.filter(need=other).update(ends_at=later(200))
    unclaimed.sweep(later(61))
    assert Organisation.objects.filter(pk=need.organisation_id).exists()
    assert Need.objects.filter(pk=other.pk).exists()


def applied(need):
    offer = make_offer(pole=need.pole)
    return proposals.apply(need, offer, word="", by=offer.person)


def test_those_who_have_applied_are_told_and_the_need_is_closed(them):
    need = a_published_need(them)
    proposal = applied(need)
    unclaimed.sweep(later(61))
    need.refresh_from_db()
    assert need.status == NeedStatus.WITHDRAWN
    assert Proposal.objects.get(pk=proposal.pk).status == ProposalStatus.CLOSED
    assert Notification.objects.filter(recipient=proposal.offer.person, kind="proposal_closed")
    row = row_of(need)
    assert (row.person, row.email, row.is_waiting) == ("", "", False)


def test_a_need_with_people_engaged_goes_on_without_the_persons_name(them):
    need = a_published_need(them)
    proposals.accept(applied(need), side="NEED", by=them.writer)
    unclaimed.sweep(later(61))
    assert Mission.objects.filter(need=need).exists()
    row = row_of(need)
    assert (row.person, row.email, row.is_waiting) == ("", "", False)
    assert Need.objects.get(pk=need.pk).is_unclaimed, "the coordination goes on answering"
    told = Notification.objects.get(recipient=them.writer, kind="behalf_over")
    assert "engagées" in told.text


def test_the_sweep_leaves_what_was_taken_up(them, need):
    acts.claim(row_of(need), by=petit(), now=timezone.now())
    assert unclaimed.sweep(later(90)) == 0
    assert Need.objects.filter(pk=need.pk).exists()


def test_a_coordinator_erases_it(client, them, need):
    address = reverse("behalf-erase", args=[row_of(need).pk])
    client.force_login(them.stranger)
    assert client.post(address).status_code == 404
    client.force_login(them.colleague)
    assert client.get(address).status_code == 200
    assert Need.objects.filter(pk=need.pk).exists()
    client.post(address)
    assert not Need.objects.filter(pk=need.pk).exists()


def test_what_is_claimed_holds_nothing_of_the_person():
    row = Behalf(claimed_at=timezone.now(), person="Mme Petit", heard_on=timezone.localdate())
    with pytest.raises(ValidationError):
        row.validate_constraints()


def test_the_letter_is_wiped_once_sent(need):
    assert the_letter().secret


def test_whom_it_serves_as_its_need_said_doesnt_keep_the_structure(them, need):
    house = need.organisation
    Serving.objects.update_or_create(organisation=house, defaults={"cause": need.cause})
    unclaimed.refuse(row_of(need), by=them.writer, now=timezone.now())
    assert not Organisation.objects.filter(pk=house.pk).exists()


def test_taking_it_up_in_the_moment_in_which_it_is_erased_is_refused(them, need):
    row = acts.from_secret(the_link().split("/")[2])
    unclaimed.refuse(row_of(need), by=them.writer, now=timezone.now())
    assert not Organisation.objects.filter(pk=row.organisation_id).exists()
    with pytest.raises(NotYet, match="entre-temps"):
        acts.claim(row, by=petit(), now=timezone.now())


def test_a_need_that_a_rule_had_given_to_an_operator_is_closed_and_its_person_erased(
    client, them, need
):
    operator = them.writer.organisations.get()
    Dispatched.objects.create(need=need, operator=operator, rule="Nord", told_at=timezone.now())
    assert client.post(the_link(), {"no": ""}).status_code == 200
    assert Need.objects.get().status == NeedStatus.WITHDRAWN
    row = Behalf.objects.get()
    assert (row.person, row.email, row.token) == ("", "", "")
