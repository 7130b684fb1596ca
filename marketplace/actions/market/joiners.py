"""What the market does when somebody has joined an organisation (`settings.TOLD_OF_JOINING`)."""

from accounts.models import Invitation, Membership


def joined(membership: Membership, invitation: Invitation | None) -> None:
    """Keep what the list said of them, for their missions."""
