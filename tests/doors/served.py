"""A mission of a world that serves a second structure, whose people are of no other."""

from marketplace.models import Mission, Served
from tests.factories import make_organisation, make_user


def add(world, mission: Mission) -> None:
    house = make_organisation(pole=world.pole, name="Maison commune", administrator=make_user())
    for structure in (world.structure, house):
        row = Served.objects.create(mission=mission, organisation=structure)
    world.add(row)
