"""The reasons that the site itself gives for a step.

Each is kept as a code with its values, so that every reader is told in their own
language. What somebody wrote stays as they wrote it.

    move(…, reason=reasons.coded("sheet-changed", n=3))
    step.said    what the reader is told
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models.reasons import Words, coded

__all__ = ["WORDS", "are_theirs", "coded"]

WORDS = Words(
    {
        "unanswered": ngettext_lazy(
            "No answer after %(days)s working day.",
            "No answer after %(days)s working days.",
            "days",
        ),
        "late-yes": _("a yes after the closing"),
        "yes-need": _("The structure has said yes."),
        "yes-offer": _("The side that offers has said yes."),
        "sheet-yes-need": _("The structure has said yes to version %(n)s of the sheet."),
        "sheet-yes-offer": _("The side that offers has said yes to version %(n)s of the sheet."),
        "found": _("The structure has found the people it needed."),
        "half-found": _("The structure has found this half of the pair that it looks for."),
        "engaged": _("The offer now has all the missions that it takes."),
        "need-closed": _("The need was closed by the structure."),
        "need-not-open": _("The need isn’t open any more."),
        "nobody-asks": _("Nobody who asked may still ask."),
        "structure-silent": _("Somebody said yes, and the structure didn’t answer."),
        "bulk-undone": _("The closing was taken back before anybody was told."),
        "dates-over": _("The dates of the offer are over."),
        "day-come": _("The day that was named has come."),
        "gone-on": _("The mission has gone on in another way."),
        "site-left": _("The organisation has left the site."),
        "house-left": _("%(house)s has left Trait d’union."),
        "house-leaves": _("%(house)s leaves Trait d’union on %(day)s: it takes on nothing new."),
        "offer-changed": _("Changed: whoever would come is asked again."),
        "no-longer-put-forward": _("The person no longer agrees to be put forward."),
        "no-longer-agrees": _("The person no longer agrees to this mission."),
        "take-over": _("To take a colleague’s mission over."),
        "taken-over": _("%(person)s takes it over."),
        "left-the-site": _("This person has left the site."),
        "left-the-company": _("This person is no longer with their employer."),
        "pair-wanted": _("The need now wants a pair: one person on each time, and no team."),
        "kept-away": _("They won’t work together."),
        "employer-may-not-lend": _("The law lets this employer lend nobody."),
        "round-cancelled": _("The employer has cancelled its group operation."),
        "seat-lapsed": _("The seat was kept until its hour, and nobody answered."),
        "places-raised": ngettext_lazy(
            "%(n)s person is wanted now.", "%(n)s people are wanted now.", "n"
        ),
        "place-lapsed": _("The place was kept until its hour, and nobody answered."),
        "place-not-theirs": _("It couldn’t be taken up any more today."),
        "offer-not-shown": _("The offer isn’t shown any more."),
        "place-gone-again": _("The place that had become free is there no more."),
        "place-held-back": _(
            "The place that was kept can’t be had for now: the turn stays the same."
        ),
        "nothing-to-wait-for": _("It was closed, or its dates are over."),
        "seat-not-theirs": _("It is no longer open to them."),
        "gathering-cancelled": _("The gathering was cancelled."),
        "host-may-not": _("Its host may not act here at the moment."),
        "host-may-again": _("Its host may act here again: it takes place."),
        "gathering-moved": _("Another time or place."),
        "served-by-gathering": _("What it asked for was learnt at “%(gathering)s”."),
        "trainer-yes": _("Whoever was asked leads it."),
        "led-by-mission": _("Written for whoever leads “%(gathering)s”, and for nobody else."),
        "led-by-nobody": _("Whoever leads “%(gathering)s” has no mission for it."),
        "trainer-left": _("Whoever was to lead it no longer does."),
        "team-empty": _("Nobody of this team comes any more."),
        "left-company": _("%(person)s no longer belongs to %(company)s."),
        "replaced": _("%(person)s has left their employer: somebody else is looked for."),
        "person-back": _("The person is back."),
        "regime-changed": _("The legal frame has changed."),
        "served-out": _(
            "%(structure)s is no longer served by this mission: nothing was signed yet."
        ),
        "served-apart": _("The hours for %(structure)s go into a mission of their own."),
        "served-left": _("%(structure)s carries the need no more."),
        "served-again": _("%(structure)s carries the need again, and is served too."),
        "mandate-given": _("%(structure)s has agreed that the papers are signed in its name."),
        "mandate-taken-back": _("%(structure)s has taken back its mandate to sign."),
        "sheet-changed": _("The sheet has changed: version %(n)s."),
        "review-missing": _("A review is still missing after three weeks."),
        "delivered": _("The work is delivered."),
        "stopped": _("The mission is stopped."),
        "place-free": _("A place is free again."),
        "paper-replaced": _("Replaced by a new version."),
        "paper-kept": _("It has been kept for its time: what it said is erased."),
        "paper-outdated": _("The mission has changed since."),
        "paper-person-gone": _("Whoever still had to sign it has closed their account."),
        "paper-other-frame": _("The legal frame has changed."),
        "paper-falls-with": _("%(other)s was voided: neither is in force without the other."),
        "below-cost-asked": _("Billed at %(share)s%% of its cost: the coordination is asked."),
        "below-cost-yes": _("The coordination agrees to %(share)s%% of the cost. %(words)s"),
        "below-cost-no": _("The coordination doesn’t agree to %(share)s%% of the cost. %(words)s"),
        "employer-no": _("The employer doesn’t agree."),
        "manager-no": _("The manager doesn’t agree."),
        "taken-off-team": _("Taken off the team."),
        "employer-dates": _("The employer would rather have other dates."),
        "employer-dates-said": _("The employer would rather have other dates: %(when)s."),
        "manager-dates-said": _("The manager would rather have other dates: %(when)s."),
        "told-by-call": _("Written by the coordination, from a call of %(day)s."),
        "told-by-visit": _("Written by the coordination, from a visit of %(day)s."),
        "told-by-file": _("Written by the coordination, from its own files, on %(day)s."),
        "taken-up": _("The structure has taken it up."),
        "visit-moved": _("Another time: it was to be on %(day)s."),
        "visit-taken": _("%(who)s comes, instead of the colleague who was to."),
        "visit-asked-again": _("Three other times are proposed."),
        "unclaimed": _("The structure hasn’t taken up what was written for it."),
        "carrier-taken-back": _("The structure that leads the need has taken its question back."),
        "carrier-gone": _("%(house)s isn’t verified on Trait d’union any more."),
        "carrier-back": _("%(house)s is verified again: it carries the need as before."),
        "carrier-too-late": _(
            "%(house)s is verified again, but a mission has begun or is signed without it."
        ),
        "split-carried": _("It carried “%(need)s”, of which this need is a part."),
        "put-together": _("Put together with “%(need)s”, which %(house)s leads."),
        "put-together-told": _(
            "%(house)s now carries this need with %(lead)s, under another title: “%(need)s”."
        ),
        "carried-with": _("Put together with the need of %(house)s."),
        "split-again": _("The two needs go their own ways again."),
        "ended-meanwhile": _("One of the two needs has ended or changed meanwhile."),
        "no-time": _("I’m not free at that time."),
        "no-dates": _("The dates don’t suit us."),
        "no-skills": _("The skills don’t match what is needed."),
        "no-place": _("It’s too far away."),
        "no-found": _("We have found someone else."),
        "not-now": _("Not now: not before %(day)s."),
        "no-and-words": "%(no)s %(words)s",
    }
)
# What whoever says no chooses among.
CHOSEN = ("no-time", "no-dates", "no-skills", "no-place", "no-found", "not-now", "no-and-words")


def are_theirs(reason: str) -> bool:
    """Whether somebody typed it, or chose it to say no: it may be quoted, which a sentence of the site isn't."""
    chosen = any(reason.startswith(f'["{name}"') for name in CHOSEN)
    return bool(reason) and (chosen or str(WORDS.told(reason)) == reason)
