"""One's own parts in teams, and what waits there. Reads only."""

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import ACTIVE
from marketplace.models import Agreement, HoursEntry, TeamMember
from marketplace.rules.teams import ASKABLE
from marketplace.states import LIVE, TeamStatus

SHOWN = 20
PART = "part"
QUESTIONS = {  # as in `todo`: where it is answered, and the sentence
    "team": ("team-member", _("%(who)s asks whether you come with a team")),
    "team-hours": ("team-hours", _("Some of your hours aren’t right, says the structure")),
    "team-manager": ("team-manager", _("Say who your manager is")),
}


def of(user: User) -> QuerySet[TeamMember]:
    """Those in which one is named, comes or has come, the newest first."""
    mine = TeamMember.objects.visible_to(user).exclude(status=TeamStatus.DECLINED)
    related = ("mission__need__organisation", "mission__offer__organisation")
    return mine.select_related(*related).order_by("-mission__starts_on", "-pk")[:SHOWN]


def coming(user: User) -> QuerySet[TeamMember]:
    """Those in which one comes, of missions that are under way or in preparation."""
    return TeamMember.objects.visible_to(user).filter(
        status=TeamStatus.COMES, mission__status__in=LIVE
    )


def under_way(user: User) -> QuerySet[TeamMember]:
    """The same for the home, the newest first."""
    related = ("mission__need__organisation", "mission__offer__organisation")
    return coming(user).select_related(*related).order_by("-mission__starts_on", "-pk")[:SHOWN]


def waiting(user: User) -> tuple[QuerySet[TeamMember], Case]:
    """Those that wait for a yes, for the name of a manager, or for hours that the structure says aren't right; and which
    of the three."""
    asked = Agreement.objects.current().filter(member=OuterRef("pk"))
    wrong = HoursEntry.objects.contested().filter(
        mission=OuterRef("mission"), person=OuterRef("person")
    )
    agreed = Q(
        mission__sheet__need_agreed=F("mission__sheet__number"),
        mission__sheet__offer_agreed=F("mission__sheet__number"),
    )
    acting = Q(mission__offer__organisation__status__in=ACTIVE)
    named = acting & Q(status=TeamStatus.NAMED, mission__status__in=LIVE)
    unasked = acting & agreed & Q(status=TeamStatus.COMES, mission__status__in=ASKABLE)
    unasked &= ~Q(Exists(asked))
    contested = Q(Exists(wrong), agreed_at__isnull=False)
    kind = Case(
        When(named, then=Value("team")),
        When(contested, then=Value("team-hours")),
        default=Value("team-manager"),
    )
    return TeamMember.objects.visible_to(user).filter(named | contested | unasked), kind
