"""The matrix of roles and addresses: what opens to whom, and to nobody of next door."""

import pytest

from tests.doors.doors import doors_of, of_today, patterns
from tests.doors.knocking import client_of, opened_by

pytestmark = pytest.mark.once
# What anybody may open, and what anybody with an account may do with what is public.
PUBLIC = {
    "gathering-come",
    "need",
    "need-help",
    "need-picture",
    "organisation",
    "organisation-logo",
    "organisation-picture",
}
OFFERED = {
    *("need-apply", "need-help-send", "need-talk", "need-wait"),
    *("organisation-block", "draft"),
}
# Who opens most comes first: what has opened is asked of nobody else.
ROLES = ("coordinator", "boss", "head", "employee", "hr", "csr", "manager", "volunteer", "ally")
# Addresses that no role of a world opens with what `knock` sends, and why.
ELSEWHERE = {
    "agreement": "links of letters: test_leavers.py",
    "served-mandate": "tests/marketplace/documents/test_mandates.py",
    "served-mandate-back": "tests/marketplace/documents/test_mandates.py",
    "sign-by-link": "links of letters: test_leavers.py",
    "sign-by-link-file": "links of letters: test_leavers.py",
    "follow-up": "links of letters: test_leavers.py",
    "review-by-link": "links of letters: test_leavers.py",
    "metrics": "by a key in a header: tests/config/test_metrics.py",
    "account-keep": "links of letters: tests/marketplace/market/test_inactivity.py",
    "still-true": "links of letters: test_leavers.py",
    "proposal-answer": "links of letters: test_answer_links.py",
    "invitation": "links of letters: test_leavers.py",
    "invitation-sign-up": "links of letters: test_leavers.py",
    "mail-domain-mailbox": "links of letters: tests/accounts/test_mail_domains.py",
    "consent-answer": "links of letters: test_leavers.py",
    "behalf-claim": "links of letters: test_behalf_claims.py",
    "behalf-sign-up": "links of letters: test_behalf_claims.py",
    "signing-address": "links of letters: test_leavers.py",
    "calendar-feed": "links that are secret: tests/marketplace/desk/test_calendars.py",
    "task-put-off": "to a day that is said: tests/marketplace/desk/test_tasks.py",
    "visit-link": "links of letters: tests/marketplace/desk/test_visit_pages.py",
    "visit-link-date": "links of letters: tests/marketplace/desk/test_visit_dates.py",
    "visit-date": "of a visit that was agreed: tests/marketplace/desk/test_visit_dates.py",
    "attendance-link": "links of letters: tests/marketplace/gatherings/test_attendances.py",
    "attendance-link-date": "links of letters: tests/marketplace/gatherings/test_attendances.py",
    "need-served": "of a structure that came: tests/marketplace/gatherings/test_serving.py",
    "attendance-act": "an act that is said: tests/marketplace/gatherings/test_attendances.py",
    "need-ask-pair": "of a need that wants a pair: tests/marketplace/market/test_pair_needs.py",
    "record-own": "links of letters: tests/marketplace/desk/test_bringing_pages.py",
    "report-partner-logo": "of a partner with a logo: tests/marketplace/desk/test_reports.py",
    **dict.fromkeys(
        (
            *(
                "accord/",
                "adresse-pour-signer/",
                "ecrit-pour-vous/",
                "en-mon-nom/",
                "invitation/",
                "signer/",
                "suivi/",
            ),
            "fiche/",
            "garder-mon-compte/",
            "inscription/",
            "visite/",
            "toujours-vrai/",
            "reponse/",
        ),
        "links of letters without their key: tests/test_small_things.py",
    ),
    **dict.fromkeys(
        ("join-link", "rejoindre/<slug:token>/"),
        "links that are printed: tests/accounts/test_join_links.py",
    ),
    **dict.fromkeys(
        ("openid_connect_login", "openid_connect_callback"),
        "the way through a provider: tests/accounts/test_sign_in_pages.py",
    ),
    "need-elsewhere-look": "for the pôle that was asked: test_elsewhere.py",
    "asked-pole": "for the pôle that was asked: test_asked_answer.py",
    "asked-pole-nobody": "for the pôle that was asked: test_asked_answer.py",
    "amendment-decline": "for who signs what it changes: test_amendment_doors.py",
    "my-invitation": "for who is invited: tests/accounts/test_invitations.py",
    "mission-done": "for who has left: test_departures.py",
    "organisation-resubmit": "for one that was refused: tests/accounts/test_verification.py",
    "organisation-logo": "none here has a logo: tests/accounts/test_logo.py",
    **dict.fromkeys(
        ("letters-held", "letters-held-open", "letters-held-decide"),
        "for those who run the site: tests/notifications/test_held.py",
    ),
    "letters-unsubscribe": "its link stops letters, whoever one is: tests/notifications",
    "bounce": "opens to a mail server with its secret: tests/notifications",
    "factor": "a word of the register: test_register.py",
    **dict.fromkeys(
        ("mission-telling-agree", "mission-telling-take-back", "mission-telling-picture"),
        "no end is told here: test_told_missions.py",
    ),
    "mission-template": "public, and there is none here: test_mission_templates.py",
}


@pytest.mark.parametrize("who", ["nobody", "coordinator", "head", "volunteer", "ally"])
def test_people_of_next_door_open_and_do_nothing_but_what_is_public(ours, next_door, who):
    """A coordinator of another pôle may do more than any other stranger."""
    stranger = next_door.people.get(who)
    numbered = [door for door in of_today(doors_of(ours)) if door.row is not None]
    opened = opened_by(client_of(stranger), numbered)
    offered = OFFERED if stranger else {"draft"}
    assert {door.name for how in opened.values() for door in how} <= PUBLIC | offered


@pytest.mark.both  # each page asks the database what it asks, whoever reads it
def test_nearly_every_address_opens_to_one_role_or_another(ours):
    """0 errors 500 on the way (`knock` sees to it); those that open to nobody are known, and the links of
    letters among them are tried in test_leavers.py."""
    doors = doors_of(ours)
    opened: set[str] = set()
    for role in ROLES:
        left = [door for door in doors if door.name not in opened]
        ways = opened_by(client_of(ours.people[role]), left)
        opened |= {door.name for how in ways.values() for door in how}
    names = {name for _path, name in patterns()}
    assert names - opened == set(ELSEWHERE)
    links = {name for name, where in ELSEWHERE.items() if where.startswith("links ")}
    assert len(opened | links) >= 0.94 * len(names)
