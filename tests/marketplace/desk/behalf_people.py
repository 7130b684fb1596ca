"""A pôle with two coordinators, another pôle with one, and what was written for somebody."""

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Pole, User
from marketplace.actions.desk import behalf as acts
from marketplace.actions.market import needs
from marketplace.models import Behalf, Need, NeedSkill
from marketplace.models.desk.behalf import LASTS
from notifications.models import Notification
from tests.factories import (
    make_cause,
    make_commune,
    make_coordinator,
    make_pole,
    make_skill,
)

SENTENCE = "Nous n’arrivons plus à tenir notre site internet depuis le départ de Karim."
ADDRESS = "mme.petit@example.org"


@dataclass
class Desk:
    pole: Pole
    writer: User
    colleague: User
    stranger: User


def desk() -> Desk:
    pole, other = make_pole(), make_pole("Pôle du Lac", departments=("74",))
    make_commune()
    make_cause()
    return Desk(
        pole,
        make_coordinator(pole, first_name="Awa", last_name="Diallo"),
        make_coordinator(pole, first_name="Luc", last_name="Morel"),
        make_coordinator(other, first_name="Zoé", last_name="Roche"),
    )


def told(**fields) -> acts.Told:
    said = {"person": "Mme Petit", "email": ADDRESS, "phone": "", "heard": "CALL"}
    return acts.Told(**said | {"heard_on": timezone.localdate()} | fields)


def new_house(name="Les Bottines", **fields) -> Organisation:
    fields.setdefault("legal_form", Organisation.LegalForm.ASSOCIATION)
    return Organisation(name=name, commune=make_commune(), **fields)


def a_draft(them: Desk, house: Organisation | None = None, **fields) -> Need:
    return acts.write_need(
        house or new_house(),
        told=told(**fields),
        text=SENTENCE,
        by=them.writer,
        now=timezone.now(),
    )


def completed(need: Need) -> Need:
    """All is said that the steps ask."""
    need.deliverable, need.cause, need.deduced = "Un site tenu à jour.", make_cause(), ""
    need.save()
    NeedSkill.objects.create(need=need, skill=make_skill())
    return need


def a_sent_need(them: Desk, house: Organisation | None = None, **fields) -> Need:
    need = completed(a_draft(them, house, **fields))
    needs.submit(need, by=them.writer)
    return Need.objects.get(pk=need.pk)


def a_published_need(them: Desk, **fields) -> Need:
    need = a_sent_need(them, **fields)
    Organisation.objects.filter(pk=need.organisation_id).update(status="ACCEPTED")
    need = Need.objects.get(pk=need.pk)
    needs.publish(need, by=them.writer)
    return Need.objects.get(pk=need.pk)


def an_offer(them: Desk, **fields) -> Behalf:
    return acts.write_offer(
        them.pole,
        told=told(**fields),
        text="Je sais tenir une comptabilité, le samedi.",
        commune=make_commune(),
        by=them.writer,
        now=timezone.now(),
    )


def told_in(pole: Pole, by: User, words: str) -> Behalf:
    """What somebody could offer, and who: kept, and no letter has left."""
    return Behalf.objects.create(
        pole=pole, by=by, heard_on=timezone.localdate(), text=words, person=words[:120],
        ends_at=timezone.now() + LASTS,
    )  # fmt: skip


def the_letter(address=ADDRESS) -> Notification:
    return Notification.objects.filter(address=address, kind="behalf_written").latest("pk")


def the_link(address=ADDRESS) -> str:
    found = re.search(r"/ecrit-pour-vous/[\w-]+/", the_letter(address).text)
    assert found
    return found[0]


def row_of(need: Need) -> Behalf:
    return Behalf.objects.get(need=need)


def page_of(row: Behalf) -> str:
    return reverse("behalf", args=[row.pk])
