"""What a coordinator has to do by a day: « rappeler Mme Petit mardi », about somebody or something, or about nothing."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Pole, User, coordinated_by
from marketplace.models.desk import desk
from marketplace.models.desk.records import OrganisationRecord, PersonRecord
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.missions.missions import Mission

type Subject = desk.Tagged | OrganisationRecord | PersonRecord

# The words of an address for each noun, and the foreign keys that hold them.
SUBJECTS: dict[str, type[models.Model]] = {
    "person": User,
    "organisation": Organisation,
    "need": Need,
    "offer": Offer,
    "mission": Mission,
    "organisation_record": OrganisationRecord,
    "person_record": PersonRecord,
}


def key_of(subject: Subject) -> str:
    """The name of the foreign key that holds this subject."""
    return next(name for name, model in SUBJECTS.items() if isinstance(subject, model))


def at_most_one(*fields: str, name: str) -> models.CheckConstraint:
    """A constraint: one of these foreign keys is filled in, or none."""
    conditions = [
        Q(**{f"{field}__isnull": True for field in fields if field != chosen}) for chosen in fields
    ]
    return models.CheckConstraint(condition=reduce(or_, conditions), name=name)


def leaves(user: User, subject: Subject, *, known_to: User | None = None) -> bool:
    """Whether this coordinator leaves to others what is to be done about it: `desk.leaves`, and the same for
    the record of themselves or of somebody under them."""
    if isinstance(subject, PersonRecord):
        is_me = subject.email.casefold() == user.email.casefold() != ""
        return is_me or not PersonRecord.objects.visible_to(user).filter(pk=subject.pk).exists()
    if isinstance(subject, OrganisationRecord):
        return False
    return desk.leaves(user, subject, known_to=known_to)


class TaskQuerySet(desk.KeptQuerySet):
    def visible_to(self, user: User, *, of: str = "") -> Self:
        """Those of the pôles that this person coordinates, as notes are: of what is to be done about what they leave to
        others they read their own words only."""
        if of in desk.SUBJECTS:
            return super().visible_to(user, of=of)
        found = super().visible_to(user)
        if of:  # it is about one thing at most
            found = self.filter(pole__in=coordinated_by(user), **{f"{of}__isnull": False})
        # By their number: a reader may be known by that alone.
        me = User.objects.alias(low=Lower("email")).filter(pk=user.pk, low=Lower(OuterRef("email")))
        people = PersonRecord.objects.visible_to(user).filter(Q(email="") | ~Exists(me))
        # Said twice, it is asked of each task: as a list, it would be read from all offers there are.
        of_each = OuterRef("offer")
        offered = Exists(desk.left_offers(user).filter(pk=of_each, pk__gte=of_each))
        told = Exists(people.filter(pk=OuterRef("person_record")))
        kept_from_them = Q(offered) | Q(~told, person_record__isnull=False)
        return found.filter(Q(by_id=user.pk) | ~kept_from_them)

    def waiting(self) -> Self:
        return self.filter(done_at=None)

    def done(self) -> Self:
        return self.exclude(done_at=None)

    def due(self, today: date) -> Self:
        return self.waiting().filter(due_on__lte=today)

    def with_what_lists_show(self) -> Self:
        return self.select_related(
            "assignee", "operator", "by", "done_by", "pole", "mission__need", *SUBJECTS
        )


class Task(models.Model):
    """Something to do on a day: one coordinator's, an operator's as a whole once its person has left, or nobody's. `by` has
    written its words last."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="+")
    what = models.CharField(_("what is to be done"), max_length=200)
    due_on = models.DateField(_("by when"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("who does it"),
    )
    operator = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    left_by = models.ForeignKey(  # whose it was until they left
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="+")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, blank=True, related_name="+")
    mission = models.ForeignKey(Mission, models.CASCADE, null=True, blank=True, related_name="+")
    organisation_record = models.ForeignKey(
        OrganisationRecord, models.CASCADE, null=True, blank=True, related_name="+"
    )
    person_record = models.ForeignKey(
        PersonRecord, models.CASCADE, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often it has changed, for calendars and letters."
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        ordering = ["due_on", "pk"]
        constraints = [
            at_most_one(*SUBJECTS, name="task_about_one_thing"),
            models.CheckConstraint(
                condition=Q(assignee=None) | Q(operator=None), name="task_of_one"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False),
                name="task_done_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["pole", "due_on", "id"], name="task_of_a_pole"),
            models.Index(fields=["assignee", "due_on", "id"], name="task_of_a_person"),
            models.Index(fields=["assignee", "done_at", "id"], name="task_done"),
            models.Index(fields=["pole", "due_on"], condition=Q(done_at=None), name="task_waiting"),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.pk])

    @property
    def subject(self) -> Subject | None:
        found = (getattr(self, field) for field in SUBJECTS if getattr(self, f"{field}_id"))
        return cast("Subject | None", next(found, None))

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def is_late(self, today: date) -> bool:
        return not self.is_done and self.due_on < today
