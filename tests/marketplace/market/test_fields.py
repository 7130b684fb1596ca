"""No field of a need or an offer is forgotten by what copies, compares or asks them."""

import pytest

from marketplace.actions.market import splitting
from marketplace.forms.market.needs import NeedForm
from marketplace.forms.market.offers import OfferForm
from marketplace.models import Need, Offer
from marketplace.models.market import needs, offers

BOTH = [pytest.param(Need, needs, id="need"), pytest.param(Offer, offers, id="offer")]
# Who it is for is chosen before the form; the others are said by boxes of its own, several a field.
BESIDE_THE_FORM = {"organisation", "hours", "languages", "weekdays"}


def fields_of(model) -> set[str]:
    return {field.name for field in model._meta.get_fields() if not field.auto_created} | {"id"}


@pytest.mark.parametrize(("model", "sorted_in"), BOTH)
def test_each_field_is_said_its_own_or_derived(model, sorted_in):
    lists = [sorted_in.SAID, sorted_in.OWN, sorted_in.DERIVED]
    sorted_ones = [name for names in lists for name in names]
    assert set(sorted_ones) == fields_of(model)
    assert len(sorted_ones) == len(set(sorted_ones))


@pytest.mark.parametrize(
    ("form", "sorted_in"),
    [pytest.param(NeedForm, needs, id="need"), pytest.param(OfferForm, offers, id="offer")],
)
def test_what_is_said_is_what_the_form_asks(form, sorted_in):
    asked = set(form.Meta.fields)
    assert asked <= set(sorted_in.SAID)
    assert set(sorted_in.SAID) - asked <= BESIDE_THE_FORM


def test_the_other_half_of_a_split_need_says_all_that_the_first_does():
    assert set(splitting.SHARED) | set(splitting.EACH_ITS_OWN) >= set(needs.SAID)
