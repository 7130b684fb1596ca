"""The letters that the market sends, one function for each; all are called from here.
Their words are in templates/emails/.

Each is declared beside its function as a Letter, whose key names the fact that it
tells: telling a fact twice sends one letter.
"""

from marketplace.letters.desk.absences import *
from marketplace.letters.desk.behalf import *
from marketplace.letters.desk.bulk import *
from marketplace.letters.desk.cases import *
from marketplace.letters.desk.data_copies import *
from marketplace.letters.desk.desk import *
from marketplace.letters.desk.dispatch import *
from marketplace.letters.desk.elsewhere import *
from marketplace.letters.desk.mail_tests import *
from marketplace.letters.desk.mailings import *
from marketplace.letters.desk.operators import *
from marketplace.letters.desk.readings import *
from marketplace.letters.desk.records import *
from marketplace.letters.desk.takeovers import *
from marketplace.letters.desk.tasks import *
from marketplace.letters.desk.visits import *
from marketplace.letters.documents.documents import *
from marketplace.letters.documents.eligibility import *
from marketplace.letters.documents.receipts import *
from marketplace.letters.documents.signing_links import *
from marketplace.letters.documents.valuations import *
from marketplace.letters.gatherings.attendances import *
from marketplace.letters.gatherings.gatherings import *
from marketplace.letters.market.carriers import *
from marketplace.letters.market.consents import *
from marketplace.letters.market.freshness import *
from marketplace.letters.market.in_turn import *
from marketplace.letters.market.inactivity import *
from marketplace.letters.market.joinings import *
from marketplace.letters.market.leaving import *
from marketplace.letters.market.needs import *
from marketplace.letters.market.news import *
from marketplace.letters.market.offers import *
from marketplace.letters.market.proposals import *
from marketplace.letters.market.rounds import *
from marketplace.letters.market.skills import *
from marketplace.letters.market.waiters import *
from marketplace.letters.missions.agreements import *
from marketplace.letters.missions.amendments import *
from marketplace.letters.missions.below_cost import *
from marketplace.letters.missions.closings import *
from marketplace.letters.missions.deliverables import *
from marketplace.letters.missions.departures import *
from marketplace.letters.missions.followups import *
from marketplace.letters.missions.hours import *
from marketplace.letters.missions.missions import *
from marketplace.letters.missions.pairs import *
from marketplace.letters.missions.served import *
from marketplace.letters.missions.sheets import *
from marketplace.letters.missions.teams import *
from marketplace.letters.missions.tellings import *
from marketplace.letters.talk.messages import *
from marketplace.letters.talk.moderation import *
from marketplace.letters.talk.replies import *
