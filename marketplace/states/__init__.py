"""The states of needs, their carriers, needs put together, offers, proposals, rounds, gatherings, asked pôles, people asked in
turn, those who wait for a place, missions, their teams, documents, amendments, findings and visits, and where each may go from
there. docs/states.md is drawn from these maps. All are imported from here."""

from marketplace.states.desk import (
    ASKED_POLE_MOVES,
    FINDING_MOVES,
    VISIT_MOVES,
    AskedPoleStatus,
    FindingStatus,
    VisitStatus,
)
from marketplace.states.documents import (
    DOCUMENT_MOVES,
    DocumentStatus,
)
from marketplace.states.gatherings import (
    ATTENDANCE_MOVES,
    GATHERING_MOVES,
    OWN_ATTENDANCE,
    AttendanceStatus,
    GatheringStatus,
)
from marketplace.states.market import (
    ASKED_IN_TURN_MOVES,
    CARRIER_MOVES,
    JOINING_MOVES,
    NEED_MOVES,
    NEED_WAYS_BACK,
    OFFER_MOVES,
    PROPOSAL_MOVES,
    PROPOSAL_WAYS_BACK,
    ROUND_MOVES,
    WAITER_MOVES,
    AskedInTurnStatus,
    CarrierStatus,
    JoiningStatus,
    NeedStatus,
    OfferStatus,
    ProposalStatus,
    RoundStatus,
    WaiterStatus,
)
from marketplace.states.missions import (
    AMENDMENT_MOVES,
    BEFORE_IT_RUNS,
    LIVE,
    MISSION_MOVES,
    OPEN_TO_CHANGE,
    OVER,
    REVIEWABLE,
    STOPPED,
    TEAM_MOVES,
    AmendmentStatus,
    MissionStatus,
    TeamStatus,
)
