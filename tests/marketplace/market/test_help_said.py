"""What somebody has offered for a need is neither offered twice, nor made of days and hours that they haven't said."""

import pytest
from django.urls import reverse

from accounts import coming
from accounts.models import Coming
from marketplace.actions.market import helping
from marketplace.actions.refusals import PutForwardAlready
from marketplace.forms.market.helping import HelpForm, PublishedForm
from marketplace.models import Offer, Proposal
from tests.factories import in_days, make_skill
from tests.marketplace.market.test_helping import WORD, keeps, need, sends, signed_in, typed

pytestmark = pytest.mark.django_db
__all__ = ["need"]  # the fixture of those tests


def test_who_has_offered_their_help_sees_no_form_and_sends_nothing_more(client, need):
    signed_in(client)
    keeps(client, need)
    sends(client, need)
    there = Proposal.objects.get()
    page = client.get(need.get_absolute_url())
    assert page.context["help_form"] is None
    assert page.context["my_proposal"] == there
    again = client.post(reverse("need-help", args=[need.pk]), typed(word="Encore"), follow=True)
    assert again.redirect_chain[-1][0] == there.get_absolute_url()
    assert "déjà proposé votre aide" in again.text
    assert not Coming.objects.exists()


@pytest.mark.parametrize("by_act", [True, False])
def test_what_is_kept_for_a_need_already_answered_makes_no_second_proposal(client, need, by_act):
    user = signed_in(client)
    keeps(client, need)
    form = HelpForm(typed(), need=need, wanted=[make_skill("site-web")])
    assert form.is_valid(), form.errors
    published = PublishedForm({}, skills=form.brought, need=need)
    assert published.is_valid()
    sends(client, need)
    there = Proposal.objects.get()
    Coming.objects.create(user=user, kind="APPLY", about=need.pk, text=WORD, words={"when": "ANY"})
    session = client.session
    session[coming.SLOT] = True
    session.save()
    if by_act:
        with pytest.raises(PutForwardAlready):
            helping.help(need, form.helping(published), by=user)
        assert Coming.objects.exists(), "nothing is lost by a refusal"
    else:
        assert sends(client, need).redirect_chain[-1][0] == there.get_absolute_url()
        assert not Coming.objects.exists()
    assert (Offer.objects.count(), Proposal.objects.count()) == (1, 1)


def test_the_need_s_days_and_hours_are_told_as_its_own(client, need):
    signed_in(client)
    keeps(client, need)
    page = client.get(reverse("need-help-send", args=[need.pk]))
    assert "comme le demande le besoin" in page.text.lower()
    assert page.context["form"]["hours"].value() is None, "nobody has said them"
    sends(client, need)
    offer = Offer.objects.get()
    assert (offer.hours, offer.starts_on, offer.ends_on) == (21, in_days(0), need.ends_on)


def test_what_their_word_says_is_read_and_theirs_to_correct(client, need):
    signed_in(client)
    day = in_days(9)
    keeps(client, need, word=f"Libre à partir du {day:%d/%m/%Y}, 20 heures.")
    send = reverse("need-help-send", args=[need.pk])
    page = client.get(send)
    form = page.context["form"]
    assert (form["hours"].value(), form["starts_on"].value()) == (20, day)
    assert "Comme le demande" not in page.text
    client.post(send, {"hours": "12", "starts_on": day.isoformat(), "ends_on": in_days(20)})
    offer = Offer.objects.get()
    assert (offer.hours, offer.starts_on, offer.ends_on) == (12, day, in_days(20))


@pytest.mark.parametrize(
    "said",
    [
        {"hours": "0"},
        {"hours": "beaucoup"},
        {"hours": "99999"},
        {"starts_on": "\0"},
        {"starts_on": "2999-01-01"},
        {"ends_on": "2001-01-01"},
        {"starts_on": 9, "ends_on": 3},
    ],
)
def test_days_and_hours_that_can_t_be_are_said_and_nothing_leaves(client, need, said):
    signed_in(client)
    keeps(client, need)
    sent = {name: in_days(day) if isinstance(day, int) else day for name, day in said.items()}
    page = client.post(reverse("need-help-send", args=[need.pk]), sent)
    assert set(page.context["form"].errors) <= {*said, "ends_on"}
    assert page.context["form"].errors
    assert not Offer.objects.exists()
