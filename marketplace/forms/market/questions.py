"""The questions that a structure asks of whoever offers themselves: three at the most, a line each."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import no_contacts
from marketplace.models import Need
from marketplace.models.market.questions import LONGEST_QUESTION, MOST_QUESTIONS

NAMES = [f"question_{place}" for place in range(1, MOST_QUESTIONS + 1)]


class QuestionsMixin(forms.Form):
    question_1 = forms.CharField(
        label=_("First question"), max_length=LONGEST_QUESTION, required=False
    )
    question_2 = forms.CharField(
        label=_("Second question"), max_length=LONGEST_QUESTION, required=False
    )
    question_3 = forms.CharField(
        label=_("Third question"), max_length=LONGEST_QUESTION, required=False
    )

    def initial_questions(self, need: Need) -> None:
        for name, question in zip(NAMES, need.question_list, strict=False):
            self.initial.setdefault(name, question)

    def clean_question_1(self) -> str:
        return no_contacts(_one_line(self.cleaned_data["question_1"]))

    def clean_question_2(self) -> str:
        return no_contacts(_one_line(self.cleaned_data["question_2"]))

    def clean_question_3(self) -> str:
        return no_contacts(_one_line(self.cleaned_data["question_3"]))

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in NAMES]

    @property
    def shows_questions(self) -> bool:
        """Whether they are unfolded: there are some, or one is wrong."""
        return any(self[name].value() or self[name].errors for name in NAMES)

    def keep_questions(self, need: Need) -> None:
        """Those that are right, each once; what a page doesn't ask stays as it is."""
        if not any(self.add_prefix(name) in self.data for name in NAMES):
            return
        said = [self.cleaned_data.get(name, "") for name in NAMES]
        need.questions = "\n".join(dict.fromkeys(one for one in said if one))


def _one_line(text: str) -> str:
    return " ".join(text.split())
