"""What a structure is still writing is its own: a coordinator who tries its number at the desk reads nothing of it, and
takes, hands over, notes and pins nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import HandOver, Need, Note, Tag
from marketplace.states import NeedStatus
from tests.factories import make_need, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_need(member=make_user(), status=NeedStatus.DRAFT, title="Licencier notre directeur")


@pytest.mark.parametrize("act", ["take", "hand_over"])
def test_a_draft_is_no_line_to_be_taken_or_handed_over(client, nadia, karim, draft, act):
    client.force_login(nadia)
    said = {"act": act, "item": f"need:{draft.pk}:nobody", "to": f"p{karim.pk}", "note": ""}
    for send in (client.get, client.post):
        page = send(reverse("desk-bulk"), said, follow=True)
        assert draft.title not in page.text
    assert Need.objects.get(pk=draft.pk).coordinator is None
    assert not HandOver.objects.exists()


def test_nothing_is_noted_of_a_draft_nor_pinned_to_it(client, nadia, draft):
    client.force_login(nadia)
    for name, said in (("note-new", {"body": "x"}), ("tag-new", {"words": "x"})):
        answer = client.post(reverse(name, args=["need", draft.pk]), said)
        assert answer.status_code == 404, name
    assert not Note.objects.exists()
    assert not Tag.objects.exists()


def test_one_that_was_handed_in_and_given_back_is_theirs_still(client, nadia, draft):
    """They have read it, and asked something of it."""
    Need.objects.filter(pk=draft.pk).update(submitted_at=timezone.now())
    client.force_login(nadia)
    said = {"act": "take", "item": f"need:{draft.pk}:nobody"}
    assert draft.title in client.post(reverse("desk-bulk"), said).text
    assert Need.objects.get(pk=draft.pk).coordinator == nadia
    address = reverse("note-new", args=["need", draft.pk])
    assert client.post(address, {"body": "x"}).status_code == 302
