"""How far apart two colours look: on a screen, in a bright room, and to colour-blind eyes.

Colours are #RRGGBB in sRGB (IEC 61966-2-1) unless said otherwise.
"""

from itertools import combinations
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

Lab = tuple[float, float, float]
SCREEN = 0.05  # the stray light on a screen that WCAG 2 reckons with; white is 1
BRIGHT_ROOM = 1 / 6  # on a projection of 7:1 between white and black
DIM_ROOM = 1 / 14  # on one of 15:1

SIGHT: dict[str, NDArray[np.float64]] = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""What each eye makes of linear sRGB: Machado, Oliveira and Fernandes 2009, at severity 1."""

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = (0.95047, 1.0, 1.08883)  # D65


def linear(colour: str) -> NDArray[np.float64]:
    """Return red, green and blue in proportion to the light, 0 to 1."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2, 0 for black to 1 for white."""
    return float(linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str, flare: float = SCREEN) -> float:
    """Return the contrast of two colours, with so much stray light on both."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + flare) / (darker + flare)


def difference(one: str, other: str, sight: str = "normal") -> float:
    """Return the CIEDE2000 difference of two colours, to the eyes of one of SIGHT."""
    return ciede2000(_lab(one, sight), _lab(other, sight))


def least_difference(colours: list[str], sight: str = "normal") -> float:
    """Return the difference of the two that are the most alike."""
    return min(difference(a, b, sight) for a, b in combinations(colours, 2))


def _lab(colour: str, sight: str) -> Lab:
    seen = np.clip(SIGHT[sight] @ linear(colour), 0.0, 1.0)
    x, y, z = (
        _cube_root(float(part) / white) for part, white in zip(_TO_XYZ @ seen, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(t: float) -> float:
    """Return what CIELAB puts for the cube root, a straight line near 0."""
    return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29


def ciede2000(one: Lab, other: Lab) -> float:
    """Return the difference of two colours in CIELAB, as in Sharma, Wu and Dalal 2005."""
    (light1, a1, b1), (light2, a2, b2) = one, other
    stretch = 1.5 - 0.5 * _saturation((hypot(a1, b1) + hypot(a2, b2)) / 2)
    chroma1, chroma2 = hypot(stretch * a1, b1), hypot(stretch * a2, b2)
    hue1, hue2 = _hue(stretch * a1, b1), _hue(stretch * a2, b2)
    grey = chroma1 * chroma2 == 0
    turn = 0.0 if grey else (hue2 - hue1 + 180) % 360 - 180
    if turn == -180 and hue2 > hue1:
        turn = 180.0
    lightness, chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    hue = hue1 + hue2 if grey else _mean_hue(hue1, hue2)
    off = (lightness - 50) ** 2
    l_part = (light2 - light1) / (1 + 0.015 * off / sqrt(20 + off))
    c_part = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    h_part = 2 * sqrt(chroma1 * chroma2) * sin(radians(turn / 2))
    h_part /= 1 + 0.015 * chroma * _hue_weight(hue)
    twist = 2 * _saturation(chroma) * sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt(l_part**2 + c_part**2 + h_part**2 - twist * c_part * h_part)


def _saturation(chroma: float) -> float:
    return sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _hue(a: float, b: float) -> float:
    return degrees(atan2(b, a)) % 360


def _mean_hue(one: float, other: float) -> float:
    """Return the hue half-way the short way round."""
    total = one + other
    if abs(one - other) <= 180:
        return total / 2
    return (total + 360) / 2 if total < 360 else (total - 360) / 2


def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
