"""What people write to each other: a thread for each proposal, which goes on in its mission, and one for each
question about a need."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User, coordinated_by
from common.among import among
from marketplace.models.market.bosses import under
from marketplace.models.market.carried import carried_by
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.proposals import Proposal, Side
from marketplace.models.missions.pairs import Pair
from marketplace.models.talk import own_threads
from marketplace.models.talk.files import StoredFile

MAY_EDIT_FOR = timedelta(minutes=5)
LONGEST = 5000
FEW = 50  # conversations, that the database is handed by their numbers


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: User) -> Self:
        if not user.pk:
            return self.none()
        structures = Membership.objects.of(user).representing().values("organisation")
        return self.filter(
            among(Proposal.objects.visible_to(user), "proposal")
            | own_threads.asked_by(user)
            | among(Pair.objects.brought_by(user), "pair")
            | Q(need__organisation__in=structures)
            | Q(need__in=carried_by(user), pair=None) & ~under(user, "asker")
            | Q(need__pole__in=coordinated_by(user)) & ~Thread.kept_from(user)
        )

    def of_a_side(self, user: User) -> Self:
        """Of those visible to this person, the ones in which they write as the structure, as who would come, or as who asks."""
        structures = Membership.objects.of(user).representing().values("organisation")
        sides = Proposal.needed_by(user) | Offer.with_coming(user, at="offer__")
        return self.filter(
            among(Proposal.objects.filter(sides), "proposal")
            | own_threads.asked_by(user)
            | Q(need__organisation__in=structures)
        )

    def taken_part_in_by(
        self,
        user: User,
        *,
        sides: bool = True,
        coordinates: bool = True,
        among: Sequence[int] = (),
    ) -> Self:
        """Threads of this person's own sides; for a coordinator, those in which they wrote or that they follow. All
        of them are visible to this person. `sides`: whether the first are asked for; `coordinates`: as in `unread_by`. `among`: of these, each list narrowed first."""
        mine = own_threads.listed(
            user, to_read=False, sides=sides, coordinates=coordinates, few=among
        )
        return self.filter(pk__in=mine)

    def spoken_in(self) -> Self:
        """Threads with a message. A thread is created before its first message, and until then nobody else sees it."""
        latest = Message.objects.filter(thread=OuterRef("pk")).order_by("-pk").values("pk")
        return self.annotate(latest=Subquery(latest[:1])).filter(latest__isnull=False)

    def unread_by(self, user: User, *, coordinates: bool = True, among: Sequence[int] = ()) -> Self:
        """`coordinates`: False for somebody who is known to coordinate no pôle, for whom less is asked. `among`: as in
        `taken_part_in_by`."""
        mine = own_threads.listed(user, to_read=True, coordinates=coordinates, few=among)
        return self.filter(pk__in=mine).new_to(user)

    def maybe_unread_by(self, user: User) -> Self:
        """Those that a coordinator follows or has looked into where somebody else has written since: some of them they may
        have to leave to others."""
        followed = own_threads.followed(user)
        return self.filter(pk__in=followed).new_to(user)

    def new_to(self, user: User) -> Self:
        """Those where somebody else has written since this person looked. The last message of each thread is read from its
        index: an EXISTS would read all messages as soon as the planner expects many threads."""
        seen = ThreadRead.objects.filter(thread=OuterRef("pk"), user_id=user.pk).values("up_to")
        theirs = Message.objects.standing().filter(thread=OuterRef("pk")).exclude(author_id=user.pk)
        newest = Subquery(theirs.order_by("-pk").values("pk")[:1])
        marked = self.annotate(newest=Coalesce(newest, 0), seen=Coalesce(Subquery(seen[:1]), 0))
        return marked.filter(newest__gt=F("seen"))

    def with_what_lines_show(self) -> Self:
        return self.select_related(
            "need__organisation",
            "need__pole",
            "asker",
            "pair",
            "proposal__need__organisation",
            "proposal__need__pole",
            "proposal__offer__person",
            "proposal__offer__organisation",
        )


class Thread(models.Model):
    """A conversation about a proposal and its mission, or a question about a need before any proposal; or that of a pair
    with the structure. Without `asker` or `pair`, the structure and the coordinators talk about the need."""

    proposal = models.OneToOneField(
        Proposal, models.CASCADE, null=True, blank=True, related_name="thread"
    )
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="threads")
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    pair = models.OneToOneField(
        Pair, models.CASCADE, null=True, blank=True, related_name="thread",
        help_text="Of its need: what the structure and the two halves write to each other.",
    )  # fmt: skip
    last_message_at = models.DateTimeField(default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-last_message_at", "-pk"]
        indexes = [models.Index(fields=["-last_message_at"], name="thread_inbox")]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal=None) ^ Q(need=None), name="thread_about_one_thing"
            ),
            models.UniqueConstraint(
                fields=["need", "asker"],
                condition=Q(asker__isnull=False),
                name="thread_one_question_a_person",
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(asker=None, pair=None, need__isnull=False),
                name="thread_one_with_coordinators",
            ),
            models.CheckConstraint(
                condition=Q(pair=None) | Q(need__isnull=False, asker=None),
                name="thread_of_a_pair_about_its_need",
            ),
        ]

    def __str__(self) -> str:
        return self.subject.title

    def get_absolute_url(self) -> str:
        return reverse("thread", args=[self.pk])

    @staticmethod
    def left_to_others(user: User) -> Q:
        """A condition: it is about a need that this coordinator answers on the offer's side, and somebody else
        coordinates who doesn't. What is asked before any proposal, and what the structure tells the coordination, is
        not for those with whom it deals."""
        own = Proposal.objects.filter(Proposal.left_to_others(user), need=OuterRef("need"))
        return Q(Exists(own))

    @staticmethod
    def kept_from(user: User) -> Q:
        """A condition on conversations about a need: this coordinator leaves it to others, or it is the question of somebody
        under them, who asks in their own name, or that of a pair in which one of these comes on their own time."""
        at_home = Offer.at_home_under(user, at="pair__own__offer__")
        return Thread.left_to_others(user) | under(user, "asker") | at_home

    @property
    def subject(self) -> Need:
        """The need that the conversation is about."""
        if self.need is not None:
            return self.need
        assert self.proposal is not None, "a constraint sees to it"
        return self.proposal.need

    @property
    def with_whom(self) -> str:
        """The name of the other end, as the structure reads it."""
        if self.proposal:
            return self.proposal.offer.discreet_name
        if self.pair_id:
            return str(_("the pair"))
        return self.asker.discreet_name if self.asker else str(_("coordination"))

    def has_nobody_facing(self, side: str | None) -> bool:
        """Whether the other side has closed its account: nobody reads there any more."""
        if self.pair_id:  # the other half still reads
            return False
        if side == Side.OFFER:
            return self.subject.organisation.is_closed
        if side != Side.NEED:
            return False
        offer = self.proposal.offer if self.proposal else None
        person = offer.person if offer else self.asker
        if offer and offer.organisation and offer.time == Time.WORK:
            return offer.organisation.is_closed
        return person is not None and person.closed_at is not None

    @property
    def is_over(self) -> bool:
        """Whether the proposal has come to nothing, or the pair is one no more; people may still write."""
        if self.proposal is None:
            return self.pair is not None and self.pair.is_over
        return not (self.proposal.is_open or self.proposal.is_agreed)

    @property
    def is_agreed(self) -> bool:
        """Whether contact details may be written: once both have agreed, as a pair has, and always between a structure and
        its coordinators."""
        if self.proposal:
            return self.proposal.is_agreed
        return self.asker_id is None


class MessageQuerySet(models.QuerySet["Message"]):
    def standing(self) -> Self:
        return self.filter(removed_at=None)

    def before_joining(self, user: User) -> Self:
        """The messages written before this person joined the side's organisation, the last first: they have nothing
        there to catch up on. In their own conversations no message counts so, whatever they have joined since."""
        sides = self.annotate(
            structure=Coalesce(
                "thread__need__organisation", "thread__proposal__need__organisation"
            ),
            company=F("thread__proposal__offer__organisation"),
        )
        ours = Q(organisation=OuterRef("structure")) | Q(organisation=OuterRef("company"))
        mine = Membership.objects.filter(ours, user_id=user.pk).order_by("created_at")
        own = Q(thread__asker_id=user.pk) | Q(thread__proposal__offer__person_id=user.pk)
        joined = Subquery(mine.values("created_at")[:1])
        return sides.filter(~own, created_at__lt=joined).order_by("-pk")

    def left_behind_by(self, user: User) -> Self:
        """This person's own messages in conversations that they can't read any more, the last first: in those that a session
        shuts they aren't left behind."""
        whatever_the_session = User(pk=user.pk)
        written = self.standing().filter(author_id=user.pk)
        theirs = written.order_by().values_list("thread", flat=True)
        numbers = list(theirs.distinct()[: FEW + 1])
        if not numbers:  # the lists below are long to ask for where nothing was written
            return self.none()
        few = numbers if len(numbers) <= FEW else ()
        where = Thread.objects.filter(pk__in=few or theirs).order_by()
        # Those that short lists name are theirs still; of the few others it is asked whether they see them.
        own = Thread.objects.taken_part_in_by(
            whatever_the_session, coordinates=not user.coordinates_nothing, among=few
        ).order_by()
        others = set(where.exclude(pk__in=own.values("pk")).values_list("pk", flat=True))
        seen = Thread.objects.filter(pk__in=others).visible_to(whatever_the_session).order_by()
        left = others.difference(seen.values_list("pk", flat=True)) if others else ()
        return written.filter(thread__in=left).order_by("-pk")

    def searched(self, words: list[str]) -> Self:
        found = self.standing()
        for word in words:
            found = found.filter(search_text__contains=word)
        return found


class Message(models.Model):
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("message"), max_length=LONGEST)
    search_text = models.TextField(editable=False, default="", blank=True)
    about = models.CharField(
        max_length=40, blank=True, default="", help_text="What it points at: kind:number."
    )
    about_label = models.CharField(max_length=200, blank=True, default="")
    sent_key = models.CharField(
        max_length=40, help_text="One form, one message: a double click writes once."
    )
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removal_reason = models.CharField(max_length=500, blank=True, default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        ordering = ["pk"]
        indexes = [models.Index(fields=["thread", "-id"], name="message_in_thread")]
        constraints = [
            models.UniqueConstraint(fields=["author", "sent_key"], name="message_once_per_form"),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(text="", search_text=""),
                name="message_removed_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return f"{reverse('thread', args=[self.thread_id])}?around={self.pk}#message-{self.pk}"

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    def may_still_change(self, now: datetime) -> bool:
        return not self.is_removed and now - self.created_at <= MAY_EDIT_FOR


class MessageVersion(models.Model):
    """What a message said before it was changed; whoever can read the thread can read it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions")
    text = models.TextField(max_length=LONGEST)
    until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class ThreadRead(models.Model):
    """How far somebody has read a thread: `up_to` is the id of the last message seen."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    up_to = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="thread_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ≤ {self.up_to}"


class Draft(models.Model):
    """What somebody is typing, kept until it is sent, with the files that have already been uploaded. It carries
    the key of its form: once a message has that key, a late copy of the draft is refused."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    about = models.CharField(max_length=40, blank=True, default="")
    sent_key = models.CharField(max_length=40)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="draft_one_each")]

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file that goes with a message, or with a draft until it is sent."""

    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        Draft, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="attachment")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(message=None) ^ Q(draft=None), name="attachment_in_one_place"
            )
        ]

    def __str__(self) -> str:
        return str(self.file)
