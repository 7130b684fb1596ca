"""A sentence said on the front page opens as it was said, whatever was begun before: that is kept beside it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import coming
from accounts.models import Coming, FormDraft
from marketplace.models import Need, Offer
from tests.factories import make_commune, make_user
from tests.marketplace.market.test_need_steps import NEW, aline, at, first, structure

__all__ = ["aline", "at", "structure"]  # the fixtures of those tests
OLD, SAID = "Repeindre la salle des fêtes.", "Refaire notre site internet."
OFFER = reverse("offer-new")


def types(client, page, text, *, field="context", key="k1", **more):
    client.post(page, {field: text, "typing_key": key, "keep_typing": "yes", "step": "quoi"} | more)


def says(client, user, kind="NEED", text=SAID):
    """After what was typed, which was typed a while ago."""
    FormDraft.objects.update(saved_at=timezone.now() - timedelta(hours=1))
    Coming.objects.update_or_create(
        user=user, defaults={"kind": kind, "text": text, "at": timezone.now()}
    )
    session = client.session
    session[coming.SLOT] = True
    session.save()


def opened(client, page, field="context"):
    answer = client.get(page)
    return answer, answer.context["form"][field].value()


def test_a_new_sentence_opens_and_the_words_of_before_are_one_link_away(at, structure, aline):
    types(at, NEW, OLD)
    says(at, aline)
    page, words = opened(at, NEW)
    assert words == SAID
    assert "est un autre texte" in page.text
    assert '"?mots=gardes"' in page.text
    page, words = opened(at, f"{NEW}?mots=gardes")
    assert words == OLD
    assert 'name="beside"' in page.text
    assert f'href="{NEW}"' in page.text


def test_each_text_goes_on_for_itself_and_none_is_lost(at, structure, aline):
    types(at, NEW, OLD)
    says(at, aline)
    types(at, NEW, f"{SAID} Vite.", key="k2")
    types(at, f"{NEW}?mots=gardes", f"{OLD} En bleu.", key="k1", beside="yes")
    assert opened(at, NEW)[1] == f"{SAID} Vite."
    assert opened(at, f"{NEW}?mots=gardes")[1] == f"{OLD} En bleu."


def test_sending_the_old_words_keeps_the_new_sentence(at, structure, aline):
    types(at, NEW, OLD)
    says(at, aline)
    first(at, context=OLD, typing_key="k1", beside="yes")
    assert Need.objects.get().context == OLD
    assert opened(at, NEW)[1] == SAID


def test_sending_the_new_sentence_leaves_the_old_words_where_they_were(at, structure, aline):
    types(at, NEW, OLD)
    says(at, aline)
    first(at, context=SAID, typing_key="k2")
    assert not Coming.objects.exists()
    page, words = opened(at, NEW)
    assert words == OLD
    assert "mots=gardes" not in page.text


def test_what_was_typed_on_from_the_sentence_is_no_other_text(at, structure, aline):
    says(at, aline)
    types(at, NEW, f"{SAID} Vite.")
    page, words = opened(at, NEW)
    assert words == f"{SAID} Vite."
    assert "mots=gardes" not in page.text


@pytest.mark.parametrize("asked", ["?mots=gardes", "?mots=%00", "?mots="])
def test_an_address_that_asks_for_words_nobody_kept_opens_the_form(at, structure, asked):
    assert opened(at, NEW + asked)[1] in (None, "")


def test_an_offer_opens_with_the_new_sentence_too(client):
    noe = make_user(commune=make_commune())
    client.force_login(noe)
    types(client, OFFER, OLD, field="about", to="")
    says(client, noe, kind="OFFER")
    page, words = opened(client, OFFER, "about")
    assert words == SAID
    assert "mots=gardes" in page.text
    assert opened(client, f"{OFFER}?mots=gardes", "about")[1] == OLD
    assert not Offer.objects.exists()


def test_the_same_sentence_said_again_is_no_other_text(at, structure, aline):
    again = {"kind": "NEED", "text": SAID, "continue": "yes"}
    at.post(reverse("begin"), again)
    types(at, NEW, f"{SAID} Vite.")
    at.post(reverse("begin"), again)
    page, words = opened(at, NEW)
    assert (words, "mots=gardes" in page.text) == (f"{SAID} Vite.", False)
