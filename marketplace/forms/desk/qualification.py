"""The qualification sheet of a need, as its coordinator fills it in, and the outcome."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import DateInput
from marketplace.models import NeedSkill, Qualification


class QualificationForm(forms.ModelForm):
    """The four tests, each with what was seen; then the meeting."""

    read = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # What was on the screen: a skill that the structure has added meanwhile isn't left out unseen.
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    skills = forms.MultipleChoiceField(
        label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Qualification
        fields = [
            *(name for test in Qualification.TESTS for name in (test, f"{test}_words")),
            "met",
            "met_on",
            "met_words",
        ]
        widgets = {
            **dict.fromkeys(Qualification.TESTS, forms.RadioSelect),
            **{f"{test}_words": forms.Textarea(attrs={"rows": 2}) for test in Qualification.TESTS},
            "met": forms.RadioSelect,
            "met_on": DateInput,
            "met_words": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "scope": _(
                "Is it one piece of work, with a beginning, an end and a result one can hold?"
            ),
            "transfer": _("Will the team be able to go on alone once the mission is over?"),
            "team": _(
                "Do those who decide and the team agree, and does somebody have the time to receive the person?"
            ),
            "urgency": _("Can it wait until somebody is free?"),
        }
        help_texts = {
            "scope": _("If it is too big, a first step of a few days is a mission by itself."),
            "transfer": _(
                "Who, by name, will keep it alive? A guide, a training hour, a handover?"
            ),
            "team": _(
                "One person to ask, an answer within three days, an access to what is needed."
            ),
            "urgency": _(
                "What is due next week wants a professional. Here people come within weeks."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].initial = self.instance.version
        self._offer_skills()
        for name in (*Qualification.TESTS, "met"):  # nothing chosen yet is no choice to offer
            field = self.fields[name]
            field.choices = [pair for pair in field.choices if pair[0]]  # type: ignore[attr-defined]
        for name in Qualification.TESTS:  # may be left for later, but nothing is published without
            self.fields[name].wanted_to_end = True  # type: ignore[attr-defined]

    def _offer_skills(self) -> None:
        wanted = self.instance.need.wanted.select_related("skill")
        choices = [(str(one.skill_id), self._named(one)) for one in wanted]
        self.fields["skills"].choices = choices  # type: ignore[attr-defined]
        self.fields["skills"].initial = [number for number, _name in choices]
        self.fields["shown"].initial = " ".join(number for number, _name in choices)

    @staticmethod
    def _named(wanted: NeedSkill) -> str:
        weight = _("required") if wanted.required else _("a plus")
        return f"{wanted.skill} · {wanted.get_level_display()} · {weight}"

    @property
    def skills_shown(self) -> bool:
        return bool(self.fields["skills"].choices)  # type: ignore[attr-defined]

    @property
    def says_meeting(self) -> bool:
        """Whether the part about the meeting holds something, or lacks it."""
        return any(
            self[name].value() or self[name].errors for name in ("met", "met_on", "met_words")
        )

    @property
    def left_out(self) -> set[int]:
        """The skills that were on the screen and whose tick was taken away."""
        kept = set(self.cleaned_data["skills"])
        there = {number for number, _name in self.fields["skills"].choices}  # type: ignore[attr-defined]
        return {int(number) for number in there & set(self.cleaned_data["shown"].split()) - kept}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        there = {number for number, _name in self.fields["skills"].choices}  # type: ignore[attr-defined]
        shown = set(cleaned.get("shown", "").split()) & there
        if "skills" in cleaned and shown and shown == there and not cleaned["skills"]:
            self.add_error("skills", _("Keep one skill at least: nobody is found for none."))
        return cleaned

    @property
    def tests(self) -> list[tuple]:
        return [
            (Qualification.name_of(test), self[test], self[f"{test}_words"])
            for test in Qualification.TESTS
        ]

    def lets(self, outcome: str) -> bool:
        """Whether the sheet allows this outcome: nothing is opened while a test is unanswered or failed. Adds a
        sentence to each test that is."""
        if outcome not in Qualification.OPENING:
            return True
        for test in Qualification.TESTS:
            verdict = self.cleaned_data.get(test)
            if not verdict:
                self.add_error(test, _("Answer this question first."))
            elif verdict == Qualification.Verdict.NO:
                self.add_error(
                    test,
                    _(
                        "You answered “no”: somebody would come for nothing. Ask a question, suggest "
                        "something else, or change your answer."
                    ),
                )
        return not self.errors

    def clean_met_on(self) -> date | None:
        day = self.cleaned_data["met_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This date is still to come."))
        return day


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What do we do with it?"),
        choices=Qualification.Outcome.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("Words for the structure"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed unless you publish it. They read it as you write it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.wanted_to_end = True  # type: ignore[attr-defined]

    def is_enough(self) -> bool:
        """Whether the sheet can be concluded: an outcome is chosen, and words are written for a structure that
        doesn't get what it asked for."""
        outcome = self.cleaned_data.get("outcome")
        if not outcome:
            self.add_error("outcome", _("Choose one of the five."))
        elif outcome not in Qualification.OPENING and not self.cleaned_data["words"].strip():
            self.add_error("words", _("Say why, in words that the structure can use."))
        return not self.errors
