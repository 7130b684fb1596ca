"""Which part of a need becomes another one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import PlannedHoursField, field_of
from marketplace.models import Need, Skill


class SplitForm(forms.Form):
    skills = forms.ModelMultipleChoiceField(
        Skill.objects.none(),
        label=_("Skills of the other mission"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those that stay unticked stay with this one."),
        error_messages={"required": _("Choose at least one skill for the other mission.")},
    )
    title = forms.CharField(label=_("Title of the other mission"), max_length=120)
    hours = PlannedHoursField(label=_("Hours that go with it"), min_value=1)

    def __init__(self, *args: Any, need: Need, ticked: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need
        wanted = list(need.wanted.select_related("skill"))
        apart = [item.skill for item in wanted if str(item.skill_id) in set(ticked)]
        field_of(self, "skills", forms.ModelMultipleChoiceField).queryset = Skill.objects.filter(
            pk__in=[item.skill_id for item in wanted]
        )
        self.initial = {
            "skills": apart,
            "title": ", ".join(str(skill) for skill in apart)[:120],
            "hours": max(1, need.hours * len(apart) // max(len(wanted), 1)),
        }
        self.fields["hours"].help_text = gettext("Of %(hours)s in all; the rest stays.") % {
            "hours": need.hours
        }

    def clean_skills(self) -> QuerySet[Skill]:
        chosen = self.cleaned_data["skills"]
        if len(chosen) == self.need.wanted.count():
            raise forms.ValidationError(gettext("Leave at least one skill to this mission."))
        return chosen

    def clean_hours(self) -> int:
        hours = self.cleaned_data["hours"]
        if hours >= self.need.hours:
            raise forms.ValidationError(gettext("Leave at least an hour to each mission."))
        return hours
