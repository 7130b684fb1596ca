"""The skills of a need or an offer: chosen one by one, with the help of what was read in
the text.

The picker is part of a bigger form. Its names: `skills` (codes, in order),
`level_<code>`, `required_<code>`; buttons `pick` and `drop` (a code), `read` and
`look`, which change the list without saving anything, so that it works without
JavaScript; `propose` sends what was looked for, or what no skill was read in, to the
administrators.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.roots import fold
from marketplace import words
from marketplace.models import Level, Skill, SkillFamily
from marketplace.models.market.skills import SkillProposal

MOST_SKILLS, MOST_SUGGESTED, MOST_FOUND = 12, 5, 8
LONGEST_NAME = 80  # characters: what is longer is told, and is no name of a skill
BUTTONS = ("pick", "drop", "read", "look", "propose")


@dataclass
class Chosen:
    skill: Skill
    level: int = Level.SKILLED
    required: bool = True


@dataclass
class Suggested:
    """A skill that was read in the text, with the words from which it was read."""

    skill: Skill
    evidence: list[str] = field(default_factory=list)
    is_unsure: bool = False
    required: bool = False  # the likeliest alone, where none is chosen yet


@dataclass
class Picker:
    chosen: list[Chosen]
    suggested: list[Suggested] = field(default_factory=list)
    found: list[Skill] = field(default_factory=list)
    looked_for: str = ""
    looks_at_family: bool = False  # what was looked for names a whole family of ours
    has_read: bool = False
    is_vague: bool = False  # a title that many trades bear: we ask which
    is_about_people: bool = False  # who is wanted, and not what for: we ask what
    own_words: str = ""  # the text itself, where it is short enough to be proposed as it stands
    error: str = ""
    proposed: str = ""
    seen: set[str] = field(default_factory=set)  # codes that were shown before, ticked or not
    ticked: set[str] = field(default_factory=set)  # those that the site has ticked, of its reading

    @property
    def offered(self) -> list[str]:
        """Every code that was or is shown: what somebody has unticked isn't ticked for them again."""
        shown = self.seen | self.codes | {one.skill.code for one in self.suggested}
        return sorted(shown)

    @property
    def is_unsure(self) -> bool:
        """Whether none of the suggestions is likely: the page then asks about them rather than states them."""
        return all(suggestion.is_unsure for suggestion in self.suggested)

    @property
    def codes(self) -> set[str]:
        return {chosen.skill.code for chosen in self.chosen}


class SkillProposalForm(forms.ModelForm):
    """A skill that isn't in the list, in one's own words."""

    class Meta:
        model = SkillProposal
        fields = ["text", "context"]
        labels = {"context": gettext_lazy("What would you do with it?")}
        widgets = {"context": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "text": gettext_lazy("As you would say it to a colleague: “keeping bees”, “Odoo”."),
            "context": gettext_lazy("A sentence helps us find out whether we have it already."),
        }


def is_picking(data: QueryDict) -> bool:
    """Whether one of the picker's buttons was pressed, rather than the form's own."""
    return any(name in data for name in BUTTONS)


def from_rows(rows: Iterable) -> Picker:
    """The picker with the skills that are stored: NeedSkill or OfferSkill rows."""
    return Picker([Chosen(row.skill, row.level, getattr(row, "required", True)) for row in rows])


def from_codes(codes: Iterable[str]) -> Picker:
    """The picker with these skills, in their order; codes that are unknown, or no longer used, are left out."""
    wanted = [code for code in codes if isinstance(code, str)]
    known = {skill.code: skill for skill in Skill.objects.current().filter(code__in=wanted)}
    held = [known[code] for code in wanted if code in known][:MOST_SKILLS]
    return Picker([Chosen(skill, required=rank == 0) for rank, skill in enumerate(held)])


def from_post(data: QueryDict, texts: Iterable[str]) -> Picker:
    """The picker with what the form holds after one of its buttons was pressed. Unknown codes are left out."""
    codes = [code for code in dict.fromkeys(data.getlist("skills")) if code != data.get("drop")]
    if picked := data.get("pick"):
        codes.append(picked)
    codes = [code for code in codes if "\0" not in code]
    known = {skill.code: skill for skill in Skill.objects.current().filter(code__in=codes)}
    chosen = _as_posted(data, [known[code] for code in dict.fromkeys(codes) if code in known])
    picker = Picker(chosen[:MOST_SKILLS], seen=_codes_in(data, "offered"))
    picker.ticked = _codes_in(data, "ticked") & picker.codes
    if len(chosen) > MOST_SKILLS:
        picker.error = _("Twelve skills at the most: keep those that matter.")
    read_into(picker, texts)
    if "look" in data or data.get("skill_query"):
        look_into(picker, data.get("skill_query", ""))
    return picker


def tick_what_is_sure(picker: Picker, texts: Iterable[str]) -> None:
    """Tick what is surely read, as the box of the front page does: what was shown before is left as it is, and what the site
    had ticked goes where the words say it no more."""
    ours = {one.skill.code: one for one in picker.chosen if one.skill.code in picker.ticked}
    picker.chosen = [one for one in picker.chosen if one.skill.code not in ours]
    read_into(picker, texts)
    fresh = [
        one.skill
        for one in picker.suggested
        if one.skill.code in ours or not (one.is_unsure or one.skill.code in picker.seen)
    ][: MOST_SKILLS - len(picker.chosen)]
    begins = not picker.chosen
    picker.chosen += [
        ours.get(skill.code) or Chosen(skill, required=begins and rank == 0)
        for rank, skill in enumerate(fresh)
    ]
    picker.ticked = {skill.code for skill in fresh}
    picker.suggested = [one for one in picker.suggested if one.skill.code not in picker.ticked]


def _codes_in(data: QueryDict, name: str) -> set[str]:
    return {code for code in data.getlist(name)[: 20 * MOST_SKILLS] if "\0" not in code}


def _as_posted(data: QueryDict, held: list[Skill]) -> list[Chosen]:
    """Of what is read from one phrase the first alone is essential, unless the form says otherwise; ticked chips have one
    that is."""
    chosen = [
        Chosen(
            skill,
            _level(data.get(f"level_{skill.code}")),
            data.get(f"required_{skill.code}", "yes" if rank == 0 else "no") == "yes",
        )
        for rank, skill in enumerate(held)
    ]
    if chosen and "chips" in data and not any(one.required for one in chosen):
        chosen[0].required = True
    return chosen


def read_into(picker: Picker, texts: Iterable[str]) -> None:
    """Add to the picker the skills that are read in the text, without those chosen already."""
    text = "\n".join(filter(None, texts))[:20_000]
    picker.has_read = bool(text.strip())
    if not picker.has_read:
        return
    picker.is_vague = words.is_vague(text)
    picker.is_about_people = words.is_about_people(text)
    picker.own_words = " ".join(text.split()) if len(text) <= LONGEST_NAME else ""
    looked_at = words.suggest(text, top=MOST_SUGGESTED + len(picker.codes))
    found = [s for s in looked_at if s.code not in picker.codes][:MOST_SUGGESTED]
    skills = {skill.code: skill for skill in Skill.objects.filter(code__in=[s.code for s in found])}
    picker.suggested = [
        Suggested(
            skills[s.code],
            said_once(text[span.start : span.end] for span in s.evidence)[:3],
            s.score < words.UNSURE,
        )
        for s in found
        if s.code in skills
    ]
    if picker.suggested and not picker.chosen:
        picker.suggested[0].required = True


def said_once(evidence: Iterable[str]) -> list[str]:
    """The words from which a skill was read, without those that a longer one of them holds: people say the same in
    the title and in the text."""
    pieces = {fold(piece): piece for words in evidence for piece in words.split("\n") if piece}
    return [
        piece
        for key, piece in pieces.items()
        if not any(key in other and key != other for other in pieces)
    ]


def look_into(picker: Picker, query: str) -> None:
    """Add to the picker the skills whose name matches, for people who search by name; for the name of a family, those
    of the family."""
    picker.looked_for = query.strip()[:LONGEST_NAME]
    if not picker.looked_for:
        return
    read = [s.code for s in words.suggest(picker.looked_for, top=8, varied=False)]
    found = {skill.code: skill for skill in Skill.objects.current().filter(code__in=read)}
    wanted = re.compile(rf"\b{re.escape(fold(picker.looked_for))}")  # as a word begins
    of_family = _of_family(picker.looked_for)
    named = [s for s in Skill.objects.current() if wanted.search(fold(s.label))]
    by_name = [] if of_family else [*named, *(found[c] for c in read if c in found)]
    ordered = {skill.code: skill for skill in [*of_family, *by_name]}
    picker.looks_at_family = bool(of_family)
    most = MOST_SKILLS if of_family else MOST_FOUND
    picker.found = [s for code, s in ordered.items() if code not in picker.codes][:most]


def _of_family(label: str) -> list[Skill]:
    """The skills of the family of this name, those that most offers hold first; none when no family is called so."""
    families = (one for one in SkillFamily.objects.all() if fold(one.label) == fold(label))
    family = next(families, None)
    if family is None:
        return []
    most_held = F("rarity__holders").desc(nulls_last=True)
    return list(Skill.objects.current().filter(family=family).order_by(most_held, "label_fr"))


def _level(raw: str | None) -> int:
    return int(raw) if raw in {"1", "2", "3"} else int(Level.SKILLED)
