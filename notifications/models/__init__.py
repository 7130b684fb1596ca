"""The models of letters, preferences, the state of sending, and the acts of the clock."""

from notifications.models.acts import ClockAct, RowFault
from notifications.models.circuit import Heartbeat, MailPipe, SentBefore, SuppressedAddress
from notifications.models.letters import LEASE, Notification, Status
from notifications.models.people import Person
from notifications.models.preferences import Habits, Pace

__all__ = [
    "LEASE",
    "ClockAct",
    "Habits",
    "Heartbeat",
    "MailPipe",
    "Notification",
    "Pace",
    "Person",
    "RowFault",
    "SentBefore",
    "Status",
    "SuppressedAddress",
]
