"""The models of the market: each noun has its file, and database constraints where something must always be true.
All models are imported from here."""

from common.spoken import Spoken
from marketplace.models.desk.absences import Absence
from marketplace.models.desk.behalf import Behalf
from marketplace.models.desk.bulk import Act, BulkAct, BulkLine
from marketplace.models.desk.calendars import CalendarAddress, CalledOff
from marketplace.models.desk.cases import Case, CaseEntry
from marketplace.models.desk.data_copies import DataCopy
from marketplace.models.desk.desk import Chase, HandOver, Note, Referent, SavedFilter, Tag
from marketplace.models.desk.dispatch import Dispatched, DispatchRule
from marketplace.models.desk.elsewhere import AskedPole, AskedPoleStep
from marketplace.models.desk.figures import MonthFigures, PlaceFigures, Reckoning
from marketplace.models.desk.journal import JournalEntry, JournalKind
from marketplace.models.desk.left_names import LeftName
from marketplace.models.desk.legal import LegalNotice
from marketplace.models.desk.mailings import Addressee, LetterModel, Mailing
from marketplace.models.desk.promises import Promises, Reminder, Responsiveness, Solicitation
from marketplace.models.desk.qualification import Qualification
from marketplace.models.desk.record_answers import KnownHeading, KnownLine
from marketplace.models.desk.records import (
    MissionRecord,
    NeedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
    RefusedRecord,
)
from marketplace.models.desk.register import Finding, FindingStep
from marketplace.models.desk.reports import (
    ChapterKind,
    Edition,
    Report,
    ReportChapter,
    ReportPartner,
    ReportVersion,
)
from marketplace.models.desk.retention import RetentionPass
from marketplace.models.desk.tasks import Task
from marketplace.models.desk.visits import FreeTime, Visit, VisitStep, VisitTime
from marketplace.models.documents.documents import (
    Book,
    Document,
    DocumentStep,
    Kind,
    Party,
    Register,
    Signature,
    Template,
)
from marketplace.models.documents.eligibility import Eligibility
from marketplace.models.documents.lost import LostPaper
from marketplace.models.documents.receipt_runs import ReceiptRun
from marketplace.models.documents.seals import Seal
from marketplace.models.documents.signing_links import SigningAddress, SigningLink
from marketplace.models.documents.valuations import (
    AverageCost,
    Basis,
    CompanyYear,
    HourCost,
    Valuation,
)
from marketplace.models.gatherings.attendances import Attendance, AttendanceStep
from marketplace.models.gatherings.gatherings import Gathering, GatheringStep
from marketplace.models.gatherings.minutes import Minutes, MinutesFile
from marketplace.models.gatherings.unannounced import Unannounced
from marketplace.models.market.answers import Answer
from marketplace.models.market.carriers import Carrier, CarrierStep
from marketplace.models.market.causes import Beneficiary, Cause
from marketplace.models.market.choices import Format, Level, Place, Welcome
from marketplace.models.market.consents import Consent, ConsentKind, ConsentRequest
from marketplace.models.market.grades import Grade
from marketplace.models.market.imports import Import, ImportLine
from marketplace.models.market.in_touch import InTouch
from marketplace.models.market.in_turn import AskedInTurn, AskedInTurnStep, Turn
from marketplace.models.market.inactivity import Inactivity
from marketplace.models.market.joinings import Joining, JoiningStep
from marketplace.models.market.learnings import Learning
from marketplace.models.market.matching import (
    CauseBit,
    FullChunk,
    FullRun,
    KeptMatch,
    MatchWeights,
    NeedPosting,
    OfferPosting,
    SkillRarity,
    StaleMark,
    Standing,
    ToldMatch,
    WeightsChange,
)
from marketplace.models.market.mission_templates import MissionTemplate, TemplateSkill
from marketplace.models.market.need_skills import NeedSkill
from marketplace.models.market.needs import Need, NeedStep
from marketplace.models.market.objections import Objection
from marketplace.models.market.offers import Offer, OfferSkill, OfferStep, Time
from marketplace.models.market.portraits import Portrait, PortraitSkill
from marketplace.models.market.programmes import (
    CompanyProgramme,
    Contract,
    Duty,
    Employee,
    EmploymentFacts,
    Headcount,
    InvitedEmployee,
)
from marketplace.models.market.proposals import Origin, Proposal, ProposalStep, Side
from marketplace.models.market.rome import (
    RomeAppellation,
    RomeCompetence,
    RomeKnowledge,
    RomeMacro,
    RomeMobility,
    RomeTrade,
    RomeTradeMacro,
    WordsIndex,
)
from marketplace.models.market.rounds import Round, RoundAnswer, RoundStep, RoundTeam
from marketplace.models.market.serving import Serving
from marketplace.models.market.sites import Site
from marketplace.models.market.skills import Skill, SkillFamily
from marketplace.models.market.waiters import Waiter, WaiterStep
from marketplace.models.missions.agreements import Agreement
from marketplace.models.missions.amendments import Amendment, AmendmentStep
from marketplace.models.missions.departures import Departure, Transfer
from marketplace.models.missions.followups import FollowUp
from marketplace.models.missions.hours import HoursEntry
from marketplace.models.missions.missions import Mission, MissionStep, Voice
from marketplace.models.missions.pairs import Pair
from marketplace.models.missions.regimes import Regime, RegimeChoice
from marketplace.models.missions.reviews import Review, ReviewFactor, SkillGained
from marketplace.models.missions.served import Served
from marketplace.models.missions.sheets import (
    Deliverable,
    Milestone,
    MissionSheet,
    Rights,
    SheetVersion,
)
from marketplace.models.missions.team_members import TeamMember, TeamStep
from marketplace.models.missions.tellings import Telling
from marketplace.models.talk.blocks import Block
from marketplace.models.talk.conversations import (
    Attachment,
    Draft,
    Message,
    MessageVersion,
    Thread,
    ThreadRead,
)
from marketplace.models.talk.files import StoredFile
from marketplace.models.talk.moderation import CannedLine, MessageReport, ThreadNote
