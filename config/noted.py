"""Which addresses open somebody's story to a coordinator or to their employer: each reading is in the journal before the
page leaves (docs/decisions/0083)."""

from collections.abc import Callable, Iterator

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils import timezone

from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from marketplace.actions.desk import journal
from marketplace.models import JournalKind
from marketplace.models.desk.journal import AFTER_SEARCH
from marketplace.rules.journal_parties import NOUNS, Reader

FROM_SEARCH = "de"  # in the address of what a search has found
NEED, OFFER, PROPOSAL = JournalKind.NEED_READ, JournalKind.OFFER_READ, JournalKind.PROPOSAL_READ
MISSION, HOUSE = JournalKind.MISSION_READ, JournalKind.HOUSE_READ

# How an address begins → what is read there, and of which noun. The longest beginning wins.
NOTED: dict[str, tuple[JournalKind, str]] = {
    "bureau/histoire/personnes/<int:pk>/": (JournalKind.PERSON_READ, "person"),
    "membres/<int:pk>/emploi/": (JournalKind.WORK_READ, "member"),
    "bureau/histoire/organisations/<int:pk>/": (HOUSE, "organisation"),
    "bureau/organisations/<int:pk>/": (HOUSE, "organisation"),
    "organisations/<int:pk>/": (HOUSE, "organisation"),
    "visites/<int:pk>/": (HOUSE, "visit"),
    "besoins/<int:pk>/": (NEED, "need"),
    "bureau/besoins/<int:pk>/": (NEED, "need"),
    "bureau/nouveau/<int:pk>/": (NEED, "behalf"),
    "porteurs/<int:pk>/": (NEED, "carrier"),
    "ensemble/<int:pk>/": (NEED, "joining"),
    "offres/<int:pk>/": (OFFER, "offer"),
    "propositions/<int:pk>/": (PROPOSAL, "proposal"),
    "attente/<int:pk>/": (NEED, "waiter"),
    "missions/<int:pk>/": (MISSION, "mission"),
    "missions/<int:pk>/papiers/tout/": (JournalKind.ARCHIVE_TAKEN, "mission"),
    "avenants/<int:pk>/": (MISSION, "amendment"),
    "heures/<int:pk>/": (MISSION, "hours"),
    "jalons/<int:pk>/": (MISSION, "milestone"),
    "livrables/<int:pk>/": (MISSION, "deliverable"),
    "structures-servies/<int:pk>/": (MISSION, "served"),
    "equipes/<int:pk>/": (MISSION, "member-of-team"),
    "suivi/<int:pk>/": (MISSION, "follow-up"),
    "reprises/<int:pk>/": (MISSION, "transfer"),
    "documents/<int:pk>/": (JournalKind.PAPER_READ, "paper"),
    "documents/<int:pk>/<str:which>.pdf": (JournalKind.PAPER_TAKEN, "paper"),
    "fichiers/<slug:name>/": (JournalKind.FILE_TAKEN, "file"),
    "messages/<int:pk>/": (JournalKind.TALK_READ, "conversation"),
    "message/<int:pk>/": (JournalKind.TALK_READ, "message"),
    "bureau/signalements/<int:pk>/": (JournalKind.TALK_READ, "reported"),
    "bureau/dossiers/<int:pk>/": (JournalKind.CASE_READ, "case"),
}
# What else an address names.
BESIDE = {
    "offer_pk": (OFFER, "offer"), "work_pk": (OFFER, "offer"), "own_pk": (OFFER, "offer"), "other_pk": (HOUSE, "organisation"),
}  # fmt: skip
_PUBLIC = "anybody reads it"
_OWN_WORK = "what the coordination does for itself: no story of anybody is on it"
_LIST = "a list: what is taken out of it as a file is noted, and each page that it leads to"
# Pages with a number in their address that begin as one that is noted, or name something, and write nothing, each with its
# reason.
UNNOTED: dict[str, str] = {
    **dict.fromkeys(
        ("organisation", "organisation-picture", "organisation-logo", "need-picture", "mission-telling-picture",
         "gatherings-of-host", "gathering-page", "gathering-date", "gathering-new", "report-partner-logo"),
        _PUBLIC,
    ),
    **dict.fromkeys(
        ("absence", "absence-end", "absence-stand-in", "absence-decline", "takeover", "seat", "seat-answer", "seat-invite",
         "seat-end", "door-edit", "task", "task-done", "task-undo", "task-put-off", "task-take", "task-remove",
         "canned-line-new", "canned-line-edit", "canned-line-delete", "canned-lines-own", "letter-model", "letter-model-retire", "lists-view",
         "desk-filter-drop", "promises-edit", "local-currency", "match-weights", "visit-hours-drop", "finding", "finding-edit",
         "report", "report-page", "report-targets", "report-freeze", "report-version", "report-chapter-new", "report-chapter",
         "report-chapter-up", "report-chapter-down", "report-chapter-show", "report-chapter-hide", "report-chapter-remove",
         "report-partner-remove", "dispatch", "dispatch-new", "dispatch-edit", "dispatch-up", "dispatch-down",
         "dispatch-remove", "mail-domain-answer", "pole-sender", "note-remove", "tag-remove", "note-new", "tag-new"),
        _OWN_WORK,
    ),
    **dict.fromkeys(
        ("portfolio", "portfolio-confirm", "plan-better", "fairness", "blocks-of-pole", "tagged", "bulk-act", "bulk-undo",
         "mailing", "mailing-edit", "mailing-try", "mailing-send", "mailing-call-off", "mailing-drop",
         "gathering-edit", "gathering-announce", "gathering-cancel", "gathering-copy", "gathering-lead", "gathering-hours",
         "gathering-come", "gathering-attend", "gathering-presence", "gathering-unannounced", "gathering-minutes",
         "employees", "roles"),
        _LIST,
    ),
    **dict.fromkeys(
        ("report-file", "report-version-file", "employees-export", "bring-list", "bring-columns", "bring-same", "bring-start",
         "bring-undo", "bring-drop", "bring-faults", "import", "import-start", "import-drop", "import-undo", "import-faults"),
        "a file of many, in the journal of its pôle or its organisation",
    ),
    **dict.fromkeys(
        ("case-open", "visit-new", "organisation-block", "offer-block", "behalf-erase", "draft"),
        "a form to act: nothing is on it but the name of what it acts on, or what one types oneself",
    ),
    **dict.fromkeys(
        ("attendance-act", "attendance-certificate", "my-invitation", "letter-received", "team-answer", "consent-take-back", "block-lift",
         "letter-open", "letter-cancel", "letter-resend", "membership-leave", "duty-take-back", "asked-pole", "asked-pole-nobody",
         "asked-pole-take-back"),
        "one’s own, or sent to one’s pôle by another one, which is told of what is done with it",
    ),
    **dict.fromkeys(
        ("membership-role", "membership-remove", "invitation-resend", "invitation-withdraw", "join-link-page",
         "join-link-take-over", "join-link-close", "join-link-poster", "join-link-svg", "join-link-png", "mail-domain",
         "mail-domain-end", "group-tie", "group-end", "programme", "programme-edit", "site-edit", "site-remove", "grade-remove",
         "round", "round-edit", "round-open", "round-answer", "round-withdraw", "round-close", "round-reopen", "round-cancel",
         "round-teams", "round-move", "round-tell", "round-team-look"),
        "an organisation’s own affairs: no coordinator opens it, or nobody’s own story is on it",
    ),
    "record-erase": "somebody without an account: they read on their own page what was brought in of them",
}  # fmt: skip


def noted_at(route: str, name: str) -> tuple[JournalKind, str] | None:
    """What reading this address is, and of which noun; None where nothing is noted."""
    if name in UNNOTED:
        return None
    known = [beginning for beginning in NOTED if route.startswith(beginning)]
    return NOTED[max(known, key=len)] if known else None


class NotedMiddleware:
    """Writes the line once the page is made and before it leaves. Where it can't be written, nothing is shown."""

    def __init__(self, get_response: Callable[[OurRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: OurRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "GET" or response.status_code != HttpResponse.status_code:
            return response
        try:
            if is_signed_in(request) and request.resolver_match is not None:
                _note(request)
        except journal.NotNoted:  # the page of config/trouble.py says to come back in a minute
            response.close()
            raise
        return response


def _note(request: SignedInRequest) -> None:
    if request.resolver_match and request.resolver_match.namespace == admin.site.name:
        return _note_row(request, request.resolver_match)
    reader = Reader.of(request.user.pk, request.memberships)
    if not reader.looks_on:
        return
    found = request.GET.get(FROM_SEARCH) == AFTER_SEARCH
    now = timezone.now()
    for kind, noun, key in _read(request):
        form = AFTER_SEARCH if found else ""
        journal.tell(kind, NOUNS[noun], key, reader=reader, now=now, form=form)


def _note_row(request: SignedInRequest, match: ResolverMatch) -> None:
    """In the administration: the page of one row, its history, the question before it is deleted."""
    key = match.kwargs.get("object_id")
    if key is None:
        return
    for model in admin.site._registry:
        beginning = f"{model._meta.app_label}_{model._meta.model_name}_"
        if (match.url_name or "").startswith(beginning):
            journal.tell_opened(model, unquote(key), by=request.user, now=timezone.now())


def _read(request: OurRequest) -> Iterator[tuple[JournalKind, str, object]]:
    match = request.resolver_match
    assert match is not None, "a page was found"
    main = noted_at(match.route, match.view_name)
    if main is None:
        return
    yield *main, match.kwargs.get("pk", match.kwargs.get("name"))
    for word, (kind, noun) in BESIDE.items():
        if word in match.kwargs:
            yield kind, noun, match.kwargs[word]
