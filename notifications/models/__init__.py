from notifications.models.acts import ClockAct, RowFault
from notifications.models.habits import Habits, Pace
from notifications.models.letters import LEASE, Notification, Status
from notifications.models.pipe import Heartbeat, MailPipe, SuppressedAddress

__all__ = [
    "LEASE",
    "ClockAct",
    "Habits",
    "Heartbeat",
    "MailPipe",
    "Notification",
    "Pace",
    "RowFault",
    "Status",
    "SuppressedAddress",
]
