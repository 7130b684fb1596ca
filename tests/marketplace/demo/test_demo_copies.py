"""`load_demo --scale`: what is laid out is copied, and no copy is the original under another name."""

import io

import pytest
from django.core.management import call_command

from marketplace.demo import market, offers, people
from marketplace.demo.files import read
from marketplace.models import Consent, Need, NeedStep, Offer, OfferSkill, OfferStep
from tests.factories import make_commune

pytestmark = pytest.mark.once
SCALE = 3


@pytest.fixture
def copies(our_skills):
    """The rows of three pôles in one, without their stories: needs, and offers, one copy after the other."""
    call_command("load_causes", stdout=io.StringIO())
    rows, data = read("organisations"), read("people")
    for insee in {
        *(one["commune"] for group in people.KINDS for one in rows[group]),
        *(one["commune"] for one in data["volunteers"]),
    }:
        make_commune(insee, f"Commune {insee}")
    pole = people.make_pole(rows["pole"])
    houses = people.make_organisations(pole, rows, SCALE)
    persons = people.make_people(houses, data, SCALE)
    needs = market.make_needs(pole, houses, read("needs")["needs"], SCALE)
    return needs, offers.make_offers(pole, houses, persons, read("offers")["offers"], SCALE)


def test_no_copy_says_what_another_says_and_none_would_be_refused(copies):
    needs, offered = copies
    for number in range(len(needs) // SCALE):
        same = needs[number :: len(needs) // SCALE]
        assert len({(one.hours, one.starts_on, one.created_at) for one in same}) == SCALE, same
    by = sum(len(item["by"]) for item in read("offers")["offers"])
    for number in range(by):
        same = offered[number : SCALE * by : by]
        assert len({one.about for one in same}) == SCALE, same
        assert len({(one.hours, one.radius_km, one.created_at) for one in same}) == SCALE, same
    for model in (Need, NeedStep, Offer, OfferSkill, OfferStep, Consent):
        keys = [field.name for field in model._meta.fields if field.is_relation]
        for row in model.objects.all():
            row.full_clean(exclude=keys, validate_unique=False, validate_constraints=False)
