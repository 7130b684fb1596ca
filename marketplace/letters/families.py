"""The families of our letters, in the order of the page of choices: a person chooses for all letters of a family
together."""

from django.utils.translation import gettext_lazy as _

from accounts.letters import DESK
from marketplace.rules import mailings
from notifications.rules import ACCOUNT, Family

NEEDS = Family("needs", _("Your needs and your offers"), _("Published, question, answer, expired."))
PROPOSALS = Family(
    "proposals",
    _("Proposals"),
    _("Somebody for your need, a need for your offer, and the answers."),
)
MISSIONS = Family("missions", _("Missions and their follow-up"))
MESSAGES = Family("messages", _("Messages that wait for you"))
MATCHES = Family(
    "matches",
    _("New matches"),
    _("Needs that suit your offers, people who could help: a few at a time, never the same twice."),
    default="DAILY",
)
POLE = Family(
    mailings.FAMILY,
    _("Letters of the pôle"),
    _("What your coordinators write to several people at once, and the letter of the month."),
)
FAMILIES = [PROPOSALS, MATCHES, MESSAGES, MISSIONS, NEEDS, POLE, DESK]

__all__ = [
    "ACCOUNT",
    "DESK",
    "FAMILIES",
    "MATCHES",
    "MESSAGES",
    "MISSIONS",
    "NEEDS",
    "POLE",
    "PROPOSALS",
]
