"""Says to a screen reader what has just happened."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

LONGEST = 120  # characters, which is about what can be heard in one go


def announce(widget: QWidget, message: str, urgent: bool = False) -> None:
    """Have `message` read out, after what is being read, or at once where it is `urgent`.

    It is cut at the end of a word where it is longer than 120 characters.
    """
    event = QAccessibleAnnouncementEvent(widget, shortened(message))
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


def shortened(message: str) -> str:
    """Return `message`, cut and ended by an ellipsis where it is too long.

    It is cut at the end of a word, unless that would leave less than half of what there is room
    for.
    """
    if len(message) <= LONGEST:
        return message
    words = message[: LONGEST - 1].rpartition(" ")[0]
    return (words if len(words) > LONGEST // 2 else message[: LONGEST - 2]) + " …"
