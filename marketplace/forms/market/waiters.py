"""The yes to a place that was waited for: the word and the answers that leave with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.market.answers import AnswersMixin
from marketplace.forms.market.needs import MOST_PLACES
from marketplace.forms.market.offers import WordForm
from marketplace.models import Need, Waiter


class YesForm(AnswersMixin, WordForm):
    """None but an application has questions to answer."""

    def __init__(self, *args: Any, waiter: Waiter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_for(waiter.need if waiter.is_for_need else Need())


class PlacesForm(forms.Form):
    """More people for a need that has all those it asked for."""

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["places"] = need.places + 1
        self.fields["places"] = forms.IntegerField(
            label=_("How many people you want in all"),
            min_value=need.places + 1,
            max_value=MOST_PLACES,
            error_messages={
                "max_value": _("Fifty people at the most: split it into several needs."),
                "min_value": _("More people than it asks for today."),
            },
        )
