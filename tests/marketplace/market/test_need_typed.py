"""What is typed for a need and not sent is read before it leaves; what has left is corrected while it waits."""

import pytest
from django.urls import reverse

from accounts.models import FormDraft
from marketplace.actions.market import needs
from marketplace.models import Need
from marketplace.rules import deductions
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_cause,
    make_coordinator,
    make_organisation,
    make_user,
    verify,
)
from tests.marketplace.market.test_need_steps import NEW, first, post, where


@pytest.fixture
def aline():
    return verify(make_user("Aline"))


@pytest.fixture
def structure(aline):
    make_cause()
    return make_organisation(member=aline)


@pytest.fixture
def at(client, aline, structure):
    client.force_login(aline)
    return client


# --- what is typed in a step and not sent ---------------------------------------------------
def typed(at, need, **words):
    """As draft.js keeps what is typed in the step of the dates."""
    page = at.get(reverse("need-step", args=[need.pk, "quand"]))
    data = {"keep_typing": "yes", "typing_key": page.context["typing"].key, "step": "quand"}
    assert at.post(reverse("need-step", args=[need.pk, "quand"]), data | words).status_code == 200
    return page.context["typing"].key


@pytest.fixture
def complete(at):
    first(at)
    need = Need.objects.get()
    post(at, need, "quand", length="DAY", starts_on=in_days(3).isoformat())
    post(at, need, "ou", "later", **where(cause=make_cause().pk))
    need.refresh_from_db()
    assert not deductions.lacking(need)
    return need


def test_coming_back_opens_the_step_in_which_something_is_typed_and_not_sent(at, complete):
    typed(at, complete, length="DAY", starts_on=in_days(40).isoformat())
    back = at.get(reverse("need-steps", args=[complete.pk]))
    assert back.url == reverse("need-step", args=[complete.pk, "quand"])
    assert in_days(40).isoformat() in at.get(back.url).text
    assert back.url in at.get(reverse("need-edit", args=[complete.pk])).text


def test_a_need_is_not_sent_before_what_is_typed_for_it_is_read(at, complete):
    step = reverse("need-step", args=[complete.pk, "quand"])
    key = typed(at, complete, length="DAY", starts_on=in_days(40).isoformat())
    sent = at.post(reverse("need-submit", args=[complete.pk]), follow=True)
    assert sent.redirect_chain[-1][0] == step
    assert "Ce n’est pas encore envoyé" in sent.text
    assert post(at, complete, "ou", "submit", **where(cause=make_cause().pk)).url == step
    words = {"length": "DAY", "starts_on": in_days(40).isoformat(), "typing_key": key}
    post(at, complete, "quand", **words)
    post(at, complete, "ou", "submit", **where(cause=make_cause().pk))
    complete.refresh_from_db()
    assert (complete.status, complete.starts_on) == (NeedStatus.SUBMITTED, in_days(40))


def test_what_a_colleague_types_for_themself_holds_nobody(at, structure, complete):
    colleague = verify(make_user("Basile"))
    FormDraft.objects.create(user=colleague, place=f"need:{complete.pk}:quand", key="a", form="b=c")
    assert at.get(reverse("need-steps", args=[complete.pk])).url == complete.get_absolute_url()
    at.post(reverse("need-submit", args=[complete.pk]))
    complete.refresh_from_db()
    assert complete.status == NeedStatus.SUBMITTED


# --- correcting what has been sent ----------------------------------------------------------
def test_a_need_that_waits_to_be_read_is_corrected_and_nobody_is_told(at, structure, complete):
    reads = make_coordinator(structure.pole)
    at.post(reverse("need-submit", args=[complete.pk]))
    before = Notification.objects.count()
    back = reverse("need-reopen", args=[complete.pk])
    assert back in at.get(complete.get_absolute_url()).text
    assert at.post(back).url == reverse("need-edit", args=[complete.pk])
    complete.refresh_from_db()
    assert (complete.status, complete.submitted_at) == (NeedStatus.DRAFT, None)
    assert Notification.objects.count() == before
    assert not Need.objects.visible_to(reads).filter(pk=complete.pk).exists()
    assert "vous posent une question" not in at.get(reverse("home")).text
    at.post(reverse("need-submit", args=[complete.pk]))
    complete.refresh_from_db()
    assert complete.status == NeedStatus.SUBMITTED
    assert complete.submitted_at
    at.post(back)
    complete.refresh_from_db()
    assert complete.submitted_at is None


def test_what_the_coordinators_have_asked_about_stays_with_them(at, structure, complete):
    reads = make_coordinator(structure.pole)
    at.post(reverse("need-submit", args=[complete.pk]))
    complete.refresh_from_db()
    needs.ask(complete, question="Combien d’adhérents ?", by=reads)
    at.post(reverse("need-submit", args=[complete.pk]))
    at.post(reverse("need-reopen", args=[complete.pk]))
    complete.refresh_from_db()
    assert complete.status == NeedStatus.DRAFT
    assert complete.submitted_at


def test_a_published_need_is_not_taken_back_nor_by_strangers(at, client, structure, complete):
    at.post(reverse("need-submit", args=[complete.pk]))
    back = reverse("need-reopen", args=[complete.pk])
    client.force_login(verify(make_user("Personne")))
    assert client.post(back).status_code == 404
    complete.refresh_from_db()
    assert complete.status == NeedStatus.SUBMITTED
    client.force_login(structure.members.get())
    Need.objects.filter(pk=complete.pk).update(status=NeedStatus.PUBLISHED)
    assert client.post(back).url == complete.get_absolute_url()
    complete.refresh_from_db()
    assert complete.status == NeedStatus.PUBLISHED


# --- before the structure is registered -----------------------------------------------------
def test_whoever_has_begun_to_register_their_structure_goes_on_with_it_at_once(client):
    noemie = verify(make_user("Noémie"))
    client.force_login(noemie)
    assert "Inscrire ma structure" in client.get(NEW).text
    form = reverse("organisation-new-kind", args=["structure"])
    key = client.get(form).context["typing"].key
    client.post(form, {"keep_typing": "yes", "typing_key": key, "name": "Les Bottines"})
    assert client.get(NEW).url == form
    assert "Les Bottines" in client.get(form).text
