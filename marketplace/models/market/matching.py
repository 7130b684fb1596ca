"""What the matching keeps: its index, the lists it has made, and what has to be made
again.

The index and the lists can be made anew from needs and offers (`manage.py match --index`,
then `--all`). What was told to whom, what was shown and the weights of a pôle can't; only
the weights are written by people.
"""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Pole
from marketplace.matching.definition import BOUNDS, PARTS, WEIGHTS
from marketplace.models.market.causes import Cause
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.market.proposals import Side
from marketplace.models.market.skills import Skill

# A search reads nothing else: the index alone says who survives, and holds the cards at its end.
# Those who work on site lie from south to north, so that it reads no farther than somebody may come.
LISTED, FILTERS = ["pole_id", "key", "place"], ["z", "last", "first", "holds", "x", "y"]


class Posting(models.Model):
    """One skill of a live need or offer, as the matching reads it.

    The row holds what a search filters on, and the whole card that the score reads: one
    index finds, filters and brings it. The numbers are those of the cards
    (marketplace/matching/columns.py).
    """

    pole_id = models.BigIntegerField()
    key = models.BigIntegerField(help_text="The skill and its level in one number.")
    first = models.IntegerField()
    last = models.IntegerField()
    place = models.SmallIntegerField()
    x = models.BigIntegerField()
    y = models.BigIntegerField()
    z = models.BigIntegerField()
    holds = models.BigIntegerField(
        help_text="A bit for each skill that is held, or required, by its number."
    )
    lead = models.BooleanField(help_text="The one row of a card that a full reading takes.")
    card = models.BinaryField()
    skills = models.BinaryField()
    stamp = models.DateTimeField(help_text="When what it was made from was last changed.")

    class Meta:
        abstract = True


class OfferPosting(Posting):
    # Both indexes below begin with the owner or the pôle: one more on the owner would only cost.
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="postings", db_index=False)
    reach_squared = models.BigIntegerField()
    span = models.IntegerField(
        help_text="The reach, up to the next step: how far north or south to look."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "key"], name="offer_posting_once")]
        indexes = [
            models.Index(
                fields=[*LISTED, "span", *FILTERS, "reach_squared", "card", "skills"],
                name="offer_posting_search",
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} · {self.key}"


class NeedPosting(Posting):
    need = models.ForeignKey(Need, models.CASCADE, related_name="postings", db_index=False)
    anchor = models.BooleanField(
        help_text="Nobody matches this need without this skill, or one of these when none is required."
    )

    at = models.SmallIntegerField(
        default=0, db_default=0, help_text="Which of its places: its own, then those that carry it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "key", "at"], name="need_posting_once")
        ]
        indexes = [
            models.Index(
                fields=[*LISTED, *FILTERS, "anchor", "card", "skills"], name="need_posting_search"
            )
        ]

    def __str__(self) -> str:
        return f"{self.need_id} · {self.key}"


class KeptMatch(models.Model):
    """One line of a kept list: one of a need's best offers, or of an offer's best needs.

    These rows are written by hundreds of thousands, so the table has two indexes, and no
    foreign keys, whose checks would cost more than all the rest. Readers pass over a line
    whose need or offer has gone; it is swept away later.
    """

    side = models.CharField(max_length=10, choices=Side, help_text="Whose list it is.")
    need = models.ForeignKey(
        Need, models.CASCADE, related_name="kept_matches", db_index=False, db_constraint=False
    )
    offer = models.ForeignKey(
        Offer, models.CASCADE, related_name="kept_matches", db_index=False, db_constraint=False
    )
    score = models.PositiveIntegerField()
    reasons = models.CharField(max_length=60, help_text="Codes of the three strongest reasons.")
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-score", "need", "offer"]
        constraints = [
            models.UniqueConstraint(fields=["need", "side", "offer"], name="kept_match_once")
        ]
        indexes = [models.Index(fields=["offer", "side"], name="kept_match_of_offer")]

    def __str__(self) -> str:
        return f"{self.side} {self.need_id} · {self.offer_id}"


class ToldMatch(models.Model):
    """A pair that this side was told of as new, so that it is told once."""

    side = models.CharField(max_length=10, choices=Side)
    need = models.ForeignKey(Need, models.CASCADE, related_name="+")
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["side", "need", "offer"], name="told_match_once")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.need_id} · {self.offer_id}"


class StaleMark(models.Model):
    """A need or an offer whose lists, and those in which it may be, have to be made again. When the task that was
    to do it is lost, the sweep finds the row."""

    side = models.CharField(max_length=10, choices=Side)
    number = models.BigIntegerField()
    turn = models.BigIntegerField(help_text="Another one each time that it is marked.")
    done_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Done while a full run was at work, which may not know of it: once more after that.",
    )
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["side", "number"], name="stale_mark_once")]
        indexes = [models.Index(fields=["marked_at"], name="stale_mark_oldest")]

    def __str__(self) -> str:
        return f"{self.side} {self.number}"


class FullRun(models.Model):
    """One making of all the lists. Only one goes on at a time; any number of workers share its chunks."""

    day = models.DateField(help_text="The day that the lists are right for.")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(finished_at=None), name="full_run_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class FullChunk(models.Model):
    """Some lists of a full run: a worker claims them, then they are done; when it died they can be claimed again."""

    run = models.ForeignKey(FullRun, models.CASCADE, related_name="chunks")
    side = models.CharField(max_length=10, choices=Side)
    after = models.BigIntegerField()
    up_to = models.BigIntegerField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "side", "after"]
        constraints = [
            models.UniqueConstraint(fields=["run", "side", "after"], name="full_chunk_once")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.after}-{self.up_to}"


class Standing(models.Model):
    """How a need's or an offer's side answers, and how much it is shown: counted each night."""

    side = models.CharField(max_length=10, choices=Side)
    number = models.BigIntegerField()
    answers = models.PositiveSmallIntegerField(help_text="0 to 10,000.")
    shown = models.PositiveIntegerField(
        default=0, help_text="Places in short lists, fading, x 100."
    )
    penalty = models.PositiveSmallIntegerField(default=0, help_text="Thousandths off the score.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["side", "number"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.number}"


class SkillRarity(models.Model):
    """How few of the live offers hold a skill, as the weight (in `weight`) that the score gives it, when last
    counted."""

    skill = models.OneToOneField(Skill, models.CASCADE, primary_key=True, related_name="rarity")
    holders = models.PositiveIntegerField()
    weight = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.skill} {self.weight}"


class CauseBit(models.Model):
    """Which bit of a card stands for which cause. A bit that was given is never used for another cause."""

    cause = models.OneToOneField(Cause, models.CASCADE, primary_key=True, related_name="bit_row")
    bit = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(bit__lt=62), name="cause_bit_fits")]

    def __str__(self) -> str:
        return f"{self.cause} {self.bit}"


def check_weights(weights: dict) -> None:
    """Raises ValidationError with a sentence when a weight is out of its bounds."""
    if set(weights) != set(PARTS):
        raise ValidationError(_("Give a weight to each part of the score, and to nothing else."))
    for part, weight in weights.items():
        least, most = BOUNDS[part]
        if not isinstance(weight, int) or not least <= weight <= most:
            raise ValidationError(
                _("The weight of “%(part)s” is a whole number from %(least)s to %(most)s."),
                params={"part": part, "least": least, "most": most},
            )


def standard_weights(side: str) -> dict[str, int]:
    return dict(WEIGHTS[side])


def whole(kept: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Weights that were kept, as the parts are today: a part that is newer than they are has its standard weight,
    one that is no more is left out."""
    return {
        side: {part: kept[side].get(part, standard) for part, standard in WEIGHTS[side].items()}
        for side in WEIGHTS
    }


def standard_need_weights() -> dict[str, int]:
    return standard_weights("need")


def standard_offer_weights() -> dict[str, int]:
    return standard_weights("offer")


class MatchWeights(models.Model):
    """How much each part of the score counts for each side, in a pôle. A pôle without a row has the standard
    weights."""

    pole = models.OneToOneField(
        Pole, models.CASCADE, related_name="match_weights", verbose_name=_("pôle")
    )
    need = models.JSONField(
        _("for the structures"), default=standard_need_weights, validators=[check_weights]
    )
    offer = models.JSONField(
        _("for those who offer"), default=standard_offer_weights, validators=[check_weights]
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("weights of the matching")
        verbose_name_plural = _("weights of the matching")

    def __str__(self) -> str:
        return str(self.pole)

    def as_table(self) -> dict[str, dict[str, int]]:
        return whole({"need": self.need, "offer": self.offer})


class WeightsChange(models.Model):
    """Who changed the weights of a pôle, when, from what to what; never edited."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="weights_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pole} {self.at:%Y-%m-%d}"

    @property
    def moved(self) -> Iterator[tuple[str, str, int, int]]:
        """Each weight that moved: its part, its side, what it was and what it became. A part that is newer than
        the change hasn't moved, and one that is no more isn't told."""
        before, after = whole(self.before), whole(self.after)
        for side in WEIGHTS:
            for part in PARTS:
                if before[side][part] != after[side][part]:
                    yield part, side, before[side][part], after[side][part]
