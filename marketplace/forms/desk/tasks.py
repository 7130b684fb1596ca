"""The form of a task: what, by when, who. The day may be said in the words themselves."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole, User
from common.day_words import day_said
from marketplace.forms.desk.absences import coordinators_in
from marketplace.forms.fields import DateInput, field_of
from marketplace.models import Task

FAR = timedelta(days=5 * 366)


class TaskForm(forms.Form):
    only: Pole | None = None

    what = forms.CharField(
        label=_("What is to be done"),
        max_length=200,
        help_text=_(
            "For instance “call Ms Petit again on Tuesday”: the day is read in your words."
        ),
    )
    due_on = forms.DateField(
        label=_("By when"),
        required=False,
        widget=DateInput,
    )
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"), empty_label=None)

    pole = forms.ModelChoiceField(Pole.objects.none(), label=_("In which pôle"), empty_label=None)
    field_order = ("what", "due_on", "assignee", "pole")

    def __init__(
        self,
        *args: Any,
        poles: QuerySet[Pole],
        by: User,
        task: Task | None = None,
        **kwargs: Any,
    ) -> None:
        """Whoever coordinates one pôle alone isn't asked in which."""
        super().__init__(*args, **kwargs)
        self.task = task
        field_of(self, "assignee", forms.ModelChoiceField).queryset = coordinators_in(poles)
        field_of(self, "pole", forms.ModelChoiceField).queryset = poles
        self.initial.setdefault("assignee", by.pk)
        if len(poles) == 1:
            self.fields["pole"].required = False
            self.fields["pole"].widget = forms.HiddenInput()
            self.only = poles[0]
        if task:
            said = {"what": task.what, "due_on": task.due_on}
            self.initial = {**said, "assignee": task.assignee_id or by.pk}

    def clean_pole(self) -> Pole:
        return self.only or self.cleaned_data["pole"]

    def clean_what(self) -> str:
        return " ".join(self.cleaned_data["what"].split())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "due_on" in self.errors:
            return said
        today = timezone.localdate()
        due = said.get("due_on") or day_said(said.get("what", ""), today)
        if due is None:
            self.add_error(
                "due_on",
                _("By when? Give a day, or say it in your words: “Tuesday”, “on 12 March”."),
            )
        elif due < today and not (self.task and due == self.task.due_on):
            self.add_error("due_on", _("This day is over: give one that is to come."))
        elif due - today > FAR:
            self.add_error("due_on", _("That is more than five years away: check the year."))
        said["due_on"] = due
        return said

    @property
    def said(self) -> dict[str, Any]:
        """Without the pôle, which a task keeps."""
        return {name: self.cleaned_data[name] for name in ("what", "due_on", "assignee")}


class DayForm(forms.Form):
    """What is typed so far, for the day in it; `read` is the day that was read last, which may be read anew."""

    what = forms.CharField(max_length=1000, required=False)
    due_on = forms.CharField(max_length=40, required=False)
    read = forms.CharField(max_length=40, required=False)

    def day(self, today: date) -> date | None:
        """The day of the words, unless the reader has given one by hand."""
        if not self.is_valid():
            return None
        typed = self.cleaned_data["due_on"]
        by_hand = typed and typed != self.cleaned_data["read"]
        return None if by_hand else day_said(self.cleaned_data["what"], today)
