"""The pages on which coordinators write to several: the letter, who receives it and who doesn't, its sending; and the letter
as one of them reads it on the site."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Pole, User, poles_of
from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.actions.desk import mailings as acts
from marketplace.actions.desk import monthly
from marketplace.actions.refusals import NotYet
from marketplace.desk.lists.selection import Selection
from marketplace.forms.desk.mailings import LetterForm
from marketplace.models import Addressee, LetterModel, Mailing, Thread
from marketplace.models.market.bosses import under
from marketplace.rules import letter_words
from marketplace.rules.mailings import Addressed, LeftOut, NotTold, Receiver
from marketplace.views.long_lists import count_of
from marketplace.words.markdown import as_html

MOST_LISTED = 100
NAMED = 30  # of those who don't receive it, for each reason
SHOWN = 3


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The letters of the pôles that this person coordinates, the drafts first."""
    poles = poles_of(request.user)
    require(poles.exists())
    ours = Mailing.objects.visible_to(request.user).select_related("pole", "by")
    month = timezone.localdate().replace(day=1)
    context = {
        "drafts": ours.drafts()[:MOST_LISTED],
        "sent": ours.exclude(sent_at=None)[:MOST_LISTED],
        "empty": [pole for pole in poles if monthly.was_empty(pole, month)],
        "several": len(poles) > 1,
    }
    return render(request, "marketplace/desk/mailings.html", context)


# --- written -------------------------------------------------------------------------------
def compose(request: SignedInRequest, what: str) -> HttpResponse:
    """Write to the selection of a list, which comes with the address or with its form."""
    poles = poles_of(request.user)
    require(poles.exists())
    data = request.POST if request.method == "POST" else request.GET
    selection = Selection.of(request.user, what, data)
    if selection is None:
        raise Http404
    models = LetterModel.objects.visible_to(request.user).in_use()
    form = _form(data, poles, models)
    if form.is_bound and form.is_valid():
        try:
            mailing = acts.draft(
                code=what, query=selection.as_query(), by=request.user, now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(mailing)
    count = count_of(selection.rows())
    context = {
        "form": form,
        "pairs": selection.pairs(),
        "query": selection.as_query(),
        "back_url": f"{request.path.removesuffix('ecrire/')}?{selection.query}",
        "count": count,
        "chosen": selection.kind.count(count) % {"n": count},
        "models": models,
    }
    return render(request, "marketplace/desk/mailing_new.html", context)


def _form(data: Any, poles: Any, models: Any) -> LetterForm:
    """As it was typed; otherwise with the words of the model that was chosen."""
    if "subject" in data:
        return LetterForm(data, poles=poles)
    number = data.get("modele", "")
    chosen = number.isascii() and number.isdecimal() and len(number) < 19
    model = models.filter(pk=int(number)).first() if chosen else None
    said = {"subject": model.subject, "text": model.text, "pole": model.pole_id} if model else {}
    return LetterForm(poles=poles, initial=said)


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    mailing = _mailing(request, pk)
    if not mailing.is_draft:
        return redirect(mailing)
    posted = request.POST if request.method == "POST" else None
    said = {"subject": mailing.subject, "text": mailing.text}
    form = LetterForm(posted, poles=Pole.objects.filter(pk=mailing.pole_id), initial=said)
    if posted is not None and form.is_valid():
        form.cleaned_data.pop("pole")
        try:
            acts.change(mailing, by=request.user, now=timezone.now(), **form.cleaned_data)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(mailing)
    context = {"form": form, "mailing": mailing}
    return render(request, "marketplace/desk/mailing_edit.html", context)


def _mailing(request: SignedInRequest, pk: int) -> Mailing:
    rows = Mailing.objects.visible_to(request.user).select_related("pole", "by")
    return get_object_or_404(rows, pk=pk)


# --- looked at -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A letter as one of those who receive it reads it."""

    to: str
    ground: str
    subject: str
    html: str


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft with who receives it, three of its letters and the button; once it is sent, how far it is."""
    mailing = _mailing(request, pk)
    if not mailing.is_draft:
        return render(
            request, "marketplace/desk/mailing_sent.html", _progress(mailing, request.user)
        )
    told = acts.whom(mailing, by=request.user)
    context = {
        "mailing": mailing,
        "too_many": acts.too_many(told.too_many) if told.too_many else "",
        "count": len(told.receivers),
        "previews": [_shown(mailing, one) for one in told.receivers[:SHOWN]],
        "missing": _missing(mailing, told),
        "not_told": _by_reason(told.not_told),
        "left": len(told.not_told),
    }
    return render(request, "marketplace/desk/mailing.html", context)


def _shown(mailing: Mailing, one: Receiver) -> Shown:
    values = one.values
    return Shown(
        to=str(one.person),
        ground=str(Addressee.Ground(one.ground).label),
        subject=letter_words.filled(mailing.subject, values),
        html=as_html(letter_words.filled(mailing.text, values)),
    )


def _missing(mailing: Mailing, told: Addressed) -> list[str]:
    """What some of those who receive it have no value for, in sentences."""
    used = letter_words.used_in(mailing.subject, mailing.text)
    words = []
    for name, n in told.without(used).items():
        said = ngettext(
            "%(name)s: %(n)s person has none. They would read “…” in its place.",
            "%(name)s: %(n)s people have none. They would read “…” in its place.",
            n,
        )
        words.append(said % {"name": f"{{{name}}}", "n": n})
    return words


@dataclass(frozen=True)
class Reason:
    words: Any
    names: list[str]
    more: int


def _by_reason(not_told: list[NotTold]) -> list[Reason]:
    names: dict[str, list[str]] = {}
    for one in not_told:
        names.setdefault(one.why, []).append(one.name)
    return [
        Reason(LeftOut(why).label, sorted(those)[:NAMED], max(0, len(those) - NAMED))
        for why, those in names.items()
    ]


def _progress(mailing: Mailing, reader: User) -> dict[str, Any]:
    """Of a colleague's letter, a boss isn't shown what one of their own people reads: it may be of own time."""
    whole = mailing.addressees
    first = whole.exclude(under(reader, "person")).select_related("person").first()
    left = Counter(whole.exclude(left_out="").values_list("left_out", flat=True))
    return {
        "mailing": mailing,
        "html": as_html(first.text if first else mailing.text),
        "first": first,
        "total": whole.count(),
        "done": whole.exclude(written_at=None).count(),
        "left": [(LeftOut(why).label, n) for why, n in left.items()],
        "waits": mailing.due_at and mailing.due_at > timezone.now(),
    }


# --- done with it --------------------------------------------------------------------------
@require_POST
def try_it(request: SignedInRequest, pk: int) -> HttpResponse:
    mailing = _mailing(request, pk)
    try:
        acts.try_on_oneself(mailing, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("A trial is on its way to %(address)s.") % {"address": request.user.email}
        messages.success(request, words)
    return redirect(mailing)


@require_POST
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    mailing = _mailing(request, pk)
    try:
        count = acts.send(mailing, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext(
            "It leaves in ten minutes, to %(n)s person.",
            "It leaves in ten minutes, to %(n)s people.",
            count,
        )
        messages.success(request, words % {"n": count})
    return redirect(mailing)


@require_POST
def call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    mailing = _mailing(request, pk)
    try:
        acts.call_off(mailing, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Called off: what hadn’t left doesn’t leave."))
    return redirect(mailing)


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    mailing = _mailing(request, pk)
    try:
        acts.drop(mailing, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(mailing)
    messages.success(request, _("The draft is thrown away. Nobody received anything."))
    return redirect("mailings")


BECAUSE: dict[str, Any] = {
    Addressee.Ground.YES: _lazy("You receive it because you asked for the letters of the pôle."),
    Addressee.Ground.NEED: _lazy("You receive it because of your structure’s need."),
    Addressee.Ground.OFFER: _lazy("You receive it because of your organisation’s offer."),
    Addressee.Ground.MISSION: _lazy("You receive it because of your mission."),
}


# --- received ------------------------------------------------------------------------------
@require_safe
def received(request: SignedInRequest, pk: int) -> HttpResponse:
    """A letter of the pôle, for the one to whom it was written, and where an answer is read."""
    it = get_object_or_404(Addressee.objects.received_by(request.user), pk=pk)
    thread = None
    if it.mission:
        seen = Thread.objects.visible_to(request.user)
        thread = seen.filter(proposal=it.mission.proposal_id).first()
    context = {"it": it, "html": as_html(it.text), "thread": thread, "because": BECAUSE[it.ground]}
    return render(request, "marketplace/desk/letter_received.html", context)
