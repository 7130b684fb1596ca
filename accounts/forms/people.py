"""The forms of a person."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import coming, languages
from accounts.forms.places import CommuneField
from accounts.forms.words import has_letters
from accounts.models import Door, Invitation, JoinLink, User
from common import as_written
from common.spoken import TAGS

PHONE = re.compile(r"\+?[0-9 ().\-\u00a0\u202f]{6,29}")
DIGIT, FEWEST_DIGITS = re.compile("[0-9]"), 6
MOST_DIGITS, FRENCH_DIGITS = (
    15,
    10,
)  # of any number in the world; of one that begins with a single 0
# A name stands in letters to people who don't know it yet: nothing to click may hide in it.
ADDRESS = re.compile(r"://|www\.|@|\.[a-z]{2,}(?:/|\s|$)", re.IGNORECASE)


def no_address(value: str) -> None:
    if ADDRESS.search(value):
        raise ValidationError(_("A name, please: no address of a site or of a mailbox."))


def accepted() -> SafeString:
    """The label of the box that accepts the terms. They open in another tab, so that what was typed isn't lost."""
    link = format_html(
        '<a href="{}#conditions" target="_blank" rel="noopener">{}</a>',
        reverse("legal"),
        _("the terms of use (in a new tab)"),
    )
    return format_html(escape(_("I am 18 or over and I accept %(terms)s")) % {"terms": "{}"}, link)


class NewcomerForm(forms.Form):
    """What is asked of everybody who comes for the first time, by whatever way."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=80,
        validators=[no_address, has_letters],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        validators=[no_address, has_letters],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    terms = forms.BooleanField(
        label=lazy(accepted, SafeString)(),
        error_messages={
            "required": _("Please tick this box: the site is for adults who accept its terms.")
        },
    )


class SignupForm(NewcomerForm):
    """What the site asks besides allauth's address and password."""

    NAMES = ("first_name", "last_name")

    door: Door | None = None  # by which one comes, as the view found it
    link: JoinLink | None = None  # likewise
    known: tuple[str, ...] = ()  # the names that somebody else has said: they may be put right
    field_order = ("comes_for", "first_name", "last_name", "email", "password1", "terms")

    comes_for = forms.ChoiceField(
        label=_("I come"),
        choices=User.Purpose.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("This only chooses your first page: you can do everything later."),
    )

    def know_of(self, invitation: Invitation) -> None:
        """Don't ask what the invitation says: the names, which may be put right, nor the address, which may not: what is
        sent in its place isn't even read."""
        self.known = tuple(name for name in self.NAMES if getattr(invitation, name))
        self.initial.update({name: getattr(invitation, name) for name in self.known})
        self.initial["email"] = invitation.email
        self.fields["email"].disabled = True

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the page, without what is known."""
        return [one for one in self if one.name not in self.known and not one.field.disabled]

    @property
    def known_names(self) -> list[forms.BoundField]:
        return [self[name] for name in self.known]

    @property
    def known_name(self) -> str:
        """As somebody else has said it."""
        return " ".join(str(self.initial[name]) for name in self.known)

    @property
    def is_misnamed(self) -> bool:
        """Whether a name that is known has to be put right before anything else."""
        return any(name in self.errors for name in self.known)

    def signup(self, request: HttpRequest, user: User) -> None:
        for field in self.NAMES:
            setattr(user, field, self.cleaned_data[field])
        user.comes_for = self.cleaned_data.get("comes_for", "")  # not asked of all
        user.language = languages.of_this_page()
        if door := self.door:
            user.came_through = door.operator
        user.join_link = self.link  # they may confirm their address in another browser
        user.terms_accepted_at = timezone.now()
        user.save()
        coming.give_to(request, user)


class ProfileForm(forms.ModelForm):
    commune = CommuneField(
        label=_("Your town"),
        required=False,
        help_text=_(
            "So that we show you what is near you. The coordination of your pôle reads it too; nobody else does."
        ),
    )

    reads = forms.ChoiceField(
        label=_("I would rather read in"),
        required=False,
        choices=[("", _("The language of these pages")), *TAGS],
        help_text=_(
            "Some needs, offers and gatherings are written in another language too: you then see them in it first."
        ),
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "trade", "phone", "commune", "language", "reads")
        help_texts = {
            "trade": _("For instance: accountant, nurse, head of communication."),
            "phone": _("Shown to the other side once both have agreed, never before."),
            "language": _("That of your letters and of these pages."),
        }
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "trade": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].validators += [no_address, has_letters]

    def clean_phone(self) -> str:
        phone = as_written.telephone(self.cleaned_data["phone"])
        if phone and not (PHONE.fullmatch(phone) and len(DIGIT.findall(phone)) >= FEWEST_DIGITS):
            raise ValidationError(
                _("This isn’t a telephone number: digits, spaces and a + at most.")
            )
        digits = "".join(DIGIT.findall(phone))
        is_french = digits.startswith("0") and not digits.startswith("00")
        if is_french and not phone.startswith("+") and len(digits) != FRENCH_DIGITS:
            raise ValidationError(
                _("A French number has ten digits, and this one has %(n)s.") % {"n": len(digits)}
            )
        if len(digits.removeprefix("00")) > MOST_DIGITS:
            raise ValidationError(_("A telephone number has fifteen digits at the most."))
        return phone

    def save(self, commit: bool = True) -> User:
        """Write what the form asks, and nothing else: the person was read before, and their password, address and rights
        may have changed since."""
        user: User = super().save(commit=False)
        if commit:
            user.save(update_fields=self._meta.fields)
        return user
