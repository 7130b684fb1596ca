"""Signing up: the page knows what somebody comes for, and the letter's link what became of it."""

from typing import Any

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView, EmailVerificationSentView, LoginView, SignupView
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import coming, doors
from accounts.actions import join_links
from accounts.adapter import (
    confirmed_here,
    invitation_in_hand,
    note_confirmed,
    note_typed,
    shown_address,
    shown_person,
    write_again,
    written_to,
)
from accounts.coming import Said
from accounts.forms.people import SignupForm
from accounts.models import Door, Invitation, JoinLink, Membership, User
from common import as_written

AGAIN = _(
    "You have signed up with this address already: the first password counts. Open our letter, or ask for a new password."
)
CORRECTED = "corriger"  # “adresse=corriger”: the letter has gone to an address that isn't theirs
TYPED = ("first_name", "last_name", "comes_for")
TOO_SOON = _("We have just written: another letter can be asked for from %(time)s.")
OTHER_ADDRESS = "autre"  # “adresse=autre”: invited, and signing up with another one


class SignUp(SignupView):
    @cached_property
    def door(self) -> Door | None:
        """The door by which one comes, as the address says through all errors. Who is invited was brought by whoever
        invites them: they are counted with no operator."""
        brought = self.invitation or self.link
        return None if brought else doors.named_in(self.request)

    @cached_property
    def invitation(self) -> Invitation | None:
        """The invitation whose letter has shown the address already: no other letter follows then."""
        return invitation_in_hand(self.request)

    @property
    def way_on(self) -> str:
        """The page to which this one leads on, as the form or the address says."""
        return self.request.POST.get("next") or self.request.GET.get("next", "")

    @cached_property
    def link(self) -> JoinLink | None:
        """The link by which one joins an organisation, as long as it is open: the page leads on to it."""
        found = _link_at(self.way_on)
        return None if found is None or found.why_shut(timezone.localdate()) else found

    @cached_property
    def said(self) -> Said | None:
        """What they have come for, as they said it before: they aren't asked, unless they now come by another way in."""
        asked = "pour" in self.request.GET or "comes_for" in self.request.POST
        brought = self.invitation or self.link
        return None if asked or brought else coming.held(self.request)

    @cached_property
    def has_other_address(self) -> bool:
        """Whether somebody who is invited asks for the form with an address, or has sent one with another: that one is
        confirmed by letter as anybody's."""
        sent = as_written.address(self.request.POST.get("email", "")).lower()
        invited = self.invitation.email.lower() if self.invitation else sent
        return self.request.GET.get("adresse") == OTHER_ADDRESS or sent not in {"", invited}

    def get_initial(self) -> dict:
        """What somebody comes for, if they said it on the page before: it isn't asked again; and who they are, if the link of
        a letter has told it."""
        known = shown_person(self.request)
        if self.corrects and (written := written_to(self.request)):
            known = written.typed | {"email": written.email}
        return super().get_initial() | {"comes_for": self.request.GET.get("pour", "")} | known

    @property
    def corrects(self) -> bool:
        """Whether they come back to put right the address that they typed."""
        return self.request.GET.get("adresse") == CORRECTED and written_to(self.request) is not None

    def form_valid(self, form: SignupForm) -> HttpResponseBase:
        """The address that has been written to from this browser is not signed up again: another password would be taken
        for the one that counts."""
        written = written_to(self.request)
        if written and form.cleaned_data["email"].lower() == written.email.lower():
            messages.info(self.request, AGAIN)
            return redirect("account_email_verification_sent")
        answer: HttpResponseBase = super().form_valid(form)
        note_typed(self.request, **{name: form.cleaned_data.get(name, "") for name in TYPED})
        return answer

    def get_form(self, form_class: type[SignupForm] | None = None) -> SignupForm:
        """Somebody who comes by an invitation's letter or by a link isn't asked what for, since it leads to what they are
        invited to; nor is who has said it already; nor what the invitation says."""
        form: SignupForm = super().get_form(form_class)
        if self.invitation or self.link or self.said or shown_address(self.request):
            form.fields.pop("comes_for", None)
        if self.invitation and not self.has_other_address:
            form.know_of(self.invitation)
        form.door, form.link = self.door, self.link
        return form

    def get_context_data(self, **kwargs: Any) -> dict:
        door_query = f"?{self.door.query}" if self.door else ""
        other = urlencode({"adresse": OTHER_ADDRESS})
        shown = {
            "corrects": self.corrects,
            "is_employee": getattr(self.invitation, "role", "") == Membership.Role.EMPLOYEE,
            "is_invited": self.invitation is not None and not self.has_other_address,
            "link": self.link,
            "door": self.door,
            "door_query": door_query,
            "form_query": f"?{other}" if self.invitation and self.has_other_address else door_query,
            "other_address_query": f"?{other}&{urlencode({'next': self.way_on})}",
        }
        return super().get_context_data(**kwargs) | shown


def _link_at(path: str) -> JoinLink | None:
    """The link whose page this is."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.url_name != "join-link":
        return None
    return join_links.from_key(match.kwargs["pk"], match.kwargs["key"])


class VerificationSent(EmailVerificationSentView):
    """Says when we have written, and to which address, where it was typed in this browser; writes again when asked."""

    def get_context_data(self, **kwargs: Any) -> dict:
        shown = {"written_to": written_to(self.request), "correct": f"?adresse={CORRECTED}"}
        return super().get_context_data(**kwargs) | shown

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The same letter as the form's, to the address typed in this browser alone: it says of no address whether it has an
        account."""
        written = written_to(self.request)
        if written and not write_again(self.request, written.email):
            at = date_format(timezone.localtime(written.again_at), "H:i")
            messages.info(self.request, TOO_SOON % {"time": at})
        return redirect("account_email_verification_sent")


class LogIn(LoginView):
    """Whoever has just confirmed their address here finds it in its field, and what they came for above it."""

    def get_initial(self) -> dict:
        email = confirmed_here(self.request)
        return super().get_initial() | ({"login": email} if email else {})

    def get_context_data(self, **kwargs: Any) -> dict:
        email = confirmed_here(self.request)
        user = User.objects.filter(email__iexact=email).first() if email else None
        if user is not None:
            coming.show_of(self.request, user)
        return super().get_context_data(**kwargs) | {"has_confirmed": bool(email)}


class ConfirmEmail(ConfirmEmailView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Confirm. When it was done already, show the same page as the link does, not an error."""
        try:
            with transaction.atomic():  # the change and the letter that tells it
                answer: HttpResponseBase = super().post(*args, **kwargs)
        except Http404:
            self.object = None
            return self.render_to_response(self.get_context_data())
        if not self.request.user.is_authenticated and self.object is not None:
            note_confirmed(self.request, self.object.email_address.email)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict:
        done = self.object is None and is_confirmed(self.kwargs["key"])
        if self.object is not None and not self.request.user.is_authenticated:
            coming.show_of(self.request, self.object.email_address.user)
        return super().get_context_data(**kwargs) | {"is_confirmed": done}


def is_confirmed(key: str) -> bool:
    """Whether the address to which this link was sent is confirmed already."""
    try:
        pk = signing.loads(key, salt=app_settings.SALT)
    except signing.BadSignature:
        return False
    return EmailAddress.objects.filter(pk=pk, verified=True).exists()
