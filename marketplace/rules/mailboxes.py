"""What is known of a mailbox that a letter goes to, though no account is asked for there. Reads only."""

from accounts.models import Organisation, User


def is_shut(email: str, organisation: Organisation) -> bool:
    """Whether an account that is closed reads this mailbox, or did lately, and nobody of this organisation does."""
    readers = list(User.objects.lately_of_mailbox(email))
    theirs = any(one.is_active and one.belongs_to(organisation) for one in readers)
    return not theirs and not all(one.is_active for one in readers)
