"""The subject and the words of the letter about a mission that has moved, by the state that it is in now."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.dates import spoken
from marketplace.models import MissionStep
from marketplace.rules import endings, teams
from marketplace.rules.documents import waits_for_an_order
from marketplace.states import BEFORE_IT_RUNS, DocumentStatus, MissionStatus

Words = dict[MissionStatus, str | Promise]
SUBJECTS: Words = {
    MissionStatus.FRAMING: _("“%(mission)s” is being set up again"),
    MissionStatus.AGREEMENT: _("“%(mission)s” waits for the employer’s agreement"),
    MissionStatus.DOCUMENTS: _("“%(mission)s”: documents to read and sign"),
    MissionStatus.RUNNING: _("“%(mission)s”: it is running"),
    MissionStatus.SUSPENDED: _("“%(mission)s” is paused"),
    MissionStatus.DISPUTED: _("“%(mission)s”: the coordinators are called"),
    MissionStatus.REVIEWED: _("“%(mission)s”: the reviews are in"),
    MissionStatus.CLOSED: _("“%(mission)s” is closed"),
    MissionStatus.RENEWED: _("“%(mission)s” is closed, with a renewal"),
    MissionStatus.DELIVERED: _("“%(mission)s”: the work is delivered"),
    MissionStatus.INTERRUPTED: _("“%(mission)s” stops"),
}
TEXTS: Words = {
    MissionStatus.FRAMING: _(
        "The mission “%(mission)s” is being set up again: read its sheet, change it if need be, and say yes."
    ),
    MissionStatus.AGREEMENT: _(
        "Both sides have said yes to the sheet of “%(mission)s”. The employer’s agreement comes next: whoever comes tells us on the page of the mission who their manager is, and we write to them."
    ),
    MissionStatus.DOCUMENTS: _(
        "Everything is agreed for “%(mission)s”: the documents can be read and signed. Then it can start."
    ),
    MissionStatus.RUNNING: _(
        "“%(mission)s” is running. Hours are written day by day on its page, milestones ticked, deliverables handed over."
    ),
    MissionStatus.SUSPENDED: _("“%(mission)s” is paused. The place is kept."),
    MissionStatus.DISPUTED: _(
        "One of the two sides of “%(mission)s” has said that something is wrong. A coordinator gets in touch with both sides."
    ),
    MissionStatus.REVIEWED: _(
        "Both sides have said how “%(mission)s” went: read it on its page. What is left to do is written there."
    ),
    MissionStatus.CLOSED: _(
        "“%(mission)s” is closed. Its story, its hours and its documents stay on its page. Thank you."
    ),
    MissionStatus.RENEWED: _("“%(mission)s” is closed; its renewal has a page of its own."),
    MissionStatus.DELIVERED: _(
        "The work of “%(mission)s” is delivered: both sides are asked how it went."
    ),
    MissionStatus.INTERRUPTED: _("The mission “%(mission)s” stops here."),
}
# An order of the authority is signed elsewhere.
BEFORE_AN_ORDER = _(
    "Everything is agreed for “%(mission)s”: the agreement can be read and signed. It can start once the authority has signed its order too."
)
# Where nobody did it, or not all that was awaited has come.
WITHOUT_ALL_REVIEWS = _(
    "“%(mission)s” goes on with the reviews it has: read them on its page. What is left to do is written there."
)
WITHOUT_REVIEWS = _(
    "“%(mission)s” goes on without reviews. What is left to do is written on its page."
)
NO_MORE_AWAITED = _("“%(mission)s”: reviews are awaited no more")
BY_ITSELF_UNREVIEWED = _(
    "“%(mission)s” has closed by itself: nothing is awaited any more. Its story, its hours and its documents stay on its page. Thank you."
)
BY_ITSELF = _(
    "“%(mission)s” has closed by itself: nothing is awaited any more. Its reviews can be read on its page, with its story, its hours and its documents. Thank you."
)
BY_ITSELF_TO_SIGN = _(
    "“%(mission)s” has closed by itself. What still waits for a signature, and whose, is on the page of the papers. Its story and its hours stay on its page. Thank you."
)
# What a loan between non-profits leaves to do elsewhere.
BILLED = _(
    "Nothing is billed or paid on this site: the employer bills the structure for the confirmed hours, as their agreement says."
)

# A renewal that never began: the mission that it was to go on with stays as it ended.
RENEWAL_STOPS = _("“%(mission)s”: its renewal stops")
RENEWAL_STOPS_FOR = _("The renewal of “%(mission)s” stops before it began.")
STAYS_AS_IT_IS = _("The mission that it was to go on with stays as it is.")

# Started before its first day.
LAUNCHED = _("“%(mission)s”: it is launched")
LAUNCHED_FOR = _(
    "“%(mission)s” is launched: it begins on %(day)s. From that day hours are written on its page, milestones ticked, deliverables handed over."
)
BEGUN_LATE = _("“%(mission)s” has begun.")
# Where it had begun before: after a pause, a disagreement, a departure.
GOES_ON = _("“%(mission)s”: it goes on")
BACK = _("“%(mission)s” goes on.")
AFTER_A_PAUSE = _("“%(mission)s” goes on: hours are written on its page.")
SETTLED = _("The disagreement about “%(mission)s” is settled: the mission goes on.")
SAY_WHO = _(
    "Both sides have said yes to the sheet of “%(mission)s”. Your employer’s agreement comes next: say on the page of the mission who your manager is, and we write to them."
)
# Each of a team has a manager of their own.
OF_A_TEAM = _(
    "Both sides have said yes to the sheet of “%(mission)s”. The employer’s agreement comes next: each person who comes is asked, then their manager, then the employer."
)
NAME_THE_TEAM = _(
    "Both sides have said yes to the sheet of “%(mission)s”. The employer’s agreement comes next: say on the page of the mission who comes. Each of them is asked, then their manager, then the employer."
)

CLOSED = (MissionStatus.CLOSED, MissionStatus.RENEWED)


@dataclass(frozen=True)
class Moved:
    """Gives the words of the letter, read when it is written, in the language of its recipient."""

    step: MissionStep
    is_for_who_comes: bool = False
    names_the_team: bool = False

    @property
    def subject(self) -> str:
        if self._lacks_reviews:
            return self._of(NO_MORE_AWAITED)
        if self._is_early:
            return self._of(LAUNCHED)
        if self._is_a_renewal_stopped:
            return self._of(RENEWAL_STOPS)
        return self._of(GOES_ON if self._goes_on else SUBJECTS.get(self._state, "%(mission)s"))

    @property
    def text(self) -> str:
        return f"{self._words} {BILLED}" if self._leaves_a_bill else self._words

    @property
    def _words(self) -> str:
        if self._lacks_reviews:
            return self._of(WITHOUT_ALL_REVIEWS if self._has_reviews else WITHOUT_REVIEWS)
        if self._state == MissionStatus.CLOSED and self.step.by is None:
            return self._of(self._by_itself)
        if self._goes_on:
            return self._back
        if self._state == MissionStatus.AGREEMENT:
            return self._of(self._who_is_asked)
        if self._state == MissionStatus.DOCUMENTS and waits_for_an_order(self.step.mission):
            return self._of(BEFORE_AN_ORDER)
        if self._is_a_renewal_stopped:
            first = self.step.mission.renewed_from
            stops_too = first and first.status == MissionStatus.INTERRUPTED
            return f"{self._of(RENEWAL_STOPS_FOR)} {'' if stops_too else STAYS_AS_IT_IS}".strip()
        if self._is_early:
            day = spoken(self.step.mission.starts_on, "l j F")
            return str(LAUNCHED_FOR) % {"mission": self.step.mission, "day": day}
        return self._as_usual

    @property
    def _as_usual(self) -> str:
        """The words of the state; of what begins after its last day, that no hours of later days are written yet."""
        over = endings.after_its_end(self.step.mission, timezone.localdate())
        if self._state == MissionStatus.RUNNING and over:
            return f"{self._of(BEGUN_LATE)} {over}"
        return self._of(TEXTS.get(self._state, ""))

    @property
    def _back(self) -> str:
        over = endings.after_its_end(self.step.mission, timezone.localdate())
        words = BACK if over else AFTER_A_PAUSE
        settled = self.step.before == MissionStatus.DISPUTED
        return f"{self._of(SETTLED if settled else words)} {over}".strip()

    @property
    def _is_a_renewal_stopped(self) -> bool:
        mission = self.step.mission
        stopped = self._state == MissionStatus.INTERRUPTED
        return bool(stopped and mission.renewed_from_id and mission.started_at is None)

    @property
    def _leaves_a_bill(self) -> bool:
        mission = self.step.mission
        if self._state not in CLOSED or not mission.is_billed:
            return False
        return mission.sheet.billed_share > 0 and mission.hours.confirmed().exists()

    @property
    def _who_is_asked(self) -> str | Promise:
        if teams.is_a_team(self.step.mission):
            unsaid = self.names_the_team and teams.lacks_names(self.step.mission)
            return NAME_THE_TEAM if unsaid else OF_A_TEAM
        return SAY_WHO if self.is_for_who_comes else TEXTS[MissionStatus.AGREEMENT]

    @property
    def _by_itself(self) -> str | Promise:
        if self.step.mission.documents.filter(status=DocumentStatus.TO_SIGN).exists():
            return BY_ITSELF_TO_SIGN
        return BY_ITSELF if self._has_reviews else BY_ITSELF_UNREVIEWED

    @property
    def _lacks_reviews(self) -> bool:
        """Whether the time for the reviews has passed before all of them were in."""
        return self._state == MissionStatus.REVIEWED and bool(self.step.reason)

    @property
    def _has_reviews(self) -> bool:
        return self.step.mission.reviews.exists()

    @property
    def _goes_on(self) -> bool:
        begins = not self.step.before or self.step.before in BEFORE_IT_RUNS
        return self._state == MissionStatus.RUNNING and not begins

    @property
    def _is_early(self) -> bool:
        begins = self._state == MissionStatus.RUNNING and not self._goes_on
        return begins and self.step.mission.starts_on > timezone.localdate()

    @property
    def _state(self) -> MissionStatus:
        return MissionStatus(self.step.after)

    def _of(self, words: str | Promise) -> str:
        return str(words) % {"mission": self.step.mission}
