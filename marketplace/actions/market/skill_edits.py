"""What people propose for our list of skills, and what administrators make of it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.roots import fold
from marketplace import letters
from marketplace.actions.market import learnings
from marketplace.actions.refusals import NotYet
from marketplace.models.market.need_skills import NeedSkill
from marketplace.models.market.offers import OfferSkill
from marketplace.models.market.skills import Skill, SkillProposal, SkillSynonym
from marketplace.ranking import full_run, invalidation

MOST_WAITING = 20  # of one person


class ImpossibleMerge(Exception):
    """These skills can't be merged; the message says why."""


@dataclass(frozen=True)
class MergeEffect:
    """What a merge would change, shown before it is done."""

    needs: int
    offers: int
    synonyms: int
    narrower: int


@transaction.atomic
def propose(text: str, *, context: str = "", by: User) -> SkillProposal:
    """« None of these »: propose a skill to the administrators. Words that already wait from the same person aren't
    kept twice. Raises NotYet."""
    # Beside a form that nobody has judged yet: PostgreSQL holds the null sign in no text.
    text, context = (said.replace("\0", "") for said in (text, context))
    text = " ".join(text.split())[:160]
    if len(text) < 2:
        raise NotYet(_("Write the skill that you miss, in a few words."))
    waiting = SkillProposal.objects.filter(proposed_by=by, answer=SkillProposal.Answer.WAITING)
    if same := waiting.filter(text__iexact=text).first():
        return same
    if waiting.count() >= MOST_WAITING:
        raise NotYet(_("You have many proposals waiting: let us read those first."))
    proposal = SkillProposal.objects.create(text=text, context=context[:5000], proposed_by=by)
    letters.skill_proposed(proposal)
    return proposal


def effect_of_merging(skill: Skill, into: Skill) -> MergeEffect:
    _check(skill, into)
    return MergeEffect(
        needs=NeedSkill.objects.filter(skill=skill).count(),
        offers=OfferSkill.objects.filter(skill=skill).count(),
        synonyms=len(_new_words(skill, into)),
        narrower=skill.narrower.exclude(pk=into.pk).count(),
    )


@transaction.atomic
def merge(skill: Skill, *, into: Skill) -> MergeEffect:
    """One skill takes over the other's needs, offers and words; the other is withdrawn."""
    locked = {s.pk: s for s in Skill.objects.select_for_update().filter(pk__in=[skill.pk, into.pk])}
    skill, into = locked[skill.pk], locked[into.pk]
    effect = effect_of_merging(skill, into)
    needs = _move(NeedSkill, "need_id", skill, into)
    offers = _move(OfferSkill, "offer_id", skill, into)
    SkillSynonym.objects.bulk_create(
        [SkillSynonym(skill=into, lang=lang, text=text) for lang, text in _new_words(skill, into)]
    )
    # It takes the other's place, and stands below nothing that is below it.
    if skill in into.above:
        into.broader_id = None if skill.broader_id == into.pk else skill.broader_id
        into.save(update_fields=["broader"])
    skill.narrower.exclude(pk=into.pk).update(broader=into)
    SkillProposal.objects.filter(skill=skill).update(skill=into)
    learnings.merge(skill, into=into)
    skill.merged_into, skill.withdrawn_at = into, timezone.now()
    skill.save(update_fields=["merged_into", "withdrawn_at"])
    invalidation.changed_numbers(needs=needs, offers=offers)
    relations_changed()
    return effect


def relations_changed() -> None:
    """Make all lists of matches anew: how close skills are to each other has changed, and any need or offer may
    name one of them."""
    full_run.begin_anew(timezone.now(), timezone.localdate())


def _check(skill: Skill, into: Skill) -> None:
    if skill.pk == into.pk:
        raise ImpossibleMerge(_("A skill can’t be merged into itself."))
    if skill.is_withdrawn or into.is_withdrawn:
        raise ImpossibleMerge(_("A withdrawn skill can’t be merged."))


def _new_words(skill: Skill, into: Skill) -> list[tuple[str, str]]:
    """The labels and synonyms of the skill that the other one doesn't have yet."""
    words = [("fr", skill.label_fr), ("en", skill.label_en)]
    words += skill.synonyms.current().values_list("lang", "text")
    held = {(lang, text.casefold()) for lang, text in into.synonyms.values_list("lang", "text")}
    held |= {("fr", into.label_fr.casefold()), ("en", into.label_en.casefold())}
    fresh = {(lang, text.casefold()): (lang, text) for lang, text in words}
    return [word for key, word in fresh.items() if key not in held]


def _move(
    model: type[NeedSkill] | type[OfferSkill], owner: str, skill: Skill, into: Skill
) -> list[int]:
    """Make the rows that name the skill name the other one; where a row named both, the higher level stays. Returns
    their owners."""
    moved = []
    for row in model.objects.filter(skill=skill).order_by("pk"):
        moved.append(getattr(row, owner))
        other = model.objects.filter(**{owner: getattr(row, owner)}, skill=into).first()
        if other is None:
            row.skill = into
            row.save(update_fields=["skill"])
            continue
        other.level = max(other.level, row.level)
        if isinstance(other, NeedSkill) and isinstance(row, NeedSkill):
            other.required = other.required or row.required
        other.save()
        row.delete()
    return moved


@transaction.atomic
def accept_as_synonym(proposal: SkillProposal, *, skill: Skill, lang: str = "fr") -> None:
    """Make the proposed words a synonym of this skill; when the skill already has them as its label, it was added
    for this proposal, which is answered so."""
    named = {fold(skill.label_fr), fold(skill.label_en)}
    if fold(proposal.text) in named:
        return _answer(proposal, SkillProposal.Answer.CREATED, skill)
    SkillSynonym.objects.update_or_create(
        skill=skill, lang=lang, text=proposal.text, defaults={"withdrawn_at": None}
    )
    return _answer(proposal, SkillProposal.Answer.SYNONYM, skill)


@transaction.atomic
def decline(proposal: SkillProposal) -> None:
    _answer(proposal, SkillProposal.Answer.DECLINED, None)


def _answer(proposal: SkillProposal, answer: str, skill: Skill | None) -> None:
    proposal.answer, proposal.skill, proposal.answered_at = answer, skill, timezone.now()
    proposal.save(update_fields=["answer", "skill", "answered_at"])
    letters.skill_answered(proposal)
