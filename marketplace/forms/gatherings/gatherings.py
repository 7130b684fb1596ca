"""What is written of a gathering, on which other days it is held too, in whose name one comes, and the filters of the list."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import colleagues
from accounts.forms.addresses import AddressField
from accounts.forms.places import CommuneField
from accounts.forms.words import ask_for_words
from accounts.models import Organisation, User
from common.dates import spoken
from common.second_text import SECOND
from marketplace.forms.desk.visits import LocalDateTime
from marketplace.forms.fields import WholeField, field_of, no_contacts
from marketplace.forms.market.languages import LanguagesMixin
from marketplace.forms.market.offers import OfferChoice
from marketplace.forms.market.second_text import HOLDS, SecondTextMixin
from marketplace.models import Gathering, Offer
from marketplace.models.gatherings.gatherings import MOST_SEATS
from marketplace.rules.gatherings import FURTHEST, LONGEST, MYSELF

MONTHS_AHEAD = 12
MOST_COPIES = 12


class GatheringForm(SecondTextMixin, LanguagesMixin, forms.ModelForm):
    FIRST_TEXTS = ("title", "about")

    seats = WholeField(
        label=_("Seats in all"),
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={"min_value": _("At least one seat.")},
    )
    seats_each = WholeField(
        label=_("Seats for one structure, at the most"),
        min_value=1,
        max_value=MOST_SEATS,
        required=False,
        error_messages={"min_value": _("At least one seat.")},
        help_text=_("So that several structures come. Empty: as many as there are."),
    )
    commune = CommuneField(
        label=_("Commune"), required=False, help_text=_("Empty when one only meets online.")
    )
    trainer = OfferChoice(
        Offer.objects.none(),
        label=_("Led by"),
        required=False,
        empty_label=_("One of the host’s own people, without an offer here"),
        help_text=_("They are asked first: their name is shown once they have said yes."),
    )
    trainer_address = AddressField(
        label=_("Or another of your people, by their e-mail address"),
        required=False,
        help_text=_(
            "There are too many offers for a list. This person needs to have one here already."
        ),
    )
    field_order = [
        *("kind", "title", "about", *SECOND, HOLDS, "starts_at", "ends_at", "commune"),
        *("address", "link", "seats", "seats_each", "audience", "spoken", "trainer"),
        "trainer_address",
    ]

    class Meta:
        model = Gathering
        fields = [
            *("kind", "title", "about", "starts_at", "ends_at", "commune", "address", "link"),
            *("seats", "seats_each", "audience", "trainer", "takes_currency"),
            *SECOND,
        ]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 4}),
            "starts_at": LocalDateTime,
            "ends_at": LocalDateTime,
        }
        labels = {
            "about": _("What will one take home?"),
            "kind": _("What it is"),
            "address": _("Address"),
            "link": _("Link, for whoever comes online"),
        }
        help_texts = {
            "title": _("For instance: spreadsheets, the basics for following one’s budget."),
            "about": _("What one will know how to do, or hold in one’s hands, when it is over."),
            "link": _("Shown to those alone who have a seat."),
        }

    def __init__(self, *args: Any, trainers: QuerySet[Offer], writer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for_words(self)
        self.begin_second()
        self.initial_languages(self.instance.languages)
        self.fields["spoken"].label = _("Languages that are spoken")
        self.fields["spoken"].help_text = _("None ticked means French.")
        self._name_the_currency()
        self._choose_among(trainers, writer)

    def _choose_among(self, trainers: QuerySet[Offer], writer: User) -> None:
        """In a list or, of a large house, by their address: then the list holds the writer's own, and whom it has."""
        has = self.instance.trainer_id
        few = list(trainers.values_list("pk", flat=True)[: colleagues.SEVERAL + 1])
        are_all = len(few) <= colleagues.SEVERAL
        if are_all:  # by their numbers: who they are was long to ask
            trainers = Offer.objects.filter(pk__in=few).select_related("person", "organisation")
        # Whoever may not read of the one it has changes nothing about who leads it.
        if not few or has and not (has in few or trainers.filter(pk=has).exists()):
            del self.fields["trainer"], self.fields["trainer_address"]
            return
        of_the_house = Q(organisation=self.instance.host) | Q(person=writer)
        self.by_address = trainers.filter(
            pk__in=Offer.objects.owned_by(writer).filter(of_the_house)
        )
        if are_all:
            del self.fields["trainer_address"]
            field_of(self, "trainer", OfferChoice).queryset = trainers
            return
        typed = str(self.data.get(self.add_prefix("trainer")) or self.initial.get("trainer") or "")
        number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else 0
        own = Q(person=writer) | Q(pk__in=[number, has or 0])
        field_of(self, "trainer", OfferChoice).queryset = trainers.filter(own)

    def _name_the_currency(self) -> None:
        if not (currency := self.instance.pole.currency):
            del self.fields["takes_currency"]
            return
        takes = self.fields["takes_currency"]
        takes.label = gettext("Local currency taken: %(currency)s") % {"currency": currency}
        takes.help_text = _(
            "For what is sold on the spot, a meal, a book. Coming is free, and nothing is paid on this site."
        )

    def clean_title(self) -> str:
        return no_contacts(self.cleaned_data["title"])

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if starts_at == self.instance.starts_at and self.instance.pk:
            return starts_at
        now = timezone.now()
        if starts_at <= now:
            raise forms.ValidationError(_("This is already past: choose a day to come."))
        if starts_at - now > FURTHEST:
            raise forms.ValidationError(
                _("That is more than two years away: come back nearer the time.")
            )
        return starts_at

    def _name_by_address(self, said: dict[str, Any]) -> None:
        """The offer of whoever has this address; of several one is chosen in the list, which then holds them. Whose a
        stranger's offer is, no address tells: only the house's own and the writer's are looked among."""
        if not (address := said.get("trainer_address")):
            return
        theirs = self.by_address.filter(person__email__iexact=address)
        found = list(theirs)
        if said.get("trainer") in found:
            return
        if len(found) == 1:
            said["trainer"] = found[0]
        elif found:
            field_of(self, "trainer", OfferChoice).queryset = theirs
            self.add_error("trainer", _("They have several offers: choose one in the list."))
        else:
            words = _("Nobody of the house with an offer here has this address.")
            self.add_error("trainer_address", words)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        self._name_by_address(said)
        starts_at, ends_at = said.get("starts_at"), said.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end would come before the beginning."))
        elif starts_at and ends_at and ends_at - starts_at > LONGEST:
            self.add_error("ends_at", _("That is more than two weeks long: check the day."))
        if not (said.get("commune") or said.get("link") or {"commune", "link"} & set(self.errors)):
            self.add_error("commune", _("Say where: a commune, or a link for those online."))
        seats, each = said.get("seats"), said.get("seats_each")
        if seats and each and each > seats:
            self.add_error("seats_each", _("There aren’t as many seats in all."))
        return said

    def save(self, commit: bool = True) -> Gathering:
        self.instance.languages = self.cleaned_data["languages"]
        return super().save(commit)


class CopyForm(forms.Form):
    """The days, each with its hour, on which it is held as well: four a year, one a month."""

    FEWEST = 3

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lasts = gathering.ends_at - gathering.starts_at
        for number in range(1, MOST_COPIES + 1):
            label = gettext("Day and hour %(n)s") % {"n": number}
            self.fields[f"day_{number}"] = forms.DateTimeField(
                label=label, required=False, widget=LocalDateTime
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        now = timezone.now()
        for name, at in list(said.items()):
            if at and at <= now:
                self.add_error(name, _("This is already past: choose a day to come."))
            elif at and at - now > FURTHEST:
                self.add_error(
                    name, _("That is more than two years away: come back nearer the time.")
                )
        if not self.errors and not self.days:
            self.add_error("day_1", _("Choose at least one day."))
        return said

    @property
    def days(self) -> list[datetime]:
        return [at for at in self.cleaned_data.values() if at]

    @property
    def first_ones(self) -> list[forms.BoundField]:
        return [self[f"day_{number}"] for number in range(1, self.FEWEST + 1)]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[f"day_{number}"] for number in range(self.FEWEST + 1, MOST_COPIES + 1)]


class CancelForm(forms.Form):
    word = forms.CharField(
        label=_("A word for those who were to come"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why, and whether there will be another one."),
    )


class AttendForm(forms.Form):
    """In whose name one comes."""

    name = forms.ChoiceField(
        label=_("In whose name do you come?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say in whose name you come.")},
    )

    def __init__(
        self, *args: Any, houses: Iterable[Organisation], for_oneself: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.for_oneself = for_oneself
        self.houses = {str(house.pk): house for house in houses}
        choices = [(key, house.name) for key, house in self.houses.items()]
        if for_oneself:
            choices.append((MYSELF, gettext("In my own name")))
        name = field_of(self, "name", forms.ChoiceField)
        name.choices = choices
        if choices:
            self.initial.setdefault("name", choices[0][0])

    @property
    def organisation(self) -> Organisation | None:
        """The organisation; None for oneself."""
        return self.houses.get(self.cleaned_data["name"])


class GatheringFilter(forms.Form):
    q = forms.CharField(label=_("A skill, a word"), max_length=120, required=False)
    near = CommuneField(label=_("Near"), required=False)
    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", pgettext_lazy("gatherings", "All kinds")), *Gathering.Kind.choices],
    )
    audience = forms.ChoiceField(
        label=_("For whom"),
        required=False,
        choices=[("", _("All audiences")), *Gathering.Audience.choices],
    )
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "month", forms.ChoiceField).choices = [
            ("", _("All months")),
            *((f"{first:%Y-%m}", spoken(first, "F Y")) for first in months_ahead()),
        ]


def months_ahead() -> Iterator[date]:
    """The first day of this month and of those that follow."""
    today = timezone.localdate()
    for ahead in range(MONTHS_AHEAD):
        months = today.year * 12 + today.month - 1 + ahead
        yield date(months // 12, months % 12 + 1, 1)
