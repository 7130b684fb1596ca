"""The pages of an organisation's e-mail domains: to name one, to show that it is its own, to end it; and the
coordinators' page, where they answer."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.actions import domain_rights, join_requests, mail_domains
from accounts.actions.refusals import Refusal
from accounts.forms.mail_domains import AnswerForm, DomainForm, MailboxForm
from accounts.models import MailDomain, Membership, Organisation, coordinated_by
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible


def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The domains that are named, and a field for another."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_gather(request.user, organisation))
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, typed = timezone.now(), form.cleaned_data["domain"]
        try:
            return redirect(mail_domains.add(organisation, typed, by=request.user, now=now))
        except Refusal as refusal:
            form.add_error("domain", str(refusal))
    context = {"organisation": organisation, "rows": card(organisation), "form": form}
    return render(request, "accounts/mail_domains.html", context)


def card(organisation: Organisation) -> list[tuple[MailDomain, str, str]]:
    """The live domains, each with what it opens today: a word for its tone, and a sentence."""
    now = timezone.now()
    rows = organisation.mail_domains.live().select_related("organisation")
    return [(row, *_opens(row, now)) for row in rows]


def _opens(row: MailDomain, now: datetime) -> tuple[str, str]:
    if row.opens_alone(now):
        return "green", _("people join by themselves")
    if row.is_claimed:
        return "blue", _("people ask, an administrator says yes or no")
    return "sand", _("nothing yet: it has to be shown that it is yours")


def one(request: SignedInRequest, pk: int) -> HttpResponse:
    """One domain: where it stands, the two ways of showing that it is theirs, the question to the coordinators."""
    row = _seen(request, pk)
    form = MailboxForm(request.POST if request.POST.get("verb") == "mail" else None, row=row)
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("verb", ""))
        if act is None:
            raise Http404
        if act(request, row, form):
            return redirect(row)
    return _page(request, row, form)


def _seen(request: SignedInRequest, pk: int) -> MailDomain:
    rows = MailDomain.objects.visible_to(request.user).select_related("organisation__pole")
    row = get_object_or_404(rows, pk=pk)
    permissions.require(permissions.can_gather(request.user, row.organisation))
    return row


def _page(request: SignedInRequest, row: MailDomain, form: forms.Form) -> HttpResponse:
    now = timezone.now()
    tone, opens = _opens(row, now)
    taken = not row.shown_at and mail_domains.held_by_others(row).exists()
    request_words = _to_forward(row)
    context = {
        "row": row,
        "organisation": row.organisation,
        "role": Membership.words_of(Membership.Role.EMPLOYEE, row.organisation),
        "form": form,
        "tone": tone,
        "opens": opens,
        "alone": row.opens_alone(now),
        "holds": row.record_holds(now),
        "taken": taken,
        "own_address": join_requests.address_at(request.user, row.domain),
        "link_waits": row.token is not None and mail_domains.link_works(row, now),
        "why_not_ask": "" if row.asked_at else mail_domains.why_not_ask(row, now=now),
        "to_forward": request_words,
        "mailto": "mailto:?" + _query(request_words),
    }
    return render(request, "accounts/mail_domain.html", context)


def _to_forward(row: MailDomain) -> dict[str, str]:
    """The letter for whoever keeps the domain."""
    facts = {
        "domain": row.shown,
        "organisation": row.organisation.name,
        "name": row.record_name,
        "value": row.record_value,
    }
    words = _(
        "Hello,\n\n"
        "%(organisation)s uses Trait d’union, where its people offer their skills to associations. To show there that "
        "%(domain)s is ours, could you add this record to the DNS zone of the domain?\n\n"
        "Name: %(name)s\nType: TXT\nValue: %(value)s\n\n"
        "It changes nothing in our mail or our website, and has to stay: it is looked for every day. Thank you."
    )
    return {
        "subject": _("A TXT record for %(domain)s") % facts,
        "words": words % facts,
    }


def _query(said: dict[str, str]) -> str:
    """Mail programs read %20, not a plus sign."""
    fields = {"subject": said["subject"], "body": said["words"].replace("\n", "\r\n")}
    return urlencode(fields).replace("+", "%20")


type Act = Callable[[SignedInRequest, MailDomain, forms.Form], bool]


def _check(request: SignedInRequest, row: MailDomain, _form: forms.Form) -> bool:
    return _tried(
        request, lambda: mail_domains.check(row, by=request.user, now=timezone.now()), said=""
    )


def _own(request: SignedInRequest, row: MailDomain, _form: forms.Form) -> bool:
    said = _("Done: your colleagues with an address at %(domain)s may ask to join.")
    act = mail_domains.show_by_own_address
    return _tried(
        request,
        lambda: act(row, by=request.user, now=timezone.now()),
        said=said % {"domain": row.shown},
    )


def _ask(request: SignedInRequest, row: MailDomain, _form: forms.Form) -> bool:
    said = _("The coordinators are asked. A letter will tell you their answer.")
    act = mail_domains.ask_coordinators
    return _tried(request, lambda: act(row, by=request.user, now=timezone.now()), said=said)


def _mail(request: SignedInRequest, row: MailDomain, form: forms.Form) -> bool:
    if not form.is_valid():
        return False
    mailbox = form.cleaned_data["mailbox"]
    try:
        mail_domains.write_to(row, mailbox, by=request.user, now=timezone.now())
    except Refusal as refusal:
        form.add_error("mailbox", str(refusal))
        return False
    said = _("The letter is on its way to %(email)s: open its link within three days.")
    messages.success(request, said % {"email": mailbox})
    return True


def _tried(request: SignedInRequest, act: Callable[[], object], *, said: str) -> bool:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return True


_ACTS: dict[str, Act] = {"check": _check, "own": _own, "ask": _ask, "mail": _mail}


def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the domain out: a page that says what follows, and a button."""
    row = _seen(request, pk)
    if row.ended_at:
        messages.info(request, _("This has ended already."))
        return redirect("mail-domains", pk=row.organisation_id)
    if request.method == "POST":
        said = _("It has ended: nobody joins by it any more.")
        _tried(
            request,
            lambda: mail_domains.end(row, by=request.user, now=timezone.now()),
            said=said,
        )
        return redirect("mail-domains", pk=row.organisation_id)
    context = {
        "title": _("End joining by an address at %(domain)s?") % {"domain": row.shown},
        "consequences": [
            _("Nobody joins by such an address any more, nor asks to."),
            _("Those who have asked and wait for an answer are told."),
            _("Those who have joined stay."),
        ],
        "act_label": _("End it"),
        "back_url": row.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)


def mailbox(request: SignedInRequest, token: str) -> HttpResponse:
    """The page behind the letter's link, for an administrator. Opening it shows nothing, since mail programs open links: the
    button does."""
    row, now = mail_domains.from_secret(token), timezone.now()
    if row is None or not permissions.can_gather(request.user, row.organisation):
        return render(request, "accounts/mail_domain_cut.html", status=404)
    if request.method == "POST":
        said = _("Thank you: people with an address at %(domain)s may ask to join.")
        _tried(
            request,
            lambda: mail_domains.show_by_letter(row, token, by=request.user, now=now),
            said=said % {"domain": row.shown},
        )
        return redirect(row)
    context = {"row": row, "works": mail_domains.link_works(row, now)}
    return render(request, "accounts/mail_domain_mailbox.html", context)


def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coordinators' page: may people with such an address join without an administrator's yes?"""
    permissions.require(coordinated_by(request.user).exists())
    ours = Organisation.objects.in_poles_of(request.user).values("pk")
    rows = MailDomain.objects.filter(organisation__in=ours)
    row = get_object_or_404(rows.select_related("organisation__pole", "asked_by"), pk=pk)
    decides = permissions.can_verify(request.user, row.organisation)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        permissions.require(decides)
        if form.is_valid() and request.POST.get("answer") in {"yes", "no"}:
            return _answered(request, row, form)
    context = {
        "row": row,
        "organisation": row.organisation,
        "role": Membership.words_of(Membership.Role.EMPLOYEE, row.organisation),
        "form": form,
        "decides": decides,
        "waits": row.asked_at is not None and row.ended_at is None,
        "others": [] if decides else permissions.who_else_verifies(row.organisation),
        "alone": row.opens_alone(timezone.now()),
        "is_other_script": row.shown != row.domain,
    }
    return render(request, "accounts/mail_domain_answer.html", context)


def _answered(request: SignedInRequest, row: MailDomain, form: forms.Form) -> HttpResponse:
    now, reason = timezone.now(), form.cleaned_data["reason"].strip()
    if request.POST["answer"] == "yes":
        _tried(
            request,
            lambda: domain_rights.agree(row, by=request.user, now=now),
            said=_("Thank you: they are told. You will be asked again in a year."),
        )
    else:
        _tried(
            request,
            lambda: domain_rights.refuse(row, reason=reason, by=request.user, now=now),
            said=_("Thank you: they are told why."),
        )
    return redirect(reverse("mail-domain-answer", args=[row.pk]))
