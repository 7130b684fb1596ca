"""What coordinators do with the tags of their pôles: rename one wherever it is, or remove it from everything."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.refusals import NotYet
from marketplace.models import Tag
from marketplace.models.desk.desk import TAGGED


@dataclass(frozen=True)
class Counted:
    """A tag, how often it is used, as far as its reader may know, and one of its rows, by which its page is found."""

    words: str
    count: int
    first: int


def used_by(user: User, *, most: int) -> list[Counted]:
    found = Tag.objects.visible_to(user).order_by().values("words")
    rows = found.annotate(n=Count("pk")).order_by("words").values_list("words", "n")[:most]
    firsts = _firsts(user, [words for words, _n in rows])
    return [Counted(words, n, firsts[words]) for words, n in rows]


def _firsts(user: User, words: list[str]) -> dict[str, int]:
    rows = Tag.objects.visible_to(user).filter(words__in=words).order_by("-pk")
    return dict(rows.values_list("words", "pk"))


def _all(user: User, words: str) -> QuerySet[Tag]:
    """Those with these words, on whatever this coordinator doesn't leave to another one. Raises NotYet where there is none."""
    found = Tag.objects.visible_to(user).filter(words=words)
    if not found.exists():
        raise NotYet(_("There is no such tag any more."))
    return found


@transaction.atomic
def rename(words: str, *, to: str, by: User) -> int:
    """Say it in other words wherever it is; where those words are there already, one of the two is enough. Returns how many
    rows carried it. Raises NotYet, also where somebody pins those words in this moment."""
    _all(by, words)
    # Both words, so that of two who rename one into the other each row keeps one.
    either = Tag.objects.visible_to(by).filter(words__in=(words, to)).order_by("pk")
    held = either.select_for_update(of=("self",)).values_list("pk", "words")
    found = [number for number, now in held if now == words]
    if words == to:
        return 0
    mine = Tag.objects.filter(pk__in=found)
    for subject in TAGGED:
        same = Tag.objects.filter(words=to, pole=OuterRef("pole"), **{subject: OuterRef(subject)})
        mine.filter(Exists(same), **{f"{subject}__isnull": False}).delete()
    try:
        with transaction.atomic():
            mine.update(words=to)
    except IntegrityError:
        raise NotYet(
            _("A colleague has just pinned “%(words)s” on one of them: do it again.")
            % {"words": to}
        ) from None
    return len(found)


@transaction.atomic
def retire(words: str, *, by: User) -> int:
    """Remove it from everything. Returns how many rows carried it. Raises NotYet."""
    found = _all(by, words).values_list("pk", flat=True)
    return Tag.objects.filter(pk__in=list(found)).delete()[0]
