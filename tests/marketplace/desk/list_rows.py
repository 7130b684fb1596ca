"""A mission, its need, its offer, its structure and who comes, in a pôle: a row of each list."""

from accounts.models import Organisation
from marketplace.models import Need, Offer
from tests.factories import make_mission


def one_of_each(pole, **fields):
    mission = make_mission(**fields)
    Offer.objects.filter(pk=mission.offer_id).update(pole=pole)
    Need.objects.filter(pk=mission.need_id).update(pole=pole)
    Organisation.objects.filter(pk=mission.need.organisation_id).update(pole=pole)
    need, offer = mission.need, mission.offer
    return {
        "besoins": need,
        "offres": offer,
        "missions": mission,
        "organisations": need.organisation,
        "personnes": offer.person,
    }
