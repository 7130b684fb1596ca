"""Cards say what their rows say: no column may be forgotten on the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation
from common.spoken import Spoken
from marketplace.matching.columns import NEED_CARD, OFFER_CARD, Needs, Offers
from marketplace.models import Cause, Format, Need, Offer, Place, Side, Standing, Time, Welcome
from marketplace.ranking import cards
from tests import factories as make
from tests.marketplace.matching.test_matching_properties import A_NEED, AN_OFFER


@pytest.mark.parametrize(("made", "given"), [(Needs, A_NEED), (Offers, AN_OFFER)])
def test_a_card_of_which_a_column_is_not_given_is_refused_by_its_name(made, given):
    values, skills = given
    assert len(made.of([given])) == 1
    for name in values:
        without = {other: value for other, value in values.items() if other != name}
        with pytest.raises(ValueError, match=rf"without {name}\b"):
            made.of([(without, skills)])
    with pytest.raises(ValueError, match="odd"):
        made.of([(values | {"odd": 1}, skills)])


def elsewhere():
    return make.make_commune("59512", "Roubaix", latitude=45.1, longitude=5.2)


def a_company():
    return make.make_organisation(Organisation.Kind.COMPANY)


def another_cause():
    return Cause.objects.create(code="sante", label_fr="Santé", label_en="Health", position=9)


def shown(row, **figures):
    side = Side.NEED if isinstance(row, Need) else Side.OFFER
    Standing.objects.create(side=side, number=row.pk, **{"answers": 7_000} | figures)


def asked(row):
    make.make_proposal(**{row._meta.model_name: row})


def of_another_form(need):
    need.organisation.legal_form = Organisation.LegalForm.COOPERATIVE
    need.organisation.save()


def one_skill_more(row):
    (row.wanted if isinstance(row, Need) else row.held).create(skill=make.make_skill("excel"))


# What has to be changed in the row for this column to move: fields with their values, or an act.
def carried_by_another(need):
    make.make_carrier(need)


SHARED = {
    "pole": lambda: {"pole": make.make_pole("Pôle du Sud", departments=("38",))},
    "x": lambda: {"commune": elsewhere()},
    "y": lambda: {"commune": elsewhere()},
    "z": lambda: {"commune": elsewhere()},
    "start": lambda: {"starts_on": make.in_days(9)},
    "end": lambda: {"ends_on": make.in_days(40)},
    "hours": lambda: {"hours": 7},
    "place": lambda: {"place": Place.ON_SITE},
    "languages": lambda: {"languages": Spoken.ENGLISH},
    "answers": lambda: lambda row: shown(row, answers=1),
    "penalty": lambda: lambda row: shown(row, penalty=9),
    "asked": lambda: asked,
    "skills": lambda: one_skill_more,
}
OF_NEED = SHARED | {
    "organisation": lambda: {"organisation": make.make_organisation(name="Une autre")},
    "causes": lambda: {"cause": another_cause()},
    "since": lambda: {"published_at": timezone.now() - timedelta(days=9)},
    "room": lambda: {"places": 4},
    "eligible": lambda: of_another_form,
    "format": lambda: {"format": Format.LONG},
    "times": lambda: {"time": Welcome.OWN},
    "undated": lambda: {"is_undated": True},
    "carriers": lambda: carried_by_another,
}
OF_OFFER = SHARED | {
    "organisation": lambda: {"organisation": a_company()},
    "causes": lambda: lambda offer: offer.causes.add(another_cause()),
    "reach": lambda: {"radius_km": 77},
    "weekdays": lambda: {"weekdays": 64},
    "room": lambda: {"capacity": 4},
    "work": lambda: {"time": Time.WORK, "organisation": a_company()},
}


def card_of(row):
    how = cards.of_needs if isinstance(row, Need) else cards.of_offers
    made, _stamps = how(type(row).objects.filter(pk=row.pk), give_bits=True)
    (card,) = made.rows
    return dict(zip(card.dtype.names, card.tolist(), strict=True))


def test_each_column_of_a_card_has_a_row_that_moves_it():
    assert {*NEED_CARD.names} - OF_NEED.keys() == {"id"}, "of a need"
    assert {*OFFER_CARD.names} - OF_OFFER.keys() == {"id"}, "of an offer"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "make_row", "name", "change"),
    [
        pytest.param(model, make_row, name, change, id=f"{model.__name__}-{name}")
        for model, make_row, table in (
            (Need, make.make_need, OF_NEED),
            (Offer, make.make_offer, OF_OFFER),
        )
        for name, change in table.items()
    ],
)
def test_a_column_of_a_card_moves_with_its_row(model, make_row, name, change):
    row = make_row()
    before = card_of(row)
    assert before["id"] == row.pk
    match change():
        case dict() as fields:
            model.objects.filter(pk=row.pk).update(**fields)
        case act:
            act(row)
    assert card_of(row)[name] != before[name]
