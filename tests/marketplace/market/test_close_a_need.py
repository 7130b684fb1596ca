"""Closing a need: what is asked and said, of one that others have seen and of one that nobody ever saw."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.states import NeedStatus
from notifications import delivery
from notifications.models import Notification
from tests.factories import make_need, make_proposal, make_user


def test_a_draft_is_closed_without_a_reason_and_nobody_is_said_to_be_told(client):
    """Nobody ever saw it: there is no other side to read why, and nobody waited."""
    member = make_user()
    need = make_need(member=member, status=NeedStatus.DRAFT)
    client.force_login(member)
    url = reverse("need-end", args=[need.pk])
    page = client.get(url)
    assert not page.context["form"].fields["reason"].required
    assert "Elle la lira" not in page.text
    page = client.post(url, follow=True)
    need.refresh_from_db()
    assert need.status == NeedStatus.WITHDRAWN
    assert [str(one) for one in page.context["messages"]] == ["Retiré."]


def test_a_need_that_was_seen_is_closed_with_a_reason(client):
    member = make_user()
    need = make_need(member=member)
    client.force_login(member)
    url = reverse("need-end", args=[need.pk])
    assert client.post(url).context["form"].errors["reason"]
    page = client.post(url, {"reason": "Nous avons trouvé."}, follow=True)
    (said,) = page.context["messages"]
    assert str(said).startswith("Clos. Les personnes qui attendaient")


@pytest.mark.parametrize("waited", [True, False])
def test_the_letter_speaks_of_those_who_waited_only_where_somebody_did(client, settings, waited):
    settings.MAIL_TRANSPORT = "memory"
    member, colleague = make_user(), make_user()
    need = make_need(member=member)
    Membership.objects.create(user=colleague, organisation=need.organisation)
    if waited:
        make_proposal(need=need)
    client.force_login(member)
    client.post(reverse("need-end", args=[need.pk]), {"reason": "Nous avons trouvé."})
    delivery.deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1))
    letter = Notification.objects.get(kind="need_closed", recipient=colleague)
    assert "est clos" in letter.text
    assert ("attendaient une réponse" in letter.text) is waited
