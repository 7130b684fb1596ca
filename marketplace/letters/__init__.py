"""The letters that the market sends, one function for each; all are called from here.
Their words are in templates/emails/.

Each is declared beside its function as a Letter, whose key names the fact that it
tells: telling a fact twice sends one letter.
"""

from marketplace.letters.desk.cases import case_opened, case_passed_on
from marketplace.letters.desk.desk import chased, handed_over, need_taken
from marketplace.letters.desk.elsewhere import pole_asked
from marketplace.letters.desk.readings import reading_due, reading_key
from marketplace.letters.documents.documents import (
    document_made,
    document_signed,
    document_voided,
    signature_given,
)
from marketplace.letters.documents.eligibility import eligibility_checked, eligibility_declared
from marketplace.letters.documents.receipts import receipt_given
from marketplace.letters.documents.signing_links import (
    address_given,
    confirm_address,
    forget_signing_link,
    link_sent,
    signing_link,
)
from marketplace.letters.documents.valuations import value_declared
from marketplace.letters.market.consents import (
    consent_asked,
    consent_given,
    consent_refused,
    consent_taken_back,
    forget_consent_asked,
)
from marketplace.letters.market.freshness import (
    DRAFT_WAITING,
    FRESH,
    NEED_ALONE,
    ORGANISATION_QUIET,
    STILL_TRUE,
    draft_waiting,
    fell_asleep,
    need_alone,
    noun,
    organisation_quiet,
    owners,
    still_true,
)
from marketplace.letters.market.needs import (
    NEED_CLOSED,
    NEED_PRIVATE,
    NEED_PUBLISHED,
    NEED_QUESTION,
    NEED_REFUSED,
    need_moved,
    need_redirected,
    need_submitted,
)
from marketplace.letters.market.news import NEW_NEEDS, new_needs, new_offers
from marketplace.letters.market.offers import offer_expired
from marketplace.letters.market.proposals import (
    PROPOSAL_CLOSED,
    PROPOSAL_DECLINED,
    PROPOSAL_WITHDRAWN,
    proposal_again,
    proposal_agreed,
    proposal_ended,
    proposal_half_agreed,
    proposal_late_yes,
    proposal_let_go,
    proposal_made,
    proposal_over_elsewhere,
    proposal_reminder,
    proposal_silent,
    proposal_unanswered,
    who_is,
)
from marketplace.letters.market.skills import skill_answered, skill_proposed
from marketplace.letters.missions.agreements import (
    agreement_asked,
    agreement_for_company,
    agreement_given,
    agreement_refused,
)
from marketplace.letters.missions.amendments import (
    amendment_fell,
    amendment_in_force,
    amendment_overdue,
    amendment_proposed,
)
from marketplace.letters.missions.deliverables import deliverable_handed_over
from marketplace.letters.missions.departures import (
    left_behind,
    person_back,
    person_left,
    taken_over,
    transfer_answered,
    transfer_asked,
    transfer_proposed,
)
from marketplace.letters.missions.followups import (
    FOLLOW_UP,
    follow_up_asked,
    help_asked,
    help_explained,
)
from marketplace.letters.missions.hours import (
    hours_confirmed_by_silence,
    hours_contested,
    hours_to_confirm,
)
from marketplace.letters.missions.missions import (
    kick_off,
    mission_disputed,
    mission_moved,
    mission_renewed,
)
from marketplace.letters.missions.sheets import regime_chosen, sheet_agreed, sheet_changed
from marketplace.letters.talk.messages import message_changed, message_waiting, readers_of
from marketplace.letters.talk.moderation import message_removed, message_reported, report_settled
from marketplace.letters.talk.replies import reply_from_elsewhere, reply_refused

__all__ = [
    "DRAFT_WAITING",
    "FOLLOW_UP",
    "FRESH",
    "NEED_ALONE",
    "NEED_CLOSED",
    "NEED_PRIVATE",
    "NEED_PUBLISHED",
    "NEED_QUESTION",
    "NEED_REFUSED",
    "NEW_NEEDS",
    "ORGANISATION_QUIET",
    "PROPOSAL_CLOSED",
    "PROPOSAL_DECLINED",
    "PROPOSAL_WITHDRAWN",
    "STILL_TRUE",
    "address_given",
    "agreement_asked",
    "agreement_for_company",
    "agreement_given",
    "agreement_refused",
    "amendment_fell",
    "amendment_in_force",
    "amendment_overdue",
    "amendment_proposed",
    "case_opened",
    "case_passed_on",
    "chased",
    "confirm_address",
    "consent_asked",
    "consent_given",
    "consent_refused",
    "consent_taken_back",
    "deliverable_handed_over",
    "document_made",
    "document_signed",
    "document_voided",
    "draft_waiting",
    "eligibility_checked",
    "eligibility_declared",
    "fell_asleep",
    "follow_up_asked",
    "forget_consent_asked",
    "forget_signing_link",
    "handed_over",
    "help_asked",
    "help_explained",
    "hours_confirmed_by_silence",
    "hours_contested",
    "hours_to_confirm",
    "kick_off",
    "left_behind",
    "link_sent",
    "message_changed",
    "message_removed",
    "message_reported",
    "message_waiting",
    "mission_disputed",
    "mission_moved",
    "mission_renewed",
    "need_alone",
    "need_moved",
    "need_redirected",
    "need_submitted",
    "need_taken",
    "new_needs",
    "new_offers",
    "noun",
    "offer_expired",
    "organisation_quiet",
    "owners",
    "person_back",
    "person_left",
    "pole_asked",
    "proposal_again",
    "proposal_agreed",
    "proposal_ended",
    "proposal_half_agreed",
    "proposal_late_yes",
    "proposal_let_go",
    "proposal_made",
    "proposal_over_elsewhere",
    "proposal_reminder",
    "proposal_silent",
    "proposal_unanswered",
    "readers_of",
    "reading_due",
    "reading_key",
    "receipt_given",
    "regime_chosen",
    "reply_from_elsewhere",
    "reply_refused",
    "report_settled",
    "sheet_agreed",
    "sheet_changed",
    "signature_given",
    "signing_link",
    "skill_answered",
    "skill_proposed",
    "still_true",
    "taken_over",
    "transfer_answered",
    "transfer_asked",
    "transfer_proposed",
    "value_declared",
    "who_is",
]
