"""How large everything has to be on a projected picture, to be read from the last row."""

import math
from dataclasses import dataclass, fields

from PySide6.QtGui import QFontMetricsF
from typing_extensions import override

from gradlab.qt import fonts
from gradlab.qt.theme import SMALL, TARGET, Theme

MOST_GROWTH = 1.25  # over that, by the window's zoom: there is no room for more
BODY_SHARE = 0.03  # of the picture's height: text that is to be read
ASIDE_SHARE = 0.021  # the least for any text: what the speaker alone needs
X_HEIGHT_SHARE = 0.03  # the height of an x in what everybody looks at
LEAST_TARGET = 44  # pixels, of what can be pressed


@dataclass(frozen=True, slots=True)
class ProjectedTheme(Theme):
    """A theme whose targets are large, but do not grow as much as the text does.

    There is little room beside text of that size, and who presses something stands near.
    """

    @override
    def target(self, size: float) -> int:
        """Return the pixels of what can be pressed and is `size` high or wide elsewhere."""
        least = LEAST_TARGET * max(size / TARGET, 1.0)
        return max(round(least), round(size * self.zoom * 0.72))


def projected(theme: Theme, height: int) -> Theme:
    """Return `theme` as a picture `height` pixels high needs it, or larger if it is zoomed."""
    least = math.ceil(BODY_SHARE * height) / SMALL
    values = {each.name: getattr(theme, each.name) for each in fields(theme)}
    values["zoom"] = min(max(theme.zoom, least), MOST_GROWTH * least)
    return ProjectedTheme(**values)


def aside_pixels(height: int) -> int:
    """Return the size of what the speaker alone needs, on a picture so high."""
    return math.ceil(ASIDE_SHARE * height)


def headline_pixels(height: int) -> int:
    """Return the size at which an x in bold text is high enough for what everybody looks at."""
    size = math.ceil(X_HEIGHT_SHARE * height * 1.5)
    while QFontMetricsF(fonts.sans(size, bold=True)).xHeight() < X_HEIGHT_SHARE * height:
        size += 1
    return size
