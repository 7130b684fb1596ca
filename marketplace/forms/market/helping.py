"""What somebody says who offers their help on the page of a need, before they have an offer or even an account: their
offer is written from it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.coming import Said
from accounts.forms.places import CommuneField
from accounts.models import Coming, Commune, Pole
from common.as_written import time_said
from common.day_words import first_day_said, last_day_said
from marketplace.actions.market.helping import Helping
from marketplace.forms.fields import DateInput, WholeField, field_of, no_contacts
from marketplace.forms.market.answers import NAMES, AnswersMixin
from marketplace.models import Level, Need, Offer, OfferSkill, Skill
from marketplace.models.market.offers import WORKING_WEEK

RADIUS, LEVEL = Offer._meta.get_field("radius_km"), OfferSkill._meta.get_field("level")
MOST_HOURS = 2_000  # a year and more of whole weeks
WEEK, WEEKEND, ANY = "WEEK", "WEEKEND", "ANY"
DAYS = {WEEK: WORKING_WEEK, WEEKEND: 0b1100000, ANY: 0b1111111}
WHEN = {
    WEEK: gettext_lazy("On weekdays"),
    WEEKEND: gettext_lazy("At the weekend"),
    ANY: gettext_lazy("Any day, weekends too"),
}


class HelpForm(AnswersMixin):
    """Four questions: no more is asked of who comes by a need."""

    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What can you bring?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one thing that you can bring.")},
    )
    word = forms.CharField(
        label=gettext_lazy("A word for the organisation"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Two sentences are enough: why this mission, why you."),
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When are you free?"),
        choices=WHEN,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose when you are free, roughly.")},
    )
    commune = CommuneField(
        label=gettext_lazy("Your commune"),
        help_text=gettext_lazy("Where you would leave from."),
    )

    def __init__(self, *args: Any, need: Need, wanted: Iterable[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need
        self.offered = {skill.code: skill for skill in wanted}
        field = field_of(self, "skills", forms.MultipleChoiceField)
        field.choices = [(code, str(skill)) for code, skill in self.offered.items()]
        self.asks_for(need)

    def clean_word(self) -> str:
        return no_contacts(self.cleaned_data["word"])

    def clean_commune(self) -> Commune:
        """A need is answered by the people of its pôle, and of those that it has asked: better said now than after an
        account is made."""
        commune: Commune = self.cleaned_data["commune"]
        asked = self.need.asked_poles.still_asked().values_list("pole", flat=True)
        self.pole = Pole.objects.covering(commune).first()
        if self.pole is None or self.pole.pk not in {self.need.pole_id, *asked}:
            raise ValidationError(
                _(
                    "This need is answered from the départements of its pôle (%(pole)s), and this commune isn’t there."
                )
                % {"pole": self.need.pole}
            )
        return commune

    def helping(self, published: "PublishedForm") -> Helping:
        """Once both are valid."""
        said = self.cleaned_data
        assert self.pole is not None, "a commune without a pôle is refused"
        chosen = self.brought
        where, days = said["commune"], DAYS[said["when"]]
        levels, km = published.levels, published.cleaned_data["radius_km"]
        return Helping(
            said["word"],
            chosen,
            where,
            self.pole,
            days,
            levels,
            km,
            published.is_shown,
            self.answers,
            **published.time,
        )

    @property
    def brought(self) -> list[Skill]:
        return [self.offered[code] for code in self.cleaned_data["skills"]]

    @property
    def when_words(self) -> str:
        return str(WHEN[self.cleaned_data["when"]])

    @property
    def said(self) -> Said:
        """Once it is valid: what is kept until it is sent."""
        said = self.cleaned_data
        words = {"skills": said["skills"], "when": said["when"], "answers": dict(self.answers)}
        return Said(Coming.Kind.APPLY, said["word"], said["commune"].pk, self.need.pk, words)


class PublishedForm(forms.Form):
    """What their offer says beyond the need they came for: how well they know each thing, how far they go; how many hours and
    on which days, which are the need's until they say theirs. It is shown as it will be, and they may change it. Others read it only where the button with which it is sent says so."""

    SHOWN = "shown"

    hours = WholeField(
        label=gettext_lazy("How many hours you give in all"),
        min_value=1,
        max_value=MOST_HOURS,
        required=False,
        help_text=gettext_lazy("Left empty: as many as the need asks for."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Write a number of hours, for instance 20."),
        ),
    )
    starts_on = forms.DateField(label=gettext_lazy("Free from"), widget=DateInput, required=False)
    ends_on = forms.DateField(label=gettext_lazy("Free until"), widget=DateInput, required=False)
    radius_km = WholeField(
        label=gettext_lazy("How far you go, in km"),
        min_value=0,
        max_value=1000,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Write a number of kilometres, for instance 30."),
            "max_value": gettext_lazy("A thousand kilometres at the most."),
        },
    )

    def __init__(
        self, *args: Any, skills: Iterable[Skill], need: Need, word: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.need, self.today = need, timezone.localdate()
        read = time_read(word, self.today)
        self.initial = {"radius_km": RADIUS.default, **read, **self.initial}
        self.skills = list(skills)
        for skill in self.skills:
            self.fields[f"level-{skill.pk}"] = forms.TypedChoiceField(
                label=str(skill), choices=Level.choices, coerce=int, required=False,
                initial=LEVEL.default, empty_value=LEVEL.default,
            )  # fmt: skip

    def clean_radius_km(self) -> int:
        km: int | None = self.cleaned_data["radius_km"]
        return RADIUS.default if km is None else km

    def clean(self) -> dict[str, Any] | None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        first_asked = self.today if self.need.is_undated else max(self.need.starts_on, self.today)
        if last and last < max(first or self.today, first_asked):
            self.add_error("ends_on", _("The mission couldn’t begin before that day."))
        elif first and not self.need.is_undated and first > self.need.ends_on:
            self.add_error("starts_on", _("The mission is over by that day."))
        elif first and not last and first > self.last_day:
            self.add_error("ends_on", _("Say until when."))
        return self.cleaned_data

    @property
    def last_day(self) -> date:
        """Until when their offer is free, where they don't say so: as long as the need waits."""
        return max(self.need.ends_on, self.today)

    @property
    def says_days(self) -> bool:
        """Whether days of their own are in the fields, and not those of the need alone."""
        return bool(self["starts_on"].value() or self["ends_on"].value())

    @property
    def reads_time(self) -> bool:
        """Whether their word says hours or days, which are filled in for them to check."""
        return not self.is_bound and bool({"hours", "starts_on", "ends_on"} & set(self.initial))

    @property
    def is_shown(self) -> bool:
        return self.SHOWN in self.data

    @property
    def time(self) -> dict[str, Any]:
        """Once it is valid: how many hours, from when and until when, the need's where they haven't said their own."""
        said = self.cleaned_data
        return {
            "hours": said["hours"] or self.need.hours,
            "starts_on": said["starts_on"] or self.today,
            "ends_on": said["ends_on"] or self.last_day,
        }

    @property
    def levels(self) -> dict[str, int]:
        return {one.code: self.cleaned_data[f"level-{one.pk}"] for one in self.skills}

    @property
    def lines(self) -> list[tuple[forms.BoundField, str]]:
        """Each skill's field, with the level that it says, in words."""
        said = [self[f"level-{one.pk}"] for one in self.skills]
        words = {str(level): label for level, label in Level.choices}
        return [(field, str(words.get(str(field.value()), ""))) for field in said]


def time_read(word: str, today: date) -> dict[str, Any]:
    """The hours and the days that somebody's own word surely says, as initial values."""
    read: dict[str, Any] = {}
    if (time := time_said(word)) and time.in_days is False:
        read["hours"] = int(time.amount)
    if first := first_day_said(word, today):
        read["starts_on"] = first
    if last := last_day_said(word, today):
        read["ends_on"] = last
    return read


def as_sent(said: Said, need: Need) -> dict[str, Any]:
    """What was kept, as the form's data: it is read anew before it leaves, for the need may have changed."""
    answered = said.words.get("answers", {})
    questions = zip(NAMES, need.question_list, strict=False)
    answers = {name: answered[one] for name, one in questions if one in answered}
    town = Commune.objects.select_related("department").filter(pk=said.commune).first()
    where: dict[str, Any] = {"commune": str(town), "commune-code": town.pk} if town else {}
    kept: dict[str, Any] = {
        name: said.words[name] for name in ("skills", "when") if name in said.words
    }
    return {"word": said.text, **where, **kept, **answers}
