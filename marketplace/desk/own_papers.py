"""The papers that wait for somebody's signature and that no mission waits for: its certificates, and on own time its
letter. Those without which it can't start are an act of the mission (`own_missions`). Reads only."""

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from marketplace.models import Document, Duty, Mission, Offer, Party, Regime, Signature, TeamMember
from marketplace.models.documents.documents import Kind, kinds_after
from marketplace.rules import documents
from marketplace.rules.mission_roles import PERSON
from marketplace.rules.next_acts.act import Act
from marketplace.states import DocumentStatus, MissionStatus


def to_sign(user: User) -> QuerySet[Document]:
    """Those that this person may sign: in the structure's name, unless they came themselves; or for themselves. The same
    answer as `permissions.parties_to_sign`."""
    kinds = {kind for regime in Regime for kind in kinds_after(regime)} | {Kind.MISSION_LETTER}
    waiting = Document.objects.filter(kind__in=kinds, status=DocumentStatus.TO_SIGN)
    waiting = waiting.filter(~Q(kind=Kind.MISSION_LETTER) | _is_of_use())
    came = Q(mission__offer__person=user) | Q(
        mission__offer__person=None, mission__offer__created_by=user
    )
    came |= Q(
        Exists(TeamMember.objects.who_came().filter(mission=OuterRef("mission"), person=user))
    )
    ours = ~came & Q(mission__need__organisation__in=_signed_for_by(user))
    theirs = _comes(user) & Q(kind__in=[kind for kind in kinds if Party.PERSON in kind.signers])
    return waiting.exclude(mission__status=MissionStatus.LEFT).filter(
        ours & Q(~_signed(Party.STRUCTURE)) | theirs & Q(~_signed(Party.PERSON))
    )


def acts(user: User, mission: Mission) -> list[Act]:
    """The same as acts on the mission's page. Nothing is asked of the database where none of its papers waits."""
    if not any(status == DocumentStatus.TO_SIGN for _kind, status in documents.listed(mission)):
        return []
    words, label = _("A paper waits for your signature"), _("Sign")
    rows = to_sign(user).filter(mission=mission).order_by("pk")
    return [Act(PERSON, words, "", one.get_absolute_url(), label) for one in rows]


def _is_of_use() -> Q:
    """A condition on letters of engagement: until the work is done, and while they say what the sheet says."""
    going_on = (MissionStatus.FRAMING, MissionStatus.RUNNING, MissionStatus.SUSPENDED)
    own_time = Q(mission__regime=Regime.VOLUNTEERING, mission__status__in=going_on)
    as_written = Document.objects.annotate(sheet=Cast(KT("facts__sheet"), IntegerField()))
    as_written = as_written.filter(pk=OuterRef("pk"), sheet=F("mission__sheet__number"))
    return own_time & Q(Exists(as_written))


def _signed(party: Party) -> Exists:
    return Exists(Signature.objects.filter(document=OuterRef("pk"), party=party))


def _comes(user: User) -> Q:
    """`Offer.brings`, as a condition on documents."""
    acting = Membership.objects.of(user).acting().values("organisation")
    at_work = ~Q(mission__offer__time="WORK") | Q(mission__offer__organisation__in=acting)
    return Offer.with_coming(user, at="mission__offer__") & at_work


def _signed_for_by(user: User) -> QuerySet:
    """The organisations in whose name this person signs: `permissions.may_sign_for`."""
    charged = Duty.objects.held_today().filter(kind=Duty.Kind.SIGNATORY)
    acting = Membership.objects.of(user).acting()
    somebody = charged.filter(membership__organisation=OuterRef("organisation"))
    signs = Q(Exists(charged.filter(membership=OuterRef("pk"))))
    administers = Q(role=Membership.Role.ADMINISTRATOR) & ~Q(Exists(somebody))
    return acting.filter(signs | administers).values("organisation")
