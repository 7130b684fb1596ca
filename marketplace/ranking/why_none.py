"""Why a list has nobody, not even a near miss, in a sentence, and what to change. No list is empty without it."""

from collections import Counter
from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.groups import group_or_self
from common.counted import there_are
from common.spoken import names_of
from marketplace.matching.definition import COMMON, ENOUGH
from marketplace.matching.speech import language
from marketplace.models import Need, NeedPosting, NeedSkill, Offer, OfferPosting
from marketplace.models.market.meeting import speaking
from marketplace.models.market.need_skills import read_wanted
from marketplace.ranking import snapshot
from marketplace.ranking.live import of_its_own

MOST_WANTED = 3


def nobody_because(need: Need, *, hidden: Collection[int] = ()) -> tuple[str, str]:
    """For a need whose list is empty: why, and what to change. `hidden`: offers of which the reader learns nothing."""
    read_wanted(need)
    wanted = [(one.skill_id, one.level, one.required) for one in need.wanted.all()]
    if not wanted:
        return _("This need names no skill yet."), _("Add the skills it takes.")
    shared = snapshot.read()
    names = shared.names.in_language(language())
    required = [row for row in wanted if row[2]] or wanted
    holders = {
        skill: _holders(need, shared, skill, level).exclude(offer__in=hidden)
        for skill, level, _must in required
    }
    held = Offer.objects.filter(reduce(or_, [Q(pk__in=found) for found in holders.values()]))
    offers = _of_others(held, need)
    left = offers.exclude(proposals__need=need)
    *holds, others, understood, unasked = there_are(
        [*holders.values(), offers, offers.filter(speaking(need.languages)), left]
    )
    if lacking := [
        names.skill(skill) for skill, found in zip(holders, holds, strict=True) if not found
    ]:
        return (
            _("Nobody in the pôle offers this yet: %(skills)s.") % {"skills": ", ".join(lacking)},
            ngettext(
                "Make it welcome rather than required, or ask the next pôle.",
                "Make them welcome rather than required, or ask the next pôle.",
                len(lacking),
            ),
        )
    if not others:
        return (
            _(
                "Those who offer these skills are of the structure itself or of its group: nothing is proposed there."
            ),
            _("Make one of them welcome rather than required, or ask the next pôle."),
        )
    if not understood and (spoken := _foreign(need, offers)):
        return (
            _("Those who offer these skills work in another language: %(languages)s.")
            % {"languages": spoken},
            _("Add it to the need if your team speaks it, or find somebody who can interpret."),
        )
    if not unasked:
        return (
            _("Whoever offers these skills has been asked about this need already."),
            _("Make one of them welcome rather than required, or ask the next pôle."),
        )
    return (
        _("Each skill is offered by somebody, but not at these dates or near enough."),
        _("Other dates, remote work, or the mission split in two would help."),
    )


def nothing_because(offer: Offer) -> tuple[str, str]:
    """For an offer whose list is empty: why, and what to change."""
    if not offer.held.exists():
        return (
            _("This offer names no skill yet."),
            _("Add what you can do: no need can be found without."),
        )
    needs = NeedPosting.objects.filter(pole_id=offer.pole_id, lead=True).count()
    if not needs:
        return _("No need is open in your pôle today."), ""
    shared = snapshot.read()
    asking_so = Need.objects.filter(pk__in=_asking(offer, shared))
    asked_for = _of_others(asking_so, offer)
    if asking_so.exists() and not asked_for.exists():
        return (
            _(
                "The open needs that ask for these skills are of the employer itself or of its group: nothing is proposed there."
            ),
            "",
        )
    not_yet = asked_for.exclude(proposals__offer=offer)
    if asked_for.exists() and not not_yet.exists():
        return (
            _(
                "This offer has been put forward already for each open need that asks for these skills."
            ),
            "",
        )
    if spoken := _foreign(offer, not_yet):
        return (
            _("The needs that ask for these skills are in another language: %(languages)s.")
            % {"languages": spoken},
            _("Add it to your offer if you can work in it."),
        )
    if asking := not_yet.count():
        return (
            ngettext(
                "%(n)s open need asks for these skills, or nearly: another skill, the dates, the distance, the language or an earlier answer stand between.",
                "%(n)s open needs ask for these skills, or nearly: another skill, the dates, the distance, the language or an earlier answer stand between.",
                asking,
            ) % {"n": asking},
            _("See what each asks for: other dates, remote work, a longer way or one more skill may help."),
        )  # fmt: skip
    return _none_asks(offer, shared, needs)


def _none_asks(offer: Offer, shared: snapshot.Snapshot, needs: int) -> tuple[str, str]:
    """None of the open needs asks for what the offer holds: what they ask for most."""
    names = shared.names.in_language(language())
    open_needs = Need.objects.published().filter(pole=offer.pole_id)
    counted = Counter(
        NeedSkill.objects.filter(need__in=open_needs)
        .exclude(skill__in=offer.held.values("skill"))
        .values_list("skill_id", flat=True)
    )
    first = [names.skill(skill) for skill, _times in counted.most_common(MOST_WANTED)]
    said = ngettext(
        "%(n)s need is open in your pôle, and none asks for these skills.",
        "%(n)s needs are open in your pôle, and none asks for these skills, even nearly.",
        needs,
    ) % {"n": needs}
    return said, _("Most wanted at the moment: %(skills)s.") % {"skills": ", ".join(first)}


def _foreign(row: Need | Offer, others: QuerySet) -> str:
    """The names of the languages of the others, when none of them shares one with this row; "" otherwise."""
    masks = set(others.values_list("languages", flat=True))
    if any(mask & row.languages for mask in masks):
        return ""
    return names_of(reduce(or_, masks, 0))


def _of_others(rows: QuerySet, row: Need | Offer) -> QuerySet:
    """Those of another house: nothing is proposed within an organisation, nor within its group."""
    whose = type(row)._default_manager.filter(pk=row.pk)
    house = whose.values_list(group_or_self("organisation"), flat=True).get()
    return rows.annotate(house=group_or_self("organisation")).filter(
        ~Q(house=house) | Q(house=None)
    )


def _holders(need: Need, shared: snapshot.Snapshot, skill: int, level: int) -> QuerySet:
    """The live offers of the pôle that answer this skill well enough, but for what the structure's own people offer
    on their own time."""
    keys = shared.skill_graph.answering(skill, level, ENOUGH)
    found = OfferPosting.objects.filter(pole_id=need.pole_id, key__in=keys)
    return found.exclude(offer__in=of_its_own(need)).values("offer")


def _asking(offer: Offer, shared: snapshot.Snapshot) -> QuerySet:
    """The open needs of the pôle that ask for something that the offer holds, or nearly holds."""
    held = offer.held.values_list("skill_id", "level")
    keys = {
        key for skill, level in held for key in shared.skill_graph.answered_by(skill, level, COMMON)
    }
    return NeedPosting.objects.filter(pole_id=offer.pole_id, key__in=keys).values("need")
