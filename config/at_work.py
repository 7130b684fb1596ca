"""Which pages open in a session that an organisation's sign-in has opened: those of working time, and no other."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.middleware import View, is_part_of_a_page
from accounts.requests import OurRequest
from accounts.scope import scope_of

# By their names. A page that isn't named here is one's own, or another organisation's, and asks for one's own password.
# What each shows goes through the scope of the session (accounts/scope.py).
AT_WORK = {
    # For anybody.
    *("home", "begin", "how-it-works", "accessibility", "legal", "promises", "law-figures", "pole", "operators"),
    *("sitemap", "sitemap-part", "site-picture", "pole-picture", "organisation-picture", "need-picture"),
    *("needs-feed", "robots", "health", "health-web", "style", "set_language", "places-suggest", "door"),
    *("mission-templates", "mission-template", "directory", "organisation", "organisation-logo"),
    # By a letter's link, whose holder is its reader.
    *("agreement", "sign-by-link", "sign-by-link-file", "signing-address", "consent-answer"),
    *("follow-up", "review-by-link", "still-true", "account-keep", "proposal-answer", "mail-domain-mailbox", "letters-unsubscribe"),
    *("record-own", "calendar-feed", "visit-link", "visit-link-date"),
    *("address-restore", "admin-link", "account_confirm_email", "bounce"),
    # Coming in and going out.
    *("account_login", "account_logout", "account_inactive", "account_reauthenticate"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "mfa_authenticate", "mfa_trust"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"),
    *("find", "own-time", "sign-in", "openid_connect_login", "openid_connect_callback", "typed"),
    # What is offered on working time, and what is asked.
    *("needs", "my-needs", "need", "need-new", "need-edit", "need-step", "need-steps", "need-submit"),
    *("need-reopen", "need-end", "need-wake", "need-change", "need-in-turn", "need-in-turn-order"),
    *("need-in-turn-stop", "need-in-turn-seen", "need-carriers", "need-carrier-invite"),
    *("carrier", "carrier-take-back", "carrier-leave", "proposal-object"),
    *("joining", "joining-split"),
    *("need-one-hour", "need-candidates", "need-ask-offer", "need-ask-pair", "need-why-not", "need-why-pair"),
    *("need-apply", "need-talk", "who-helps", "offers", "offer", "offer-new", "offer-edit"),
    *("offer-publish", "offer-pause", "offer-family-show", "offer-family-hide", "skills-picker"),
    *("skill-proposals", "proposal", "proposal-accept", "proposal-late-yes", "proposal-decline"),
    *("proposal-withdraw", "inbox", "thread", "draft", "message-edit", "message-remove"),
    *("message-report", "file"),
    # Missions, hours, papers.
    *("missions", "mission", "mission-regime", "mission-sheet", "mission-sheet-agree"),
    "mission-dates",
    *("mission-go-on", "mission-versions", "mission-below-cost", "amendment-new", "amendment"),
    *("amendment-decline", "amendment-withdraw", "mission-agreement", "agreement-send-again"),
    *("agreement-company", "mission-start", "mission-hours", "hours-confirm", "hours-contest"),
    *("milestone-new", "milestone-tick", "milestone-remove", "deliverable-new"),
    *("deliverable-accept", "mission-left", "mission-replace", "mission-person-back"),
    *("transfer-ask", "transfer", "mission-suspend", "mission-resume", "mission-dispute"),
    *("mission-interrupt", "mission-deliver", "mission-review", "mission-close", "mission-renew"),
    *("mission-telling", "mission-telling-agree", "mission-telling-take-back", "mission-telling-picture"),
    *("mission-team", "team-of-round", "team-share", "team-day", "team-member", "team-hours"),
    *("team-manager", "team-ask-again", "team-take-off", "team-certificate", "team-step-out"),
    *("team", "team-answer", "mission-documents", "mission-archive", "document-preview"),
    *("document-make", "document-scan", "document", "document-file", "document-sign"),
    *("document-link", "document-link-stop", "document-address", "document-address-remove"),
    *("document-void", "mission-cost", "mission-value", "mission-receipt", "receipts-year"),
    *("receipts-make", "organisation-statement", "organisation-entries", "organisation-year"),
    *("organisation-year-pdf", "company-year", "eligibility"),
    # The house.
    *("organisations", "organisation-edit", "organisation-resubmit", "organisation-history"),
    *("organisation-listing", "organisation-unname", "programmes", "programme-new"),
    *("organisation-serving", "visit", "visit-date"),
    *("gatherings", "gathering-page", "gathering-date", "attendances", "gathering-attend", "gathering-come", "attendance-act"),
    *("need-wait", "offer-wait", "waiter", "need-places", "proposal-answers"),
    *("attendance-link", "attendance-link-date", "gatherings-of-host", "gathering-new", "gathering-edit"),
    *("gathering-announce", "gathering-cancel", "gathering-copy", "gathering-lead", "gathering-hours", "gathering-presence"),
    *("gathering-unannounced", "gathering-minutes", "attendance-certificate", "need-served"),
    *("programme", "programme-edit", "programme-home", "programme-year", "headcount"),
    *("sites", "site-edit", "site-remove", "employment"),
    *("employments-to-confirm", "own-employment", "hour-costs", "average-costs", "grade-remove"),
    *("cost-lists", "cost-lists-model"),
    *("gathering", "imports", "imports-leavers", "imports-model", "import"),
    *("import-start", "import-drop", "import-undo", "import-faults", "employees"),
    *("employees-export", "taking-out", "taking-out-year", "journal", "roles", "membership-role", "membership-remove", "duties"),
    *("duty-take-back", "group", "group-look", "group-ask", "group-tie", "group-end", "members"),
    *("invitations-take-over", "invitation-resend", "invitation-withdraw", "join-links"),
    *("join-link-page", "join-link-take-over", "join-link-close", "join-link-poster"),
    *("join-link-svg", "join-link-png", "mail-domains", "mail-domain", "mail-domain-end"),
    *("join-requests", "sign-in-settings", "sign-in-end", "sign-in-welcome", "rounds", "round-new"),
    *("round", "round-edit", "round-open", "round-answer", "round-withdraw", "round-close", "round-reopen"),
    *("leave-platform", "leave-call-off", "leave-papers"),
    *("round-cancel", "round-teams", "round-move", "round-tell", "round-team-look"),
}  # fmt: skip
# Where whoever came by their own password, at an address of their organisation, gives one of their own.
FOR_ONES_OWN = {"profile", "usersessions_list", "session-end", "sign-in-unlink"}
FOR_ONES_OWN |= {"organisation-switch", "account-close"}
OWN_NAMES = ("account_", "mfa_")


class AtWorkMiddleware:
    """Leads to the page that says how one's own time opens, from each page that this session doesn't open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: OurRequest, view_func: View, view_args: tuple, view_kwargs: dict
    ) -> HttpResponse | None:
        assert request.resolver_match is not None, "a page was found"
        if opens(request, request.resolver_match.view_name):
            return None
        if is_part_of_a_page(request):
            return HttpResponse(status=204)
        way_on = (
            f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
        )
        return redirect(reverse("own-time") + way_on)


def opens(request: OurRequest, name: str) -> bool:
    """Whether this session opens the page of this name."""
    scope = scope_of(request.user)
    if scope.own or name in AT_WORK:
        return True
    came_by_own_password = scope.only is None
    return came_by_own_password and (name in FOR_ONES_OWN or name.startswith(OWN_NAMES))
