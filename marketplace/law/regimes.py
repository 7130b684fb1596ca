"""The legal frames, a row for each, and how three answers lead to one of them, or to a
sentence that says why not.

The table holds all that the code asks of a frame. What papers say of it is in the words of
their templates: an amendment's stand in a table of its own (templates/documents/change.typ).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.law import parameters, words

OWN, COMPANY, PUBLIC, NON_PROFIT = "OWN", "COMPANY", "PUBLIC", "NON_PROFIT"
EMPLOYER, STRUCTURE = "EMPLOYER", "STRUCTURE"
YES, NO, UNKNOWN = "YES", "NO", "UNKNOWN"
# Of working time; on one's own nothing more is asked.
ANSWERS = ((COMPANY, PUBLIC, NON_PROFIT), (EMPLOYER, STRUCTURE), (YES, NO, UNKNOWN))


class Lender(StrEnum):
    """What an employer is for the law of loans, by its kind and legal form."""

    COMPANY = "COMPANY"  # companies, cooperatives, mutuals
    PUBLIC = "PUBLIC"  # a public body that is no local authority: some are under private law
    AUTHORITY = "AUTHORITY"  # a local authority
    NON_PROFIT = "NON_PROFIT"  # associations, foundations, endowment funds


# On whose working time its people come: the answers that are open to each.
WHOSE: Mapping[Lender, tuple[str, ...]] = {
    Lender.COMPANY: (COMPANY,),
    Lender.PUBLIC: (COMPANY, PUBLIC),
    Lender.AUTHORITY: (PUBLIC,),
    Lender.NON_PROFIT: (NON_PROFIT,),
}

OFFER_SAYS_OTHERWISE = gettext_lazy(
    "The offer says otherwise: change on whose time it is there first, or ask the coordinators."
)
ONLY_AS_AGENTS = gettext_lazy(
    "A local authority makes its agents available under the legal frame of public agents alone."
)
ONLY_PUBLIC_EMPLOYERS = gettext_lazy(
    "Only a public employer may make a public agent available, and this one isn’t registered as a local authority or public body. If it is one, ask the coordinators to correct its legal form."
)
ONLY_NON_PROFITS = gettext_lazy(
    "Only an association, a foundation or an endowment fund lends its employees under this legal frame, and this employer isn’t registered as one. If it is one, ask the coordinators to correct its legal form."
)
ONLY_AS_NON_PROFITS = gettext_lazy(
    "An association, a foundation or an endowment fund lends its employees under a legal frame of its own: it bills what they cost, and there is no tax receipt."
)

NO_LOAN = gettext_lazy(
    "A piece of work that a non-profit employer directs itself is no loan, and none of these legal frames fits: talk with the coordinators. On their own time, its people may come as volunteers."
)
WITHIN_THE_STRUCTURE = gettext_lazy(
    "A public agent who is made available works within the structure, which organises their work, and their agreement says so. If the employer would direct it, this legal frame doesn’t fit: talk with the coordinators."
)
# Why the people of these lenders are directed by the structure alone.
STRUCTURE_DIRECTS: Mapping[Lender, str | Promise] = {
    Lender.NON_PROFIT: NO_LOAN,
    Lender.AUTHORITY: WITHIN_THE_STRUCTURE,
}

ONLY_BY_NAME = gettext_lazy(
    "In this legal frame the papers are in one person’s name, who agrees to them: a team can’t be lent. Whoever comes first opens the offer and chooses their own name there. A company’s team comes where the company itself directs the work."
)
FIRST_A_NAME = gettext_lazy(
    "This employer lends its people one by one: the papers are in the name of whoever comes, who agrees to them. First that person opens the offer and chooses their own name there, as a representative."
)
AGREED_WITH_A_TEAM = gettext_lazy(
    "In this legal frame the papers are in one person’s name, and this mission was agreed with a team: change its legal frame, or stop it and begin anew by an offer that names whoever comes."
)


class NoRegime(Exception):
    """These answers lead to no legal frame; str() says why, and what is possible instead."""


class UnknownRegime(LookupError):
    """No row of the table has this code, or no answer to the three questions."""


@dataclass(frozen=True)
class Renewal:
    """How long the mission may last before it is renewed: the code of the figure, and the sentence for a mission
    that is longer."""

    figure: str
    too_long: str | Promise


@dataclass(frozen=True)
class Frame:
    """One legal frame. No field has a default, so that a new row has to say everything."""

    code: str
    own_time: bool
    """Whether the time is the person's own: no employer has a part in the mission."""
    agrees: tuple[str, ...]
    """Who is asked at work, in this order: codes of `Agreement.Asked`."""
    lenders: tuple[Lender, ...]
    """Which employers may lend their people in this frame; none on own time."""
    billed: bool
    """Whether the employer bills what the person costs it: less than that is asked of a coordinator."""
    in_one_name: bool
    """Whether its papers name the one person who comes, so that no team does."""
    documents_before: tuple[str, ...]
    """The documents that are signed before the mission starts: codes of `Kind`."""
    documents_after: tuple[str, ...]
    """The documents that may be given at the end: codes of `Kind`."""
    longest: tuple[str, ...]
    """The figures of the law that limit the mission's length, renewals included; the first one reached ends it."""
    renewal: Renewal | None
    gives_a_receipt: bool
    label: str | Promise
    title: str | Promise
    """A few words, shown above `means`."""
    means: str | Promise
    """What the frame means; the figures of the law are filled in by their code."""

    def explained(self, law: Mapping[str, str]) -> str:
        """What the frame means; `law` gives the figures, as `words.numbers` does."""
        return str(self.means) % law


PRESTATION = Frame(
    code="PRESTATION",
    own_time=False,
    agrees=("MANAGER", "COMPANY"),
    lenders=(Lender.COMPANY, Lender.PUBLIC),
    billed=False,
    in_one_name=False,
    documents_before=("CONVENTION_SERVICE",),
    documents_after=("HOURS_CERTIFICATE",),
    longest=(),
    renewal=None,
    gives_a_receipt=True,
    label=gettext_lazy("skills sponsorship: the company does a piece of work"),
    title=gettext_lazy("The company does a piece of work"),
    means=gettext_lazy(
        "The company delivers a piece of work for free and directs its employees. Their manager and the company agree; an agreement is signed; at the end the company declares the value and, if the structure may, it gives a tax receipt."
    ),
)
LOAN = Frame(
    code="LOAN",
    own_time=False,
    agrees=("MANAGER", "COMPANY"),
    lenders=(Lender.COMPANY, Lender.PUBLIC),
    billed=False,
    in_one_name=True,
    documents_before=("CONVENTION_LOAN", "AMENDMENT"),
    documents_after=("HOURS_CERTIFICATE",),
    longest=("loan_years",),
    renewal=None,
    gives_a_receipt=True,
    label=gettext_lazy("skills sponsorship: the company lends an employee"),
    title=gettext_lazy("The company lends an employee"),
    means=gettext_lazy(
        "The employee joins the structure’s team for a while, and the structure directs their work. The employee, the manager and the company agree; an agreement in the employee’s name and an amendment to the work contract are signed; %(loan_years)s years at the most. At the end: declared value and, if the structure may, a tax receipt."
    ),
)
VOLUNTEERING = Frame(
    code="VOLUNTEERING",
    own_time=True,
    agrees=(),
    lenders=(),
    billed=False,
    in_one_name=True,
    documents_before=("MISSION_LETTER",),
    documents_after=("VOLUNTEER_CERTIFICATE", "PASSPORT", "HOURS_CERTIFICATE"),
    longest=(),
    renewal=None,
    gives_a_receipt=False,
    label=gettext_lazy("skills volunteering, on one’s own time"),
    title=gettext_lazy("Skills volunteering"),
    means=gettext_lazy(
        "The person comes on their own time, freely: nobody gives them orders, they may stop at any time, their expenses can be paid back on proof. Nobody at work is asked, or told. A letter of engagement is proposed; at the end, a certificate of the hours given."
    ),
)
PUBLIC_AGENT = Frame(
    code="PUBLIC_AGENT",
    own_time=False,
    agrees=("MANAGER", "COMPANY"),
    lenders=(Lender.PUBLIC, Lender.AUTHORITY),
    billed=False,
    in_one_name=True,
    documents_before=("CONVENTION_AGENT", "ORDER_AGENT"),
    documents_after=("HOURS_CERTIFICATE",),
    longest=("agent_years", "agent_until"),
    renewal=Renewal(
        figure="agent_months",
        too_long=gettext_lazy(
            "A public agent is made available for %(months)s months at a time: end it by %(day)s, then renew it."
        ),
    ),
    gives_a_receipt=False,
    label=gettext_lazy("a public agent made available"),
    title=gettext_lazy("A public agent is made available"),
    means=gettext_lazy(
        "The State or a local authority makes one of its civil servants available (3DS act, article 209): agreement and order, %(agent_months)s months renewable, %(agent_years)s years at the most. The end date of the experiment (%(agent_until)s) is to be checked: our sources differ by some days. No tax receipt."
    ),
)
NOT_ELIGIBLE = Frame(
    code="NOT_ELIGIBLE",
    own_time=False,
    agrees=("MANAGER", "COMPANY"),
    lenders=(Lender.COMPANY, Lender.PUBLIC),
    billed=False,
    in_one_name=True,
    documents_before=("CONVENTION_PLAIN", "AMENDMENT"),
    documents_after=("HOURS_CERTIFICATE",),
    longest=("loan_years",),
    renewal=None,
    gives_a_receipt=False,
    label=gettext_lazy("free loan of an employee, without a tax receipt"),
    title=gettext_lazy("Free loan without a tax receipt"),
    means=gettext_lazy(
        "The employee of a very large company is lent for free to a young or small structure that may not give tax receipts: agreement without a fiscal clause, amendment to the contract, %(loan_years)s years at the most. No tax receipt, no tax reduction."
    ),
)
NON_PROFIT_LOAN = Frame(
    code="NON_PROFIT_LOAN",
    own_time=False,
    agrees=("MANAGER", "COMPANY"),
    lenders=(Lender.NON_PROFIT,),
    billed=True,
    in_one_name=True,
    documents_before=("CONVENTION_NON_PROFIT", "AMENDMENT"),
    documents_after=("HOURS_CERTIFICATE",),
    longest=("non_profit_loan_years",),
    renewal=None,
    gives_a_receipt=False,
    label=gettext_lazy("loan of an employee by a non-profit employer"),
    title=gettext_lazy("A non-profit lends an employee"),
    means=gettext_lazy(
        "An association, a foundation or an endowment fund lends one of its employees, and the structure directs their work. It bills what they cost it (pay, social charges, expenses) and never more: a loan makes no profit. To bill less is to be checked, and asks a coordinator’s yes. The employee and the employer agree; an agreement in the employee’s name and an amendment to the work contract are signed; %(non_profit_loan_years)s years at the most (to be checked). No tax receipt."
    ),
)
# In the order of every list of them.
TABLE = (PRESTATION, LOAN, VOLUNTEERING, PUBLIC_AGENT, NOT_ELIGIBLE, NON_PROFIT_LOAN)
ON_OWN_TIME = tuple(frame.code for frame in TABLE if frame.own_time)
BILLED = tuple(frame.code for frame in TABLE if frame.billed)
WITH_A_RECEIPT = tuple(frame.code for frame in TABLE if frame.gives_a_receipt)


def of(code: str) -> Frame:
    """The frame with this code. Raises UnknownRegime rather than treat the mission as one without rules."""
    found = next((frame for frame in TABLE if frame.code == code), None)
    if found is None:
        raise UnknownRegime(code)
    return found


def chosen(code: str) -> Frame | None:
    """The frame of a mission; None as long as its three questions aren't answered."""
    return of(code) if code else None


def why_no_team(code: str, *, is_framed: bool = False) -> str:
    """Why nobody comes in this frame by an offer that names nobody; "" when a team may. `is_framed`: the mission has
    been put to the employer, and nobody puts their name to its offer any more."""
    frame = chosen(code)
    if frame is None or not frame.in_one_name:
        return ""
    return str(AGREED_WITH_A_TEAM if is_framed else ONLY_BY_NAME)


def own_time_first() -> list[Frame]:
    """The frames in the order of the page: own time, which most people come under, then working time."""
    return sorted(TABLE, key=lambda frame: not frame.own_time)


def found(
    whose: str,
    directs: str,
    receipt: str = "",
    *,
    lender: Lender = Lender.COMPANY,
    large_lender: bool = False,
    small_user: bool = False,
) -> str:
    """The code of the frame to which these answers lead. Raises NoRegime, and UnknownRegime for an answer that
    isn't one of the questions'; whether the structure gives receipts isn't asked of a non-profit lender. `large_lender`
    and `small_user` are the two conditions of L. 8241-3."""
    if whose == OWN:
        return VOLUNTEERING.code
    _refuse_unknown(whose, directs, UNKNOWN if whose == NON_PROFIT else receipt)
    if whose not in WHOSE[lender]:
        raise NoRegime(str(why_not(whose, lender)))
    if whose == NON_PROFIT:
        return _by_a_non_profit(directs)
    if whose == PUBLIC:
        return _by_the_public(directs, receipt)
    return _by_a_company(directs, receipt, free_loan=large_lender and small_user)


def _by_a_non_profit(directs: str) -> str:
    if directs == EMPLOYER:
        raise NoRegime(str(NO_LOAN))
    return NON_PROFIT_LOAN.code


def _by_the_public(directs: str, receipt: str) -> str:
    if receipt == NO:
        raise NoRegime(
            _(
                "A public agent may only be made available to a body of general interest: here, only volunteering on one’s own time is possible."
            )
        )
    if directs == EMPLOYER:
        raise NoRegime(str(WITHIN_THE_STRUCTURE))
    return PUBLIC_AGENT.code


def _by_a_company(directs: str, receipt: str, *, free_loan: bool) -> str:
    if receipt != NO:
        return PRESTATION.code if directs == EMPLOYER else LOAN.code
    if directs == EMPLOYER:
        raise NoRegime(
            _(
                "A piece of work given to a structure that may not give tax receipts isn’t skills sponsorship: only the free loan of an employee is possible, under conditions."
            )
        )
    if not free_loan:
        raise NoRegime(
            _(
                "To a structure that may not give tax receipts, an employee may be lent for free only by a company (or its group) of %(loan_lender_employees)s employees or more, and only if the structure is under %(loan_user_age)s years old or has fewer than %(loan_user_employees)s employees. Otherwise, volunteering on one’s own time remains possible (in a company, ask a lawyer first)."
            )
            % words.numbers(parameters.LATEST)
        )
    return NOT_ELIGIBLE.code


def why_not(whose: str, lender: Lender) -> str | Promise:
    """Why this employer's people don't come on that time: the sentence for an answer that isn't in `WHOSE`."""
    if lender == Lender.AUTHORITY:
        return ONLY_AS_AGENTS
    if lender == Lender.NON_PROFIT:
        return ONLY_AS_NON_PROFITS
    return ONLY_PUBLIC_EMPLOYERS if whose == PUBLIC else ONLY_NON_PROFITS


def _refuse_unknown(*answers: str) -> None:
    for answer, known in zip(answers, ANSWERS, strict=True):
        if answer not in known:
            raise UnknownRegime(answer)
