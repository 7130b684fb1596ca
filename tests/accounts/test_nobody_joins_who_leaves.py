"""An organisation that is to leave the site takes nobody in, by whatever way; who is of it comes in as before."""

import pytest
from django.utils import timezone

from accounts.actions import invitations, join_links, join_requests, joining
from accounts.actions.refusals import Refusal
from accounts.models import JoinLink, MailDomain, Membership
from tests.factories import in_days, make_organisation, make_user, verify


@pytest.fixture
def claire():
    return make_user("Claire")


@pytest.fixture
def house(claire):
    return make_organisation("COMPANY", administrator=claire, leaves_on=in_days(30))


def test_no_link_is_made_and_none_made_before_opens(house, claire):
    now = timezone.now()
    with pytest.raises(Refusal):
        join_links.make(house, label="", ends_on=in_days(9), places=3, by=claire, now=now)
    link = JoinLink.objects.create(organisation=house, made_by=claire, places=3)
    with pytest.raises(Refusal):
        join_links.join(link, by=verify(make_user()), now=now)
    assert link.why_shut(in_days(0)) == JoinLink.Shut.HOUSE


def test_no_invitation_leaves_and_none_is_sent_again(house, claire):
    now = timezone.now()
    with pytest.raises(Refusal):
        invitations.invite(house, email="x@example.org", role="EMPLOYEE", by=claire, now=now)
    with pytest.raises(Refusal):
        invitations.invite_listed(
            house, email="x@example.org", first_name="", last_name="", by=claire, leaves_at=now, now=now
        )  # fmt: skip


def test_an_address_of_its_domain_leads_nowhere(house, claire):
    MailDomain.objects.create(
        organisation=house, domain="verreries.example", txt="t", added_by=claire, shown_at=timezone.now()
    )  # fmt: skip
    person = verify(make_user(email="noe@verreries.example"))
    assert join_requests.ways_in(person, now=timezone.now()) == []
    house.leaves_on = None
    house.save()
    assert [way.organisation for way in join_requests.ways_in(person, now=timezone.now())] == [
        house
    ]


def test_who_is_of_it_already_stays(house, claire):
    membership, is_new = joining.join(
        house, user=claire, role="ADMINISTRATOR", came_by="SIGN_IN", now=timezone.now()
    )
    assert not is_new
    assert membership == Membership.objects.get(user=claire)
    with pytest.raises(Refusal):
        joining.join(
            house, user=make_user(), role="EMPLOYEE", came_by="SIGN_IN", now=timezone.now()
        )
