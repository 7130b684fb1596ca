"""Whoever is named by an offer that is written twice reads both texts before their yes."""

import pytest

from marketplace.models import Offer
from tests.marketplace.market.own_names.yeses import link_of, words

pytestmark = pytest.mark.django_db


def test_both_texts_are_read_before_one_agrees_to_them(client, offer, ana):
    twice = {"second_title": "محاسبة", "second_text": "أعرف المحاسبة جيدا."}
    Offer.objects.filter(pk=offer.pk).update(second_language="ar", **twice)
    page = words(client.get(link_of(ana)))
    said = page.split("Écrit aussi en arabe")[1].split("<dl")[0]
    assert 'lang="ar" dir="rtl"' in said
    assert twice["second_title"] in said
    assert twice["second_text"] in said
