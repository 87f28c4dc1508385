"""The only writers of notifications: telling, seeing, wishing, the desks that are looked at, and the browsers that may
wake somebody."""

from madang.notifications.actions.browsers import allow, forget, gone
from madang.notifications.actions.presence import look
from madang.notifications.actions.seeing import see, see_all, see_conversation, taken, unsee
from madang.notifications.actions.telling import notify, try_out
from madang.notifications.actions.wishing import change, disturb_again_at, mail_no_more

__all__ = [
    "allow",
    "change",
    "disturb_again_at",
    "forget",
    "gone",
    "look",
    "mail_no_more",
    "notify",
    "see",
    "see_all",
    "see_conversation",
    "taken",
    "try_out",
    "unsee",
]
