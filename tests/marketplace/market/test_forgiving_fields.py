"""Numbers and lengths of time are read in the fields as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from marketplace.forms.fields import DateInput, DaysField, EurosField, PlannedHoursField, WholeField
from marketplace.forms.market.volume import VolumeField, VolumeMixin


@pytest.mark.parametrize(
    ("typed", "unit", "hours"),
    [
        ("20", "hours", 20),
        ("3", "days", 21),
        ("20 heures", "days", 20),
        ("20h", "days", 20),
        ("3 jours", "hours", 21),
        ("1/2 journée", "hours", 4),
        ("une demi-journée", "hours", 4),
        ("1.5", "days", 11),  # an hour that is begun counts
        ("0,5", "hours", 1),
        ("2h30", "hours", 3),
        ("1 000", "hours", 1000),
        ("1\u202f000 heures", "hours", 1000),
        ("1.000,5", "hours", 1001),
    ],
)
def test_a_length_of_time_is_read_with_its_unit_or_without(typed, unit, hours):
    form = VolumeMixin({"volume": typed, "unit": unit})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["hours"] == hours


@pytest.mark.parametrize(("field", "typed", "read"), [
    (DaysField, "1 000,5", Decimal("1000.5")),
    (DaysField, "3 jours", Decimal(3)),
    (DaysField, "une demi-journée", Decimal("0.5")),
    (PlannedHoursField, "20 h", 20),
    (PlannedHoursField, "1 000 heures", 1000),
    (PlannedHoursField, "1.000", 1000),
    (WholeField, "1\u00a0200", 1200),
    (EurosField, "1 234,56 €", Decimal("1234.56")),
    (EurosField, "1.234,56", Decimal("1234.56")),
    (EurosField, "1.000", Decimal(1000)),
    (EurosField, "12\u202f000 euros", Decimal(12000)),
])  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_number_is_read_as_people_write_it(field, typed, read, language):
    with translation.override(language):
        assert field().clean(typed) == read


@pytest.mark.parametrize(("field", "typed"), [
    (DaysField, "20 heures"),
    (PlannedHoursField, "3 jours"),
    (PlannedHoursField, "2h30"),
    (WholeField, "12,5"),
    (EurosField, "beaucoup"),
    (DaysField, "-"),
    (VolumeField, "-3 jours"),
    (VolumeField, "1 000 " * 50_000),
])  # fmt: skip
def test_what_it_cannot_mean_is_refused_in_a_sentence(field, typed):
    with pytest.raises(ValidationError):
        field().clean(typed)


@pytest.mark.parametrize(
    "typed", ["2027-03-12", "12/3/27", "12.03.2027", "12 mars 2027", "12/03/2027"]
)
def test_a_day_is_read_where_dates_are_text(typed):
    class Form(forms.Form):
        day = forms.DateField(widget=DateInput)

    form = Form({"day": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2027, 3, 12)
    assert not Form({"day": "bientôt"}).is_valid()
    assert not Form({"day": "1" * 100_000}).is_valid()


@pytest.mark.parametrize("typed", ["9" * 40, "9" * 40 + " jours", "9" * 100_000])
def test_a_number_of_a_hundred_thousand_figures_is_too_large_and_no_error(typed):
    for field in (
        DaysField(max_digits=8),
        VolumeField(max_digits=6),
        WholeField(max_value=9),
        EurosField(),
    ):
        with pytest.raises(ValidationError):
            field.clean(typed)
