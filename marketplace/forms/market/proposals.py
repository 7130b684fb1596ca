"""The short forms of a proposal: a reason, a no, a message."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import field_of, no_contacts
from marketplace.models import Side
from marketplace.models.reasons import coded

NO = {
    "time": coded("no-time"),
    "skills": coded("no-skills"),
    "place": coded("no-place"),
    "found": coded("no-found"),
}
NO_DATES = coded("no-dates")  # what the structure says of the time
LONGEST_WAIT = timedelta(days=2 * 365)


class ReasonForm(forms.Form):
    """A reason, which the other side will read."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence that the other side can use. They will read it."),
    )


class EarlyReasonForm(ReasonForm):
    """A reason read by somebody who doesn't know yet how to reach the other side."""

    def clean_reason(self) -> str:
        return no_contacts(self.cleaned_data["reason"])


class DeclineForm(forms.Form):
    """A no, with a reason from a short list and, if need be, words."""

    CAUSES = [
        ("time", _("I’m not free at that time")),
        ("skills", _("The skills don’t match what is needed")),
        ("place", _("It’s too far away")),
        ("found", _("We have found someone else")),
        ("later", _("Not now: ask me again later")),
        ("other", _("Another reason")),
    ]
    field_order = ["cause", "again_from", "words"]

    cause = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In a few words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side will read it."),
    )
    again_from = forms.DateField(
        label=_("Not before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For “not now”: nobody asks you again for this need before that day."),
    )

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        """Each side reads the reasons that are its own: whoever offers has found nobody else."""
        super().__init__(*args, **kwargs)
        self.asks = side == Side.NEED
        causes = dict(self.CAUSES)
        if self.asks:
            causes["time"] = _("The dates don’t suit us")
            self.fields["again_from"].help_text = _(
                "For “not now”: this offer isn’t proposed for this need again before that day."
            )
        else:
            del causes["found"]
        field_of(self, "cause", forms.ChoiceField).choices = list(causes.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("words"):
            self._keep_addresses_back(cleaned["words"])
        later, day = cleaned.get("cause") == "later", cleaned.get("again_from")
        if (
            later
            and "again_from" not in self.errors
            and (day is None or day <= timezone.localdate())
        ):
            self.add_error("again_from", _("Say from which day on you may be asked again."))
        elif later and day and day - timezone.localdate() > LONGEST_WAIT:
            self.add_error("again_from", _("Within two years: further away, say no."))
        if not later:
            cleaned["again_from"] = None
        if cleaned.get("cause") == "other" and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say in a few words what the reason is."))
        return cleaned

    def _keep_addresses_back(self, words: str) -> None:
        try:
            no_contacts(words)
        except forms.ValidationError as refusal:
            self.add_error("words", refusal)

    @property
    def reason(self) -> str:
        """The sentence that is stored and sent."""
        words, cause = self.cleaned_data["words"].strip(), self.cleaned_data["cause"]
        if cause == "other":
            return words
        day = self.cleaned_data["again_from"]
        why = NO_DATES if self.asks and cause == "time" else NO.get(cause, "")
        if day:
            why = coded("not-now", day=day)
        return coded("no-and-words", no=why, words=words) if words else why
