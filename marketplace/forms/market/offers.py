"""What a company or a volunteer writes of an offer."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import colleagues
from accounts.forms.places import CommuneField
from accounts.forms.words import ask_for_words
from accounts.models import Organisation, User
from accounts.scope import scope_of
from common.second_text import SECOND
from marketplace.forms.fields import DateInput, SeveralField, field_of, no_contacts
from marketplace.forms.market.answers import AnswersMixin
from marketplace.forms.market.languages import LanguagesMixin
from marketplace.forms.market.second_text import HOLDS, SecondTextMixin
from marketplace.forms.market.volume import VolumeMixin
from marketplace.forms.period import PeriodMixin
from marketplace.models import Need, Offer, Time
from marketplace.models.market.offers import work_words

MOST_MISSIONS = 200
MOST_TRAINED = 100  # structures, by somebody who trains a group
# Each step of a new offer asks one of these parts; the page of an offer that is there shows them all.
WHAT, WHEN, WHERE = "quoi", "quand", "ou"
PARTS = {
    WHAT: ("person", "about", "title", *SECOND, HOLDS),
    WHEN: ("amount", "volume", "unit", "starts_on", "ends_on", "days"),
    WHERE: (
        "commune",
        "time",
        "place",
        "radius_km",
        "capacity",
        "trains_up_to",
        "spoken",
        "causes",
    ),
}
# Own time is given back once a mission is over (models/missions/places.py); working time is given once.
AT_ONCE = _("How many missions this offer may serve at the same time.")
IN_ALL = _("How many missions this offer may serve at the same time or one after another.")
OTHER = "OTHER"
AMOUNTS = {
    "4": _("Half a day"),
    "7": _("A day"),
    "21": _("Three days"),
    "35": _("A week"),
    "70": _("Ten days"),
    OTHER: _("Another amount"),
}


class OfferForm(SecondTextMixin, LanguagesMixin, VolumeMixin, PeriodMixin, forms.ModelForm):
    FIRST_TEXTS = ("title", "about")

    commune = CommuneField(label=_("Commune"), help_text=_("Where you would leave from."))
    days = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=[(number, capfirst(name)) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    amount = forms.ChoiceField(
        label=_("How much time in all?"), choices=AMOUNTS, required=False, widget=forms.RadioSelect
    )
    field_order = [
        *(
            "person",
            "about",
            "title",
            *SECOND,
            HOLDS,
            "time",
            "amount",
            "volume",
            "unit",
            "starts_on",
            "ends_on",
        ),
        *("days", "place", "commune", "radius_km", "capacity", "trains_up_to", "spoken", "causes"),
    ]

    class Meta:
        model = Offer
        fields = [
            "person",
            "title",
            "about",
            "time",
            "place",
            "commune",
            "radius_km",
            "starts_on",
            "ends_on",
            "capacity",
            "trains_up_to",
            "causes",
            *SECOND,
        ]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 3}),
            "time": forms.RadioSelect,
            "place": forms.RadioSelect,
            "radius_km": forms.NumberInput(attrs={"min": 0, "max": 1000}),
            "starts_on": DateInput,
            "ends_on": DateInput,
            "capacity": forms.NumberInput(attrs={"min": 1, "max": 20}),
            "causes": forms.CheckboxSelectMultiple,
        }
        labels = {
            "about": _("What do you know how to do?"),
            "trains_up_to": _("I can train a group, up to how many structures?"),
        }
        field_classes = {"causes": SeveralField}
        help_texts = {
            "about": _("In a sentence or two, as you would say it to a neighbour."),
            "radius_km": _("As the crow flies. Without importance if you only work remotely."),
            "capacity": _(
                "How many missions this offer may serve: on working time, in all; on one’s own time, at the same time."
            ),
            "trains_up_to": _(
                "A training or a meeting told once to several: who hosts one may then ask you, and you are free to say no. Empty: one structure at a time."
            ),
            "causes": _("None chosen means all of them."),
        }

    def __init__(
        self,
        *args: Any,
        organisation: Organisation | None = None,
        user: User | None = None,
        by: User | None = None,
        names_others: bool = False,
        **kwargs: Any,
    ) -> None:
        """`names_others`: the writer may name a colleague, or nobody yet; otherwise they come themselves."""
        super().__init__(*args, **kwargs)
        self.organisation, self.user, self.by = organisation, user, by
        ask_for_words(self)
        self.begin_second()
        if organisation is None:
            del self.fields["person"], self.fields["time"]
            self.fields["capacity"].help_text = AT_ONCE
        else:
            time = field_of(self, "time", forms.ChoiceField)
            time.choices = [(Time.WORK, work_words(organisation)), (Time.OWN, Time.OWN.label)]
        if organisation and by and not scope_of(by).own:
            del self.fields["time"]
            self.fields["capacity"].help_text = IN_ALL
        if organisation and not names_others:
            del self.fields["person"]
        elif organisation:
            person = field_of(self, "person", forms.ModelChoiceField)
            also = self.data.get("person") or self.initial.get("person")
            person.queryset = colleagues.to_choose_from(organisation, also=also)
            person.empty_label = _("A team, or someone to be named")
            if organisation.lends_by_name_alone:
                person.empty_label = _("Someone to be named")
                person.help_text = _(
                    "Here people come one by one. Empty: whoever comes chooses their own name here, as a representative, before the legal frame of the mission is chosen."
                )
            person.required = False
        if self.instance.pk:
            chosen = [day for day in range(7) if self.instance.is_free_on(day)]
        else:
            chosen = list(range(5))
        self.initial.setdefault("days", chosen)
        self._begin_with_an_amount(self.instance.hours if self.instance.pk else None)
        self.initial_languages(self.instance.languages)

    def _begin_with_an_amount(self, hours: int | None) -> None:
        """One of the usual amounts, or another in hours or days, which counts where none is chosen."""
        field_of(self, "volume", forms.DecimalField).required = False
        self.fields["amount"].wanted_to_end = True  # type: ignore[attr-defined]  # one of the two
        self.fields["volume"].wanted_to_end = True  # type: ignore[attr-defined]
        if hours is None:
            return
        usual = str(hours) in AMOUNTS
        self.initial.setdefault("amount", str(hours) if usual else OTHER)
        self.initial_volume(None if usual else hours)

    def clean_title(self) -> str:
        return no_contacts(self.cleaned_data["title"])

    def clean_about(self) -> str:
        return no_contacts(self.cleaned_data["about"])

    def clean(self) -> dict[str, Any]:
        amount = self.cleaned_data.get("amount")
        if amount and amount != OTHER:
            self.cleaned_data |= {"volume": Decimal(amount), "unit": self.HOURS}
            self.errors.pop("volume", None)
        elif self.cleaned_data.get("volume") is None and not self.has_error("volume"):
            self.add_error("amount", _("Say how much time, roughly."))
        cleaned = super().clean()
        if (cleaned.get("radius_km") or 0) > 1000:
            self.add_error("radius_km", _("A thousand kilometres at the most."))
        capacity = cleaned.get("capacity")
        if capacity == 0:
            self.add_error("capacity", _("At least one mission."))
        elif capacity and capacity > MOST_MISSIONS:
            self.add_error("capacity", _("Two hundred missions at the most."))
        comes = cleaned.get("person") if "person" in self.fields else self.user
        group = cleaned.get("trains_up_to")
        if group is not None and not 2 <= group <= MOST_TRAINED:
            self.add_error("trains_up_to", _("Between two and a hundred structures, or empty."))
        if cleaned.get("time") == Time.OWN and comes != self.by:
            self.add_error(
                "time", _("Free time is each person’s own to offer: they do it themselves.")
            )
        return cleaned

    def save(self, commit: bool = True) -> Offer:
        offer = self.instance
        offer.hours = self.cleaned_data["hours"]
        offer.languages = self.cleaned_data["languages"]
        offer.weekdays = sum(1 << day for day in set(self.cleaned_data["days"]))
        if self.organisation is None:
            offer.time = Time.OWN
        elif "time" not in self.fields and not offer.pk:
            offer.time = Time.WORK
        if "person" not in self.fields:
            offer.person = self.user
        return super().save(commit)


class WordForm(forms.Form):
    """The words that go with an application, an invitation or a proposal."""

    word = forms.CharField(
        label=_("A word with it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two sentences are enough: why this mission, why you."),
    )

    def __init__(self, *args: Any, may_give_contacts: bool = False, **kwargs: Any) -> None:
        """`may_give_contacts`: a coordinator may write their own contact details, since people should reach them."""
        super().__init__(*args, **kwargs)
        self.may_give_contacts = may_give_contacts
        if may_give_contacts:
            self.fields["word"].help_text = _(
                "Two sentences are enough: why these two. Both sides read them."
            )

    def clean_word(self) -> str:
        word = self.cleaned_data["word"]
        return word if self.may_give_contacts else no_contacts(word)


class OfferChoice(forms.ModelChoiceField):
    """A choice among offers. Those of a company also say who would come, for two may have the same title."""

    def label_from_instance(self, offer: Offer) -> str:
        return f"{offer.title} – {offer.discreet_name}" if offer.organisation_id else offer.title


class LateYesForm(WordForm):
    """The words that go with a yes after the proposal was closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].help_text = _("If you like: what held you up, from when you are free.")


class ApplyForm(AnswersMixin, WordForm):
    """With which of one's offers one applies, and what one answers to the structure."""

    offer = OfferChoice(
        Offer.objects.none(),
        label=_("With which offer?"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    field_order = ["offer", "word"]

    def __init__(self, *args: Any, offers: QuerySet[Offer], need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_for(need)
        field_of(self, "offer", forms.ModelChoiceField).queryset = offers
