"""What somebody says who offers their help on the page of a need, before they have an offer or even an account: their
offer is written from it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.coming import Said
from accounts.forms.places import CommuneField
from accounts.models import Coming, Commune, Pole
from marketplace.actions.market.helping import Helping
from marketplace.forms.fields import WholeField, field_of, no_contacts
from marketplace.forms.market.answers import NAMES, AnswersMixin
from marketplace.models import Level, Need, Offer, OfferSkill, Skill
from marketplace.models.market.offers import WORKING_WEEK

RADIUS, LEVEL = Offer._meta.get_field("radius_km"), OfferSkill._meta.get_field("level")
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
        label=gettext_lazy("When are you free?"), choices=WHEN, widget=forms.RadioSelect
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
    """What their offer says beyond the need they came for: how well they know each thing, how far they go. It is shown as it
    will be, and they may change it. Others read it only where the button with which it is sent says so."""

    SHOWN = "shown"

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

    def __init__(self, *args: Any, skills: Iterable[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("radius_km", RADIUS.default)
        self.skills = list(skills)
        for skill in self.skills:
            self.fields[f"level-{skill.pk}"] = forms.TypedChoiceField(
                label=str(skill), choices=Level.choices, coerce=int, required=False,
                initial=LEVEL.default, empty_value=LEVEL.default,
            )  # fmt: skip

    def clean_radius_km(self) -> int:
        km: int | None = self.cleaned_data["radius_km"]
        return RADIUS.default if km is None else km

    @property
    def is_shown(self) -> bool:
        return self.SHOWN in self.data

    @property
    def levels(self) -> dict[str, int]:
        return {one.code: self.cleaned_data[f"level-{one.pk}"] for one in self.skills}

    @property
    def lines(self) -> list[tuple[forms.BoundField, str]]:
        """Each skill's field, with the level that it says, in words."""
        said = [self[f"level-{one.pk}"] for one in self.skills]
        words = {str(level): label for level, label in Level.choices}
        return [(field, str(words.get(str(field.value()), ""))) for field in said]


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
