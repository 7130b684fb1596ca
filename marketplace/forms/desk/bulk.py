"""The forms of an act on many rows: to whom, which tag, and the words that go with it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from marketplace.actions.desk.bulk_wish import Wish
from marketplace.desk.scope import Scope
from marketplace.forms.desk.desk import HandOverForm
from marketplace.models import Act, Tag

MOST_TAGS = 300


class ToForm(HandOverForm):
    """Whom the rows are handed over to; the word with it is asked once the preview is there."""

    def __init__(self, *args: Any, wish: Wish, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        del self.fields["note"]

    def found_to(self) -> User | Organisation | None:
        return self.cleaned_data["to"]


class NewTagForm(forms.Form):
    words = forms.CharField(
        label=_("Which tag?"),
        max_length=40,
        help_text=_("A few words, as “to visit”. Only the coordinators of the pôle read it."),
    )

    def __init__(self, *args: Any, wish: Wish, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = tags_of(wish.by)
        self.fields["words"].widget.attrs["list"] = "tags-known"

    def clean_words(self) -> str:
        return tidy(self.cleaned_data["words"])


class OldTagForm(forms.Form):
    words = forms.ChoiceField(label=_("Which tag?"))

    def __init__(self, *args: Any, wish: Wish, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].choices = [  # type: ignore[attr-defined]
            ("", "—"), *((words, words) for words in tags_of(wish.by))
        ]  # fmt: skip


class WordForm(forms.Form):
    words = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "What has been said and done, and what is promised. Only coordinators read it."
        ),
    )


class ReasonForm(forms.Form):
    words = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The structures read it, and those who were waiting for an answer."),
    )


class RenameForm(forms.Form):
    words = forms.CharField(max_length=40, label=_("Which tag?"))
    new = forms.CharField(max_length=40, label=_("New words"))

    def clean_new(self) -> str:
        return tidy(self.cleaned_data["new"])


def tidy(words: str) -> str:
    """A tag as it is kept."""
    return " ".join(words.split()).lower()


def tags_of(user: User) -> list[str]:
    found: QuerySet[Tag] = Tag.objects.visible_to(user).order_by("words")
    return list(found.values_list("words", flat=True).distinct()[:MOST_TAGS])


# What is asked before the preview can be shown, and what goes with the act.
FIRST: dict[str, type[ToForm | NewTagForm | OldTagForm]] = {
    Act.HAND_OVER: ToForm,
    Act.TAG: NewTagForm,
    Act.UNTAG: OldTagForm,
}
THEN: dict[str, type[WordForm | ReasonForm]] = {Act.HAND_OVER: WordForm, Act.CLOSE: ReasonForm}
