"""The forms of the desk: who takes over, a note, a tag, a name for a filter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from marketplace.desk.scope import Scope
from marketplace.models import Note, SavedFilter, Tag


class HandOverForm(forms.Form):
    """To whom a line is handed over: a colleague of the pôle, or one of its operators as a whole."""

    to = forms.ChoiceField(label=_("To whom?"))
    note = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "What has been said and done, and what is promised. Only coordinators read it."
        ),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operators = Organisation.objects.seated_in(*scope.poles)
        members = (
            Membership.objects.filter(organisation__in=operators, user__is_active=True)
            .exclude(user=scope.user)
            .select_related("user", "organisation")
            .order_by("user__last_name", "user__first_name")
        )
        self.found: dict[str, Organisation | User] = {
            f"o{operator.pk}": operator for operator in operators
        }
        self.found |= {f"p{member.user_id}": member.user for member in members}
        people = {f"p{m.user_id}": self._named(m, scope) for m in members}
        whole = [(f"o{operator.pk}", str(operator)) for operator in operators]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            (_("A colleague"), list(people.items())),
            (_("An operator, whoever is free there"), whole),
        ]

    @staticmethod
    def _named(member: Membership, scope: Scope) -> str:
        """The colleague, their operator, and until when they are away."""
        name, away = f"{member.user} ({member.organisation})", scope.away.get(member.user_id)
        return f"{name} – {away.words}" if away else name

    def clean_to(self) -> User | Organisation:
        return self.found[self.cleaned_data["to"]]


class FilterForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ["name", "query"]


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["body"]
        labels = {"body": _("New note")}
        widgets = {"body": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"body": {"required": _("Write something, of 4,000 letters at the most.")}}


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["words"]

    def clean_words(self) -> str:
        return " ".join(self.cleaned_data["words"].split()).lower()
