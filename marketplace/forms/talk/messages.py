"""What is typed in a conversation: a message and its files, a report, a note, a ready-made line."""

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.actions.talk import moderation
from marketplace.actions.talk.messages import MOST_FILES
from marketplace.forms.fields import field_of
from marketplace.forms.talk.files import CleanFileField
from marketplace.models import Draft, Message, Mission, Thread
from marketplace.models.talk.conversations import LONGEST
from marketplace.rules import references
from marketplace.uploads import Clean


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])


class CleanFilesField(CleanFileField):
    """Several files: a list of `Clean`. When one is refused, the others are still in `passed`."""

    widget = SeveralFiles(attrs=CleanFileField.widget.attrs | {"multiple": True})
    passed: list[Clean]

    def clean(self, data: Any, initial: Any = None) -> Any:
        self.passed, refused = [], []
        for sent in data or []:
            try:
                self.passed.append(super().clean(sent, initial))
            except ValidationError as error:
                refused.append(f"{sent.name} – {' '.join(error.messages)}")
        if len(self.passed) > MOST_FILES:
            refused.append(
                _("A message carries %(most)s files at the most: send the others in a second one.")
                % {"most": MOST_FILES}
            )
            self.passed = self.passed[:MOST_FILES]
        if refused:
            raise ValidationError(refused)
        return self.passed


class MessageForm(forms.Form):
    """A message that somebody is writing in a thread; it starts from the draft that they left there."""

    use_required_attribute = False  # the small buttons send the form too, with no words yet

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line that begins with - becomes a list, the address of a page a link."),
    )
    files = CleanFilesField(  # type: ignore[assignment]  # a field, that Django takes off the class
        label=_("Attach files"),
        required=False,
        help_text=_(
            "Five at the most, ten megabytes each: PDF, picture (JPEG, PNG, WebP, GIF) or document (.docx, .xlsx, .pptx, .odt, .ods, .odp)."
        ),
    )
    about = forms.ChoiceField(
        label=_("Link to…"), required=False, help_text=_("Shown under your message.")
    )
    line = forms.ChoiceField(label=_("Ready-made line"), required=False)
    sent_key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        thread: Thread,
        user: User,
        coordinates: bool,
        draft: Draft | None = None,
        mission: Mission | None = None,
        has_lines: bool = True,
    ) -> None:
        initial = {"sent_key": secrets.token_urlsafe(16)}
        if draft:
            initial = {"text": draft.text, "sent_key": draft.sent_key, "about": draft.about}
        super().__init__(*args, initial=initial)  # type: ignore[misc]
        self.draft = draft
        if self.files or (draft and draft.attachments.exists()):
            self.fields["text"].required = False
        nothing = [("", _("nothing"))]
        self.references_offered = dict(references.choices(thread, user, mission))
        field_of(self, "about", forms.ChoiceField).choices = [
            *nothing,
            *self.references_offered.items(),
        ]
        pole = thread.subject.pole
        self.lines = moderation.lines_of(pole, has_some=has_lines) if coordinates else []
        choices = [(str(number), line.shown_title) for number, line in enumerate(self.lines)]
        field_of(self, "line", forms.ChoiceField).choices = [("", "–"), *choices]
        self.fields["text"].widget.attrs |= {
            "hx-post": reverse("draft", args=[thread.pk]),
            "hx-trigger": "input changed delay:800ms",
            "hx-target": "#draft-state",
            "hx-swap": "innerHTML",
            "hx-params": "text,sent_key,about",
            "hx-sync": "closest form:abort",
            "hx-include": "closest form",
        }

    @property
    def pointed_at(self) -> tuple[str, str]:
        key = self.cleaned_data["about"]
        return key, str(self.references_offered.get(key, ""))

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept when the form is refused: the words as typed, and the files that passed."""
        field = field_of(self, "files", CleanFilesField)
        return {
            "text": self.data.get("text", ""),
            "sent_key": self.data.get("sent_key", "")[:40],
            "about": self.data.get("about", ""),
            "attachments": getattr(field, "passed", []),
        }


class EditForm(forms.ModelForm):
    class Meta:
        model = Message
        fields = ["text"]
        labels = {"text": _("Your message")}
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}


class RemovalForm(forms.Form):
    """Why a coordinator removes somebody's message."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone in the conversation reads it, and its author gets it in a letter."),
    )


class KeepAwayForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordinators read it."),
    )


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Search my messages"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
