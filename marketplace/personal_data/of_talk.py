"""Conversations, their files, and what was done to keep them fair."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part

_WROTE = _("What you wrote")
_OTHERS = _("What others wrote in your conversations")
_CONVERSATIONS = _("Conversations")
_FILES = _("Files that you sent")
_APART = _("Whom you keep away, and what you reported")
_TALKS = ("thread__proposal__offer__person", "thread__asker", "thread__messages__author")

PEOPLE = (
    Part("marketplace.Thread", _CONVERSATIONS, ("asker", "proposal__offer__person"), seen=""),
    Part("marketplace.ThreadRead", _CONVERSATIONS, ("user",)),
    Part("marketplace.Message", _WROTE, ("author", "removed_by")),
    Part("marketplace.MessageVersion", _WROTE, ("message__author",)),
    Part("marketplace.Draft", _WROTE, ("user",)),
    Part("marketplace.ThreadNote", _WROTE, ("author",)),
    Part("marketplace.Message", _OTHERS, _TALKS, seen="thread", suffix=".others"),
    Part("marketplace.StoredFile", _FILES, ("uploaded_by",), but=("name", "sha256")),
    Part("marketplace.Block", _APART, ("by", "lifted_by"), but=("blocker", "blocked")),
    Part("marketplace.MessageReport", _APART, ("by", "settled_by"), but=("text",)),
)

_SIDES = (
    "thread__need__organisation",
    "thread__proposal__need__organisation",
    "thread__proposal__offer__organisation",
)

HOUSES = (
    Part("marketplace.Message", _CONVERSATIONS, _SIDES, seen="thread"),
    Part("marketplace.StoredFile", _("Its files"), ("organisation",), but=("name", "sha256")),
    Part(
        "marketplace.Block",
        _("Whom it keeps away"),
        ("for_organisation",),
        but=("blocker", "blocked"),
    ),
)

LEFT_OUT = {
    "marketplace.Block.person": "That somebody keeps one away is theirs: telling would put them in danger (article 15.4).",
    "marketplace.Block.organisation": "That somebody keeps an organisation away is theirs: telling would put them in danger.",
}

CHAPTER = Chapter(_("Conversations"), PEOPLE, HOUSES, LEFT_OUT)
