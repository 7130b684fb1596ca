"""The letters about who people are and for whom they may speak, one function for each; all are called from here."""

from accounts.letters.administrators import *
from accounts.letters.families import *
from accounts.letters.groups import *
from accounts.letters.join_requests import *
from accounts.letters.mail_domains import *
from accounts.letters.members import *
from accounts.letters.organisations import *
from accounts.letters.people import *
from accounts.letters.seats import *
from accounts.letters.sign_ins import *
