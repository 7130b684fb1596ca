"""Whether the person named goes on with a renewal on their working time: what they were asked, and where they say so.
Reads only."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.models import ConsentKind, ConsentRequest, Mission
from marketplace.rules import own_yes


def _question(mission: Mission) -> ConsentRequest | None:
    """The newest that stands; None where they renewed it themselves."""
    asked = ConsentRequest.objects.about(ConsentKind.RENEWAL, mission)
    theirs = asked.filter(person=mission.offer.person_id, withdrawn_at=None)
    return theirs.order_by("-pk").first()


def refusal_of(mission: Mission) -> str:
    """What is said to both sides once they have said no; "" otherwise."""
    if not own_yes.is_awaited_to_go_on(mission):
        return ""
    asked = _question(mission)
    if asked is None or asked.answer != ConsentRequest.Answer.NO:
        return ""
    return _(
        "%(name)s has said no to going on with this mission: all that is left is to stop it."
    ) % {"name": asked.person.get_full_name()}


def to_stop() -> tuple[str, str]:
    """The button that is left then, and the act as said of either side."""
    return _("Stop the mission"), _("stop the mission")


def to_say() -> tuple[str, str]:
    """What the person named has to do, as said to them and as said of them."""
    return (
        _("Say whether you go on with this mission: nobody else can say so."),
        _("say whether they go on with the mission"),
    )


def where(mission: Mission) -> tuple[str, str, bool]:
    """The address and the label of the page on which they say so, and whether a question of its own waits there. It
    is the sheet once the question has run out, or where a yes of theirs was taken back."""
    asked = _question(mission)
    if asked and not asked.answer and not asked.is_expired(timezone.now()):
        return reverse("consents"), _("Answer"), True
    return reverse("mission-sheet", args=[mission.pk]), _("Read the sheet"), False


def may_say_so(user: User, mission: Mission) -> bool:
    """Whether this person says on the sheet that they go on."""
    theirs = user.pk == mission.offer.person_id and own_yes.is_awaited_to_go_on(mission)
    return theirs and not refusal_of(mission) and not where(mission)[2]
