"""In which order people are asked about a need, one after the other or all at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.market.offers import WordForm
from marketplace.models import Offer
from marketplace.models.market.in_turn import MOST

ONE_BY_ONE, AT_ONCE = "un", "tous"


class InTurnForm(WordForm):
    """A place for each of the people who were ticked; an empty one leaves them out."""

    how = forms.ChoiceField(
        label=_("How are they asked?"),
        choices=[
            (ONE_BY_ONE, _("one after the other: the next when the one before says no or nothing")),
            (AT_ONCE, _("all at once")),
        ],
        widget=forms.RadioSelect,
        initial=ONE_BY_ONE,
    )

    def __init__(self, *args: Any, offers: list[Offer], adds: bool = False, **kwargs: Any) -> None:
        """`adds`: to a list that is running, which has its words and its way already."""
        super().__init__(*args, **kwargs)
        self.offers = offers
        for place, offer in enumerate(offers, 1):
            self.fields[f"place_{offer.pk}"] = forms.IntegerField(
                label=offer.discreet_name,
                min_value=1, max_value=99, required=False, initial=place,
                widget=forms.NumberInput(attrs={"min": 1, "max": 99, "class": "place-input"}),
            )  # fmt: skip
        if adds:
            del self.fields["how"], self.fields["word"]

    @property
    def people(self) -> list[tuple[Offer, Any]]:
        return [(offer, self[f"place_{offer.pk}"]) for offer in self.offers]

    @property
    def others(self) -> list[Any]:
        return [self[name] for name in ("how", "word") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(self.has_error(f"place_{offer.pk}") for offer in self.offers):
            return cleaned
        chosen = self.in_order()
        if not chosen:
            raise forms.ValidationError(_("Give a place to one person at least."))
        if len(chosen) > MOST:
            raise forms.ValidationError(
                _("Ten people at the most: more would wait too long for their turn.")
            )
        return cleaned

    def in_order(self) -> list[Offer]:
        """Those with a place, by it; among equals as they stood."""
        places = {offer: self.cleaned_data.get(f"place_{offer.pk}") for offer in self.offers}
        return sorted(
            (offer for offer in self.offers if places[offer]),
            key=lambda offer: places[offer] or 0,
        )
