"""The answers to a structure's questions, beside the word of whoever offers themselves. None has to be given: nobody is turned
away for a line left blank."""

from typing import Any

from django import forms

from marketplace.forms.fields import no_contacts
from marketplace.models import Need
from marketplace.models.market.answers import LONGEST_ANSWER
from marketplace.models.market.questions import MOST_QUESTIONS

NAMES = [f"answer_{place}" for place in range(1, MOST_QUESTIONS + 1)]


class AnswersMixin(forms.Form):
    """`asks_for` the answers to the questions of one need, a field for each."""

    def asks_for(self, need: Need) -> None:
        self.questions = dict(zip(NAMES, need.question_list, strict=False))
        for name, question in self.questions.items():
            self.fields[name] = forms.CharField(
                label=question,
                max_length=LONGEST_ANSWER,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.questions:
            try:
                no_contacts(cleaned.get(name, ""))
            except forms.ValidationError as refusal:
                self.add_error(name, refusal)
        return cleaned

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.questions]

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Once it is valid: each question, as it was asked, with its answer."""
        said = self.cleaned_data
        return [(question, said[name].strip()) for name, question in self.questions.items()]

    @property
    def given(self) -> dict[str, Any]:
        """Once it is valid: what the act is handed."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in NAMES}
        return said | {"answers": self.answers}


class AnswersForm(AnswersMixin):
    """The answers alone, of whoever was proposed."""

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_for(need)
