"""Nobody at all, not even nearly: why, in a sentence, and what to change. No list is empty without it."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.matching.definition import COMMON, ENOUGH
from marketplace.matching.speech import language
from marketplace.models import Need, NeedPosting, NeedSkill, Offer, OfferPosting
from marketplace.ranking import book

MOST_WANTED = 3


def nobody_because(need: Need) -> tuple[str, str]:
    """For a need whose list is empty: (why, what to change)."""
    wanted = list(need.wanted.values_list("skill_id", "level", "required"))
    if not wanted:
        return _("This need names no skill yet."), _("Add the skills it takes.")
    shared = book.read()
    names = shared.names.in_language(language())
    required = [row for row in wanted if row[2]] or wanted
    lacking = [names.skill(skill) for skill, level, _must in required
               if not _holders(need.pole_id, shared, skill, level)]  # fmt: skip
    if lacking:
        return (
            _("Nobody in the pôle offers this yet: %(skills)s.") % {"skills": ", ".join(lacking)},
            _("Make it welcome rather than required, or ask the next pôle."),
        )
    return (
        _("Each skill is offered by somebody, but not at these dates or near enough."),
        _("Other dates, remote work, or the mission split in two would help."),
    )


def nothing_because(offer: Offer) -> tuple[str, str]:
    """For an offer whose list is empty: (why, what to change)."""
    needs = NeedPosting.objects.filter(pole_id=offer.pole_id, lead=True).count()
    if not needs:
        return _("No need is open in your pôle today."), _("New ones come each week.")
    said = ngettext(
        "%(n)s need is open in your pôle, and none asks for these skills.",
        "%(n)s needs are open in your pôle, and none asks for these skills, even nearly.",
        needs,
    ) % {"n": needs}
    shared = book.read()
    if asking := _asking(offer, shared):
        return (
            ngettext(
                "%(n)s open need asks for these skills, or nearly: the dates, the distance, the language or an earlier answer stand between.",
                "%(n)s open needs ask for these skills, or nearly: the dates, the distance, the language or an earlier answer stand between.",
                asking,
            ) % {"n": asking},
            _("Other dates, remote work or a longer way would help."),
        )  # fmt: skip
    names = shared.names.in_language(language())
    open_needs = Need.objects.published().filter(pole=offer.pole_id)
    counted = Counter(
        NeedSkill.objects.filter(need__in=open_needs)
        .exclude(skill__in=offer.held.values("skill"))
        .values_list("skill_id", flat=True)
    )
    first = [names.skill(skill) for skill, _times in counted.most_common(MOST_WANTED)]
    return said, _("Most wanted at the moment: %(skills)s.") % {"skills": ", ".join(first)}


def _holders(pole: int, shared: book.Book, skill: int, level: int) -> int:
    """How many live offers of the pôle answer this skill well enough."""
    keys = shared.kinship.answering(skill, level, ENOUGH)
    found = OfferPosting.objects.filter(pole_id=pole, key__in=keys)
    return found.values("offer").distinct().count()


def _asking(offer: Offer, shared: book.Book) -> int:
    """How many open needs of the pôle ask for something that the offer holds, or nearly."""
    held = offer.held.values_list("skill_id", "level")
    keys = {
        key for skill, level in held for key in shared.kinship.answered_by(skill, level, COMMON)
    }
    asking = NeedPosting.objects.filter(pole_id=offer.pole_id, key__in=keys)
    return asking.values("need").distinct().count()
