from marketplace.models.causes import Beneficiary, Cause
from marketplace.models.followups import FollowUp
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
)
from marketplace.models.missions import Mission, MissionStep, Review
from marketplace.models.needs import Format, Level, Need, NeedSkill, NeedStep, Place
from marketplace.models.offers import Offer, OfferSkill, OfferStep, Time
from marketplace.models.proposals import Origin, Proposal, ProposalStep, Side
from marketplace.models.rome import *
from marketplace.models.skills import Skill, SkillFamily
from marketplace.models.threads import Message, Thread, ThreadRead
