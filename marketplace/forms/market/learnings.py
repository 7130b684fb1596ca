"""The skills that somebody would like to learn: those said, and one more."""

from collections import defaultdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.forms.fields import SeveralField, field_of
from marketplace.models import Skill
from marketplace.models.market.learnings import MOST


class LearningForm(forms.Form):
    kept = SeveralField(
        Skill.objects.none(),
        label=_("You would like to learn"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What you untick is gone at once."),
    )
    added = forms.ChoiceField(
        label=_("Add a skill"),
        required=False,
        help_text=_(
            "Five at the most. You and the coordinators alone read it; it never counts as something you can do."
        ),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Skill.objects.filter(pk__in=person.learnings.values("skill"))
        self.said = list(mine)
        field_of(self, "kept", SeveralField).queryset = mine
        self.initial["kept"] = self.said
        if not self.said:
            del self.fields["kept"]
        if len(self.said) >= MOST and not self.is_bound:
            del self.fields["added"]
        else:
            field_of(self, "added", forms.ChoiceField).choices = self._by_family()

    def _by_family(self) -> list[tuple[str, Any]]:
        """The skills that may be added, under the names of their families."""
        others = Skill.objects.current().exclude(pk__in=[one.pk for one in self.said])
        self.others = {skill.code: skill for skill in others.select_related("family")}
        families: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for skill in sorted(self.others.values(), key=lambda one: (one.family.position, str(one))):
            families[str(skill.family)].append((skill.code, str(skill)))
        return [("", _("Choose…")), *families.items()]

    def clean_added(self) -> Skill | None:
        return self.others.get(self.cleaned_data["added"])
