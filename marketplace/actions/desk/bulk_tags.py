"""Many rows are tagged at once, or lose a tag; and as before."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.actions.desk import notes
from marketplace.actions.desk.bulk_wish import (
    Wish,
    all_as_they_are,
    left_unsaid,
    numbers_of,
    on_a_side,
    pole_of_row,
    said_for,
)
from marketplace.actions.refusals import NotYet
from marketplace.desk.lists import KINDS
from marketplace.desk.lists.kind import Reader
from marketplace.models import BulkLine, Tag
from marketplace.models.desk.desk import key_of, leaves


def _tags(wish: Wish) -> QuerySet[Tag]:
    """Those with these words, as far as this coordinator reads them, on rows of this list."""
    subject = KINDS[wish.listed].subject
    return Tag.objects.visible_to(wish.by).filter(words=wish.words, **{f"{subject}__isnull": False})


class Tagging:
    def seen(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        return all_as_they_are(rows)

    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        tagged = rows.filter(pk__in=_tags(wish).order_by().values(KINDS[wish.listed].subject))
        kept = rows.filter(pk__in=left_unsaid(wish.by, wish.listed).values("pk"))
        there = said_for(numbers_of(tagged), _("This tag is there already."))
        return there | said_for(numbers_of(kept), on_a_side())

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        if leaves(wish.by, row):
            raise NotYet(on_a_side())
        pole = pole_of(row, wish.by)
        line.before = {"tag": notes.pin(row, pole=pole, words=wish.words, by=wish.by).pk}

    def undo(self, wish: Wish, row: Any, line: BulkLine) -> None:
        gone, _each = Tag.objects.filter(pk=line.kept("tag"), words=wish.words).delete()
        if not gone:
            raise NotYet(_("Its tag was removed or renamed since."))


def pole_of(row: Any, by: User) -> Pole:
    """The pôle in which something is said of it."""
    if not isinstance(row, User):
        return pole_of_row(row)
    if (found := notes.pole_of(row, Reader.of(by).poles)) is None:
        raise NotYet(_("It is no longer there."))
    return found


class Untagging:
    def seen(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        return all_as_they_are(rows)

    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        if not wish.words:
            return {}
        tagged = _tags(wish).order_by().values(KINDS[wish.listed].subject)
        return said_for(numbers_of(rows.exclude(pk__in=tagged)), _("It doesn’t carry this tag."))

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        found = list(_tags(wish).filter(**{key_of(row): row}).select_for_update(of=("self",)))
        if not found:
            raise NotYet(_("It doesn’t carry this tag."))
        kept = [{"pole": tag.pole_id, "by": tag.by_id, "at": tag.at.isoformat()} for tag in found]
        line.before = {"tags": kept}
        Tag.objects.filter(pk__in=[tag.pk for tag in found]).delete()

    def undo(self, wish: Wish, row: Any, line: BulkLine) -> None:
        for kept in line.kept("tags"):
            same = Tag.objects.filter(words=wish.words, pole=kept["pole"], **{key_of(row): row})
            if same.exists() or not _put_back(row, wish.words, kept):
                raise NotYet(_("Somebody has put the tag back since."))


def _put_back(row: Any, words: str, kept: dict[str, Any]) -> bool:
    """False where somebody does it in this moment."""
    whose = {"pole_id": kept["pole"], "by_id": kept["by"], "at": kept["at"]}
    try:
        with transaction.atomic():
            Tag.objects.create(words=words, **whose, **{key_of(row): row})
    except IntegrityError:
        return False
    return True
