"""Which screen to present on: how it is named, remembered and found again."""

from PySide6.QtGui import QGuiApplication, QScreen


def screen_key(screen: QScreen) -> str:
    """Return what the settings remember of `screen`: its name, and its serial number if it has one.

    It is one line of text, whatever the maker put into them.
    """
    name, serial = (_one_line(text) for text in (screen.name(), screen.serialNumber()))
    return f"{name} ({serial})" if serial else name


def screen_label(screen: QScreen, number: int) -> str:
    """Return the text for a menu, such as "2: HDMI-1, 1920 × 1080".

    Args:
        screen: The screen; the size is in its own pixels, as its maker states it.
        number: What it is called beside the others, from 1.
    """
    size = screen.geometry().size() * screen.devicePixelRatio()
    name = _one_line(screen.name()).replace("&", "&&") or "screen"  # a menu takes one & for a key
    return f"{number}: {name}, {size.width()} × {size.height()}"


def find_screen(wanted: str) -> QScreen:
    """Return the screen that `wanted` names, or the primary one where none is called so.

    Args:
        wanted: A screen's `screen_key`, its name alone, or its number from 1.
    """
    screens = QGuiApplication.screens()
    names = [screen_key(screen) for screen in screens]
    names += [screen.name() for screen in screens]
    names += [str(number) for number in range(1, len(screens) + 1)]
    found = dict(zip(reversed(names), reversed(screens * 3), strict=True))  # the first one wins
    return found.get(wanted, QGuiApplication.primaryScreen())


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
