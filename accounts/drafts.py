"""Keeps what somebody types in a form until they send it: at each keystroke by draft.js, which sends the form to its own
page with KEEP, so that the page asks the same rights as for the sending; and finds it again when the page is opened.

    typing = drafts.of(request, f"need:{need.pk}")
    if typing.answers:                  # kept, or thrown away
        return typing.answer()
    form = typing.fill(NeedForm(request.POST or None))
    …
    with typing.sending():              # the draft goes in the transaction of the act
        needs.write(…)

and in the template components/draft_found.html before the form, which says data-keep, and components/draft_line.html
in it, beside its buttons.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm, FileField
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts import typed
from accounts.models import FormDraft, User
from accounts.requests import SignedInRequest

BESIDE = "beside"  # in a form: its words were typed before what its writer has come for, which is another text
WORDS, KEPT = "mots", "gardes"  # in an address: those words, please
KEEP, RESTART, KEY = "keep_typing", "restart", "typing_key"
NOT_TYPED = {KEEP, RESTART, KEY, "csrfmiddlewaretoken", "acting"}
KEPT_FOR = timedelta(days=60)
MOST_OF_WORDS = 3 * typed.MOST_KEPT  # as they are sent: each letter may become three
MOST = 40  # begun forms of one person, and as many sent ones: the oldest go first


@dataclass
class Typing:
    """One form of a page, with what this person had begun in it. `key` is that of the form as it was opened: once it is
    sent, a late copy is refused."""

    request: SignedInRequest
    place: str
    key: str
    found: FormDraft | None = None
    kept: FormDraft | None = None  # typed before, and kept while another text is written
    is_beside: bool = False  # this form is that one: what they have come for waits

    @property
    def answers(self) -> bool:
        """Whether draft.js sends what is typed, or a button what is to be thrown away: nothing else is to be done."""
        return self.request.method == "POST" and bool({KEEP, RESTART} & set(self.request.POST))

    def answer(self) -> HttpResponse:
        if RESTART in self.request.POST:
            _end(self)
            return redirect(self.request.get_full_path())
        kept = keep(self, now=timezone.now())
        return render(
            self.request, "components/draft_state.html", {"kept": kept}, status=200 if kept else 409
        )

    @property
    def data(self) -> QueryDict | None:
        return QueryDict(self.found.form) if self.found else None

    def fill[F: BaseForm](self, form: F) -> F:
        """Show in a form that is opened what was typed in it, as it was, wrong or right."""
        data = self.data
        if data is not None and not form.is_bound:
            typed_values = {
                name: field.widget.value_from_datadict(
                    data, MultiValueDict(), form.add_prefix(name)
                )
                for name, field in form.fields.items()
                if not isinstance(field, FileField)
            }
            form.initial.update(typed_values)
        return form

    @contextmanager
    def sending(self) -> Iterator[None]:
        """The act happens and the draft goes, or neither."""
        with transaction.atomic():
            yield
            _end(self)


def of(request: SignedInRequest, place: str, *, anew: bool = False) -> Typing:
    """`place` says which form, of which row and in whose name. `anew`: the page is filled in with something else, so that
    what was begun waits for another time."""
    if request.method == "POST":
        key = request.POST.get(KEY, "").replace("\0", "")[:40]
        return Typing(request, place, key, is_beside=BESIDE in request.POST)
    return _opened(request, place, None if anew else _begun(request.user, place).first())


def beside(request: SignedInRequest, place: str, said_at: datetime | None) -> Typing:
    """The same for a form that begins with what they have come for, said at that moment: what they had begun before is another
    text, kept beside it and opened by an address of its own."""
    if request.method == "POST" or said_at is None:
        return of(request, place)
    rows = list(_begun(request.user, place)[:MOST])
    others = [one for one in rows if one.saved_at < said_at or BESIDE in QueryDict(one.form)]
    kept = others[0] if others else None
    if kept and request.GET.get(WORDS) == KEPT:
        return replace(_opened(request, place, kept), is_beside=True)
    typed_since = next((one for one in rows if one not in others), None)
    return replace(_opened(request, place, typed_since), kept=kept)


def _begun(user: User, place: str) -> QuerySet[FormDraft]:
    """What they have begun and not sent, the last first."""
    rows = FormDraft.objects.filter(user=user, place=place, is_sent=False)
    return rows.filter(saved_at__gte=timezone.now() - KEPT_FOR).order_by("-saved_at")


def _opened(request: SignedInRequest, place: str, found: FormDraft | None) -> Typing:
    return Typing(request, place, found.key if found else secrets.token_urlsafe(16), found)


def begun_in(user: User, places: Iterable[str]) -> dict[str, datetime]:
    """In which of these forms they have typed something that isn't sent, and when last."""
    rows = FormDraft.objects.filter(user=user, place__in=[*places], is_sent=False)
    since = timezone.now() - KEPT_FOR
    return dict(
        rows.filter(saved_at__gte=since).order_by("saved_at").values_list("place", "saved_at")
    )


def keep(typing: Typing, *, now: datetime) -> bool:
    """Keep what is typed, but for its files and its secrets. False when the form has been sent, or is too long."""
    words = _without_secrets(typing.request.POST)
    if not typing.key or len(words) > MOST_OF_WORDS:
        return False
    user: User = typing.request.user
    with transaction.atomic():
        row, is_new = FormDraft.objects.get_or_create(
            user=user,
            key=typing.key,
            defaults={"place": typing.place, "form": words, "saved_at": now},
        )
        if is_new:
            _make_room(user)
            return True
        open_ones = FormDraft.objects.filter(pk=row.pk, is_sent=False, place=typing.place)
        return bool(open_ones.update(form=words, saved_at=now))


def put(user: User, place: str, posted: QueryDict) -> None:
    """Keep what was typed for another page, which shows it when it is opened: what couldn't be saved as it was. Nothing
    of what is too long."""
    words = _without_secrets(posted)
    if len(words) <= MOST_OF_WORDS:
        key = secrets.token_urlsafe(16)
        FormDraft.objects.create(user=user, place=place, key=key, form=words)
        _make_room(user)


def _without_secrets(posted: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name, values in posted.lists():
        if name not in NOT_TYPED and not typed.is_secret(name):
            kept.setlist(name, [value.replace("\0", "") for value in values])
    return kept.urlencode()


def _make_room(user: User, *, is_sent: bool = False) -> None:
    """Those that are sent take no place from those that are begun."""
    alike = FormDraft.objects.filter(user=user, is_sent=is_sent).order_by("-saved_at", "-pk")
    if too_many := list(alike.values_list("pk", flat=True)[MOST : 2 * MOST]):
        FormDraft.objects.filter(pk__in=too_many).delete()


def _end(typing: Typing) -> None:
    if typing.key:
        FormDraft.objects.update_or_create(
            user=typing.request.user,
            key=typing.key,
            defaults={"form": "", "is_sent": True, "saved_at": timezone.now()},
            create_defaults={
                "place": typing.place,
                "form": "",
                "is_sent": True,
                "saved_at": timezone.now(),
            },
        )
        _make_room(typing.request.user, is_sent=True)


def forget_old(now: datetime) -> int:
    """Delete what was begun and left for two months. Returns how many."""
    return FormDraft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()[0]
