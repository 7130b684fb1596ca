"""What the invented coordinators have written down: a sheet begun, notes, tags, a hand-over."""

from datetime import timedelta

from django.utils import timezone

from marketplace.models import HandOver, Need, Note, Qualification, Tag
from marketplace.states import NeedStatus

SAID = (
    (
        "Très bien reçue sur place : Samira connaît tout le monde. Préfère le téléphone.",
        "à visiter",
    ),
    ("Subvention attendue en mars : ne rien lancer avant.", "subvention 2027"),
    ("Deux missions réussies, prête à témoigner.", "témoin"),
)
SHEET = {
    "scope": "YES",
    "scope_words": "Un travail délimité, le résultat est clair.",
    "transfer": "DOUBT",
    "transfer_words": "Qui s’en occupera ensuite n’est pas encore décidé.",
    "met": "CALL",
    "met_words": "La présidente rappelle après son conseil d’administration.",
}


def tell(needs: list[Need]) -> None:
    followed = [need for need in needs if need.coordinator_id]
    for need, (body, words) in zip(followed[::7], SAID, strict=False):
        about = {"organisation": need.organisation, "pole": need.pole, "by": need.coordinator}
        Note.objects.create(body=body, at=timezone.now() - timedelta(days=9), **about)
        Tag.objects.create(words=words, **about)
    people = list(dict.fromkeys(need.coordinator for need in followed if need.coordinator))
    for need in [need for need in needs if need.status == NeedStatus.SUBMITTED][:1]:
        Qualification.objects.create(
            need=need,
            by=people[0],
            version=1,
            met_on=timezone.localdate() - timedelta(days=1),
            **SHEET,
        )
    HandOver.objects.create(
        need=followed[0],
        to_person=followed[0].coordinator,
        by=people[1],
        at=followed[0].created_at + timedelta(days=2),
        note="Je les ai eues au téléphone, elles attendent un rappel.",
    )
