"""The measures that the colours are held against, themselves held against published numbers."""

import pytest

from tests.qt.colour_science import (
    BRIGHT_ROOM,
    DIM_ROOM,
    SCREEN,
    Lab,
    ciede2000,
    contrast,
    difference,
    least_difference,
)

# Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", 2005, table 1: two colours in
# CIELAB and their difference. The hues of 9 to 15 lie opposite each other, give or take a little.
PAIRS = (
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, 2.8361, -74.0200), (50.0, 0.0, -82.7485), 3.4412),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, -1.1848, -84.8006), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, -0.9009, -85.5211), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0010), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0011), 7.2195),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0012), 7.2195),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0010, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0011, -2.4900), 4.7461),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((50.0, 2.5, 0.0), (50.0, 3.1736, 0.5854), 1.0000),
    ((50.0, 2.5, 0.0), (50.0, 3.2972, 0.0), 1.0000),
    ((50.0, 2.5, 0.0), (50.0, 1.8634, 0.5757), 1.0000),
    ((50.0, 2.5, 0.0), (50.0, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_that_the_difference_is_that_of_the_published_pairs(
    one: Lab, other: Lab, expected: float
) -> None:
    assert ciede2000(one, other) == pytest.approx(expected, abs=5e-5)
    assert ciede2000(other, one) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#FFFFFF", (21, 15, 7.0)),
        ("#0072B2", "#FFFFFF", (5.19, 4.78, 3.66)),
        ("#D55E00", "#FFFFFF", (3.87, 3.66, 3.01)),
        ("#009E73", "#FFFFFF", (3.42, 3.26, 2.75)),
        ("#CC79A7", "#FFFFFF", (3.06, 2.94, 2.54)),
        ("#0072B2", "#1E1E1E", (3.21, 2.65, 1.78)),
        ("#FFFFFF", "#1E1E1E", (16.7, 12.7, 6.5)),
    ],
)
def test_that_contrast_falls_with_the_light_in_the_room(
    one: str, other: str, expected: tuple[float, float, float]
) -> None:
    measured = [contrast(one, other, flare) for flare in (SCREEN, DIM_ROOM, BRIGHT_ROOM)]
    assert measured == pytest.approx(expected, rel=0.011)


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ("#0072B2 #D55E00 #009E73 #000000", (38, 18, 20, 12)),  # Okabe and Ito, for light grounds
        ("#56B4E9 #E69F00 #F0E442 #CC79A7", (22, 14, 12, 11)),  # and for dark ones
        ("#004488 #DDAA33 #BB5566", (39, 26, 25, 21)),  # Tol's high contrast
        ("#648FFF #785EF0 #DC267F #FE6100 #FFB000", (17, 11, 9, 7)),  # IBM's
        ("#1F77B4 #FF7F0E #2CA02C #D62728", (27, 1.3, 4.6, 12)),  # matplotlib's first four
        ("#FF0000 #008000", (72, 7.7, 16, 61)),  # the red and green of web pages
    ],
    ids=["okabe-ito", "okabe-ito dark", "tol", "ibm", "tab10", "red and green"],
)
def test_that_known_palettes_have_their_known_differences(
    colours: str, expected: tuple[float, ...]
) -> None:
    sights = ("normal", "protan", "deutan", "tritan")
    measured = [least_difference(colours.split(), sight) for sight in sights]
    assert measured == pytest.approx(expected, abs=0.55)


def test_that_a_colour_does_not_differ_from_itself() -> None:
    assert difference("#1F4FD8", "#1F4FD8", "deutan") == 0
