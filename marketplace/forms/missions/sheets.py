"""The mission sheet, as both sides fill it in."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from marketplace.forms.documents.document_words import PaperWordsMixin
from marketplace.forms.fields import DateInput, EurosField, PlannedHoursField, field_of
from marketplace.forms.period import PeriodMixin
from marketplace.models import (
    Mission,
    MissionSheet,
    Need,
    Side,
)
from marketplace.models.missions.sheets import DATES, MOST_HOURS, OFFER_REFERENT
from marketplace.rules import audience, below_cost, lengths, permissions
from marketplace.words.persons import first_person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


EXPENSES_ALONE = _("What was spent, to the cent, and nothing else. Nothing is paid on this site.")
TIME_HAS_NO_PRICE = _(
    "What was spent, to the cent, and nothing else: time that is given has no price in any currency. Nothing is paid on this site."
)


def date_field(label: "StrOrPromise", **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **options)


class SheetForm(PaperWordsMixin, PeriodMixin, forms.ModelForm):
    printed: ClassVar[tuple[str, ...]] = (
        "aim", "work", "deliverables", "schedule", "address", "material", "confidentiality",
        "expenses", "counterparts",
    )  # fmt: skip
    may_be_over = True
    begun_within = 6
    read = forms.IntegerField(widget=forms.HiddenInput)
    starts_on = date_field(_("From"))
    ends_on = date_field(_("Until"))
    hours = PlannedHoursField(label=_("Hours planned"), min_value=1, max_value=MOST_HOURS)
    counterparts_value = EurosField(
        label=_("Its value, in euros"), required=False, help_text=_("The structure puts it.")
    )
    field_order: tuple[str, ...] = (
        "aim",
        "work",
        "deliverables",
        "starts_on",
        "ends_on",
        "hours",
        "schedule",
        "where",
        "address",
    )

    class Meta:
        model = MissionSheet
        fields = [
            "aim",
            "work",
            "deliverables",
            "hours",
            "schedule",
            "where",
            "address",
            "need_referent",
            "offer_referent",
            "material",
            "confidentiality",
            "rights",
            "expenses",
            "currency",
            "billed_share",
            "counterparts",
            "counterparts_value",
        ]
        labels: ClassVar = {"offer_referent": capfirst(OFFER_REFERENT)}
        widgets = {
            "aim": forms.Textarea(attrs={"rows": 4}),
            "work": forms.Textarea(attrs={"rows": 4}),
            "deliverables": forms.Textarea(attrs={"rows": 4}),
            "schedule": forms.Textarea(attrs={"rows": 2}),
            "material": forms.Textarea(attrs={"rows": 2}),
            "confidentiality": forms.Textarea(attrs={"rows": 2}),
            "expenses": forms.Textarea(attrs={"rows": 2}),
            "counterparts": forms.Textarea(attrs={"rows": 2}),
            "where": forms.RadioSelect,
            "rights": forms.RadioSelect,
        }

    def __init__(self, *args: Any, mission: Mission, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mission = mission
        said = mission.has_dates
        dates = {name: getattr(mission, name) if said else None for name in DATES}
        self.initial = {**self.initial, "read": self.instance.number, **dates}
        if not self.instance.work:
            self.initial["work"] = words_for_documents(mission.need)
        if not mission.gives_a_receipt:
            for name in ("counterparts", "counterparts_value"):
                del self.fields[name]
        if not mission.is_billed:
            del self.fields["billed_share"]
        self._choose_the_currency()
        structure, others = _people(mission, by)
        field_of(self, "need_referent", forms.ModelChoiceField).queryset = structure
        field_of(self, "offer_referent", forms.ModelChoiceField).queryset = others

    def _choose_the_currency(self) -> None:
        """Euros, the pôle's own currency, or the one that was agreed on under another name."""
        names = dict.fromkeys(
            name for name in (self.mission.need.pole.currency, self.instance.currency) if name
        )
        if not names:
            del self.fields["currency"]
            return
        self.fields["currency"] = forms.ChoiceField(
            label=_("Expenses are paid back"),
            required=False,
            widget=forms.RadioSelect,
            choices=[
                ("", _("in euros")),
                *(
                    (
                        name,
                        gettext("in %(currency)s, if whoever paid them wishes it")
                        % {"currency": name},
                    )
                    for name in names
                ),
            ],
            help_text=EXPENSES_ALONE if self.mission.is_billed else TIME_HAS_NO_PRICE,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("counterparts") and cleaned.get("counterparts_value") is None:
            self.add_error("counterparts_value", _("Say what it is worth: zero is an answer."))
        refuse_too_long(self, self.mission)
        return cleaned

    def clean_billed_share(self) -> int:
        share: int = self.cleaned_data["billed_share"]
        if why := self.why_not_billed(share):
            raise forms.ValidationError(why)
        return share

    def why_not_billed(self, share: int) -> str:
        """Why the loan can't be billed at this share of its cost, as a sentence; "" when it may be asked for."""
        refused, least = self.instance.refused_share, self.instance.least_share
        said_no = refused is not None and share <= refused and share < least
        return below_cost.refused(self.instance) if said_no else ""

    @property
    def values(self) -> dict:
        asked = {"read", "warned"}
        return {name: value for name, value in self.cleaned_data.items() if name not in asked}


def refuse_too_long(form: forms.Form | forms.ModelForm, mission: Mission) -> None:
    """Say beside the last day that the law stops the mission before."""
    starts_on, ends_on = (form.cleaned_data.get(name) for name in DATES)
    if starts_on and ends_on and (why := lengths.too_long_so(mission, starts_on, ends_on)):
        form.add_error("ends_on", why)


def words_for_documents(need: Need) -> str:
    """The deliverable of the need, to start from; "" when it is written in the first person. The need's context is
    never taken, for people say “I” there."""
    return "" if first_person(need.deliverable) else need.deliverable


def _people(mission: Mission, by: User) -> tuple[QuerySet[User], QuerySet[User]]:
    """Who may be a referent: those who represent the structure, the person who comes and, on working time, those who
    represent the company. When the structure chooses, it sees only those of the company with whom it deals already."""
    speaking = Membership.objects.representing()
    ours = speaking.filter(organisation=mission.need.organisation)
    structure = User.objects.filter(pk__in=ours.order_by().values("user"))
    offer = mission.offer
    comes = Q(pk=offer.person_id or offer.created_by_id)
    theirs = speaking.filter(organisation=None if mission.is_own_time else offer.organisation)
    others = User.objects.filter(comes | Q(pk__in=theirs.order_by().values("user")))
    if permissions.side_in(by, mission) == Side.NEED:
        met = {person.pk for person in audience.offering(offer)}
        others = others.filter(pk__in=met | {mission.sheet.offer_referent_id})
    return structure, others
