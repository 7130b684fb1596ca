from marketplace.models.agreements import Agreement
from marketplace.models.amendments import Amendment, AmendmentStep
from marketplace.models.blocks import Block
from marketplace.models.cases import Case, CaseEntry
from marketplace.models.causes import Beneficiary, Cause
from marketplace.models.consents import Consent, ConsentKind, ConsentRequest
from marketplace.models.departures import Departure, Transfer
from marketplace.models.desk import (
    Chase,
    HandOver,
    Note,
    Referent,
    SavedFilter,
    Tag,
)
from marketplace.models.documents import (
    Book,
    Document,
    DocumentStep,
    Kind,
    Party,
    ReceiptRun,
    Register,
    Seal,
    Signature,
    Template,
)
from marketplace.models.eligibility import Eligibility
from marketplace.models.elsewhere import AskedPole
from marketplace.models.figures import MonthFigures, PlaceFigures, Reckoning
from marketplace.models.files import StoredFile
from marketplace.models.followups import FollowUp
from marketplace.models.hours import HoursEntry
from marketplace.models.languages import Spoken
from marketplace.models.legal import LegalNotice
from marketplace.models.matching import (
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
from marketplace.models.mission_templates import MissionTemplate, TemplateSkill
from marketplace.models.missions import (
    Mission,
    MissionStep,
    Regime,
    RegimeChoice,
    Voice,
)
from marketplace.models.needs import Format, Level, Need, NeedSkill, NeedStep, Place
from marketplace.models.offers import Offer, OfferSkill, OfferStep, Time
from marketplace.models.portraits import Portrait, PortraitSkill
from marketplace.models.programmes import CompanyProgramme, Contract, Duty, Employee
from marketplace.models.promises import Promises, Reminder, Responsiveness, Solicitation
from marketplace.models.proposals import Origin, Proposal, ProposalStep, Side
from marketplace.models.qualification import Qualification
from marketplace.models.register import Finding, FindingStep
from marketplace.models.reviews import Review, ReviewFactor, SkillGained
from marketplace.models.rome import (
    RomeAppellation,
    RomeCompetence,
    RomeKnowledge,
    RomeMacro,
    RomeMobility,
    RomeTrade,
    RomeTradeMacro,
    WordsIndex,
)
from marketplace.models.sheets import Deliverable, Milestone, MissionSheet, Rights, SheetVersion
from marketplace.models.signing import SigningAddress, SigningLink
from marketplace.models.skills import Skill, SkillFamily
from marketplace.models.talk_care import CannedLine, MessageReport, ThreadNote
from marketplace.models.threads import (
    Attachment,
    Draft,
    Message,
    MessageVersion,
    Thread,
    ThreadRead,
)
from marketplace.models.value import CompanyYear, HourCost, Valuation
