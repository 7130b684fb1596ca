"""A new offer in three short steps, in one form: what the others hold goes along unseen, and nothing is saved before the
last."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.drafts import Typing
from accounts.forms.places import Typed
from accounts.models import Pole, User
from accounts.requests import SignedInRequest
from common.dates import period
from common.spoken import Spoken
from marketplace import ranking
from marketplace.forms.market import skills
from marketplace.forms.market.offers import OTHER, PARTS, WHAT, WHEN, WHERE, OfferForm
from marketplace.forms.market.skills import Picker
from marketplace.models import Offer, Place, Time
from marketplace.ranking.as_typed import Fitting
from marketplace.views.market import offer_start
from marketplace.views.market.offer_start import MADE
from marketplace.views.market.skills import as_typed

A_YEAR = timedelta(days=365)
SUPPOSED_KM, SUPPOSED_HOURS = (
    30,
    60,
)  # while nothing is said: a first offer's, as in ranking/newcomers.py
COUNT = "count"  # a button: how many needs it fits
# In the form: the step shown, the step asked for, those shown before.
AT, TO, SEEN = "at", "to", "seen"
TITLES = {
    WHAT: gettext_lazy("What"),
    WHEN: gettext_lazy("When and how much"),
    WHERE: gettext_lazy("Where and how"),
}
FILES = {WHAT: "what", WHEN: "when", WHERE: "where"}
ORDER = list(PARTS)
# Names beside the fields: those of the skills' picker belong to the first step.
PICKER = ("skills", "level_", "required_", "skill_query", "own_words")
NEVER_CARRIED = {"csrfmiddlewaretoken", "acting", "typing_key", AT, TO, SEEN}
NEVER_CARRIED |= {
    "pick",
    "drop",
    "read",
    "look",
    "propose",
    "publish",
    "save",
    "keep_typing",
    "chips",
    COUNT,
}


@dataclass
class Step:
    """One step of a page: which fields it shows, and what it carries of the others."""

    part: str
    seen: list[str]
    data: QueryDict = field(default_factory=QueryDict)

    @property
    def template(self) -> str:
        return f"marketplace/market/_offer_{FILES[self.part]}.html"

    @property
    def number(self) -> int:
        return ORDER.index(self.part) + 1

    @property
    def is_last(self) -> bool:
        return self.part == ORDER[-1]

    @property
    def back(self) -> str:
        return "" if self.part == ORDER[0] else ORDER[self.number - 2]

    @property
    def next(self) -> str:
        return "" if self.is_last else ORDER[self.number]

    @property
    def stepper(self) -> list[dict]:
        now = self.number
        states = ["done" if n < now else "current" if n == now else "next" for n in (1, 2, 3)]
        return [
            {"label": TITLES[part], "state": state, "note": ""}
            for part, state in zip(ORDER, states, strict=True)
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The names and values of what this step doesn't show."""
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name not in NEVER_CARRIED and _part_of(name) != self.part
        ]


def _part_of(name: str) -> str:
    if name.startswith(PICKER):
        return WHAT
    base = name.removesuffix("-code").removesuffix("-choice")
    return next((part for part, names in PARTS.items() if base in names), "")


def goes_by_steps(request: SignedInRequest) -> bool:
    """Whether this page is a step: any that is opened; of those sent, the ones that say so."""
    return request.method != "POST" or AT in request.POST


def first(data: QueryDict | None) -> Step:
    """The first step, with what was typed in all of them before."""
    seen = [part for part in data.getlist(SEEN) if part in PARTS] if data else []
    return Step(WHAT, seen, data or QueryDict())


def asked(data: QueryDict) -> Step:
    """The step that was shown when this was sent."""
    at = data.get(AT, "")
    part = at if at in PARTS else WHAT
    seen = {*data.getlist(SEEN), part}
    return Step(part, [one for one in ORDER if one in seen], data)


def wanted(data: QueryDict) -> str:
    """The step that the button asks for; "" when it is another button."""
    to = data.get(TO, "")
    return to if to in PARTS else ""


def complete(data: QueryDict, form: OfferForm) -> QueryDict:
    """What was sent, and for the steps that weren't shown what their fields begin with, of `form`."""
    full = data.copy()
    shown = asked(data).seen
    for part, names in PARTS.items():
        for name in names if part not in shown else ():
            if name in form.fields and name not in data:
                for key, values in as_sent(name, form[name].value()):
                    full.setlist(key, values)
    return full


def as_sent(name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, Typed):
        yield name, [value.text]
        yield f"{name}-code", [value.code]
    elif isinstance(value, list | tuple):
        yield name, [str(getattr(one, "pk", one)) for one in value]
    elif isinstance(value, date):
        yield name, [value.isoformat()]
    else:
        yield name, ["" if value is None else str(getattr(value, "pk", value))]


@dataclass
class Writing:
    """The form of an offer that somebody writes. `owner` is what it is told of its writer."""

    request: SignedInRequest
    offer: Offer
    initial: dict[str, Any]
    owner: dict[str, Any]

    @cached_property
    def sent(self) -> QueryDict:
        return offer_start.retitled(self.request.POST)

    @property
    def by_steps(self) -> bool:
        return self.offer.pk is None and goes_by_steps(self.request)

    def form(self) -> OfferForm:
        if self.request.method != "POST":
            return self._blank()
        data = complete(self.sent, self._blank()) if self.by_steps else self.sent
        return OfferForm(data, instance=self.offer, initial=self.initial, **self.owner)

    def _blank(self) -> OfferForm:
        return OfferForm(instance=self.offer, initial={**self.initial}, **self.owner)

    def again(self, form: OfferForm) -> OfferForm:
        """The form with what was sent, unchecked."""
        return OfferForm(instance=self.offer, initial=as_typed(form), **self.owner)

    def step(self, typing: Typing) -> Step | None:
        if not self.by_steps:
            return None
        if self.request.method == "POST":
            return asked(self.sent)
        begun = QueryDict(mutable=True)
        begun[MADE] = self.initial.get(MADE, "")
        return first(typing.data or begun)

    def turns(self, page: "Page") -> bool:
        """Whether a button asks for nothing to be saved: another step, a change of the skills, or a count. `page` then holds
        what is shown."""
        sent, step = self.request.POST, page.step
        if step and COUNT in sent:
            page.fitting = fitting(page.form, page.picker, by=self.request.user)
        elif step and wanted(sent) and not skills.is_picking(sent):
            page.form, page.step = self.goes_on(page.form, step, page.picker)
            return True
        elif not skills.is_picking(sent):
            return False
        page.form = self.again(page.form)
        return True

    def goes_on(self, form: OfferForm, step: Step, picker: Picker) -> tuple[OfferForm, Step]:
        """The step asked for; the same one when something of it is wrong and they don't go back."""
        to = wanted(self.request.POST)
        ahead = ORDER.index(to) >= step.number
        if ahead and step.part == WHAT and not picker.chosen:
            form.add_error(
                None, _("Say at least one skill that you offer: nobody can find you without.")
            )
        if ahead and keep_errors_of(form, step.part):
            return form, step
        return self.again(form), replace(step, part=to)


@dataclass
class Page:
    form: OfferForm
    picker: Picker
    step: Step | None
    fitting: Fitting | None = None


def fitting(form: OfferForm, picker: Picker, *, by: User) -> Fitting | None:
    """How many needs the offer fits as it is typed; None while it says no skill or no place."""
    form.is_valid()  # what is wrong or lacks is counted as a beginner's answer
    said = {name: value for name, value in form.cleaned_data.items() if value not in (None, "", [])}
    town = said.get("commune")
    pole = Pole.objects.covering(town).first() if town else None
    if town is None or pole is None or not picker.chosen:
        return None
    today = timezone.localdate()
    house = form.organisation
    offer = Offer(
        pole=house.pole if house else pole,
        organisation=house,
        commune=town,
        time=said.get("time", Time.WORK if house else Time.OWN),
        place=said.get("place", Place.BOTH),
        radius_km=said.get("radius_km", SUPPOSED_KM),
        starts_on=said.get("starts_on", today),
        ends_on=said.get("ends_on", today + A_YEAR),
        weekdays=sum(1 << day for day in {*said.get("days", range(5))}),
        hours=said.get("hours", SUPPOSED_HOURS),
        capacity=said.get("capacity", 1),
        languages=said.get("languages", Spoken.FRENCH),
    )
    held = [(one.skill.pk, one.level) for one in picker.chosen]
    return ranking.fitting(offer, held, by=by)


def to_the_first_wrong(form: OfferForm, step: Step) -> Step:
    part = next((one for one, names in PARTS.items() if {*names} & {*form.errors}), step.part)
    keep_errors_of(form, part)
    return replace(step, part=part)


def words_of(form: OfferForm) -> dict[str, Any]:
    """What the folded fields hold, for the sentences above them."""
    ticked = {str(day) for day in form["days"].value() or ()}
    days = {day for day in range(7) if str(day) in ticked}
    named = ", ".join(str(name) for day, name in WEEKDAYS.items() if day in days)
    first, last = _day(form["starts_on"].value()), _day(form["ends_on"].value())
    dates = period(first, last) if first and last and first <= last else ""
    which = _("every weekday") if days == {*range(5)} else named
    return {
        "when": ", ".join(said for said in (dates, which) if said),
        "radius_km": form["radius_km"].value(),
        "commune": town.text if isinstance(town := form["commune"].value(), Typed) else "",
        "place": dict(Place.choices).get(form["place"].value() or "", ""),
        "is_another_amount": form["amount"].value() == OTHER,
    }


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def keep_errors_of(form: OfferForm, part: str) -> bool:
    """Leave the errors of this part alone, and those of the whole. Returns whether there are any."""
    for name in [*form.errors]:
        if name in form.fields and name not in PARTS[part]:
            del form.errors[name]
    return bool(form.errors)
