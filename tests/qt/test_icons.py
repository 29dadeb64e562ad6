"""The icons: every drawing is there, in the colour asked for, and sharp."""

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage

from gradlab.qt import resources
from gradlab.qt.icons import APP_SIZES, NAMES, app_icon, icon
from gradlab.qt.theme import THEMES

FILES = sorted(resources.path("icons").glob("*.svg"))
RED = (0xB8, 0x4A, 0x00)
SVG = "{http://www.w3.org/2000/svg}"


def image(shown: QIcon, size: int, ratio: float = 1.0) -> QImage:
    pixmap = shown.pixmap(QSize(size, size), ratio)
    assert pixmap.size() == QSize(round(size * ratio), round(size * ratio))
    return pixmap.toImage().convertToFormat(QImage.Format.Format_RGBA8888)


def pixels(shown: QImage) -> list[tuple[int, int, int, int]]:
    """Return red, green, blue and how opaque it is, of each pixel."""
    raw = bytes(shown.constBits())
    return [(raw[i], raw[i + 1], raw[i + 2], raw[i + 3]) for i in range(0, len(raw), 4)]


def is_near(one: tuple[int, int, int], other: tuple[int, int, int], most: int) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def test_that_every_file_is_a_drawing_and_every_icon_has_a_file() -> None:
    stems = {file.stem for file in FILES}
    of_the_style_sheet = {stem for stem in stems if stem.rpartition("-")[2] in THEMES}
    assert stems - of_the_style_sheet == {*NAMES, "gradlab"}
    assert len(NAMES) == len(set(NAMES))
    for file in FILES:
        assert ET.parse(file).getroot().tag == f"{SVG}svg"


@pytest.mark.parametrize("name", NAMES)
def test_that_an_icon_has_no_colour_of_its_own(name: str) -> None:
    root = ET.parse(resources.path("icons") / f"{name}.svg").getroot()
    assert root.attrib == {"viewBox": "0 0 24 24"}
    paints = {each.get(key) for each in root.iter() for key in ("fill", "stroke")}
    assert paints <= {None, "none", "currentColor"}
    for each in root:
        assert {each.get("fill"), each.get("stroke")} & {"currentColor"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [16, 48])
def test_that_an_icon_is_painted_in_the_colour_asked_for_and_in_no_other(
    name: str, size: int
) -> None:
    painted = [rgba for rgba in pixels(image(icon(name, "#B84A00", size), size)) if rgba[3]]
    clear = [rgba[:3] for rgba in painted if rgba[3] >= 128]  # of fainter ones, little is left
    assert len(clear) >= size
    assert all(is_near(rgb, RED, 2) for rgb in clear)
    assert len(painted) < 0.7 * size**2


@pytest.mark.parametrize("name", NAMES)
def test_that_no_icon_touches_its_edge(name: str) -> None:
    """Where it does, some of it may be cut off."""
    shown = image(icon(name, "#000000", 48), 48)
    for i in range(48):
        ends = ((i, 0), (i, 47), (0, i), (47, i))
        assert [shown.pixelColor(x, y).alpha() for x, y in ends] == [0, 0, 0, 0]


def test_that_icons_can_be_told_apart() -> None:
    """A twentieth of the pixels of the smallest size differ clearly, for any two."""
    shown = {name: pixels(image(icon(name, "#000000", 16), 16)) for name in NAMES}
    for one, other in combinations(NAMES, 2):
        pairs = zip(shown[one], shown[other], strict=True)
        different = sum(abs(a[3] - b[3]) > 100 for a, b in pairs)
        assert different >= 16 * 16 / 20, (one, other)


@pytest.mark.parametrize("ratio", [2.0, 3.0])
def test_that_an_icon_is_drawn_anew_on_a_finer_screen(ratio: float) -> None:
    size = round(16 * ratio)
    fine = image(icon("redo", "#000000", 16), 16, ratio)
    assert pixels(fine) == pixels(image(icon("redo", "#000000", size), size))


def test_that_an_unknown_icon_is_refused_with_the_names_there_are() -> None:
    for name in ("bcak", "gradlab", "down-light", "../icons/back"):
        with pytest.raises(KeyError, match=f"no icon '{name}', but back, redo"):
            icon(name, "#000000")


@pytest.mark.parametrize("colour", ["", "currentColor", '#000"/><script/>'])
def test_that_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="is no colour"):
        icon("back", colour)


@pytest.mark.parametrize("size", [size for size in APP_SIZES if size <= 128])
def test_that_the_programs_icon_has_its_ground_line_and_arrow_in_small_sizes_too(size: int) -> None:
    shown = app_icon()
    assert QSize(size, size) in shown.availableSizes()
    opaque = [rgba[:3] for rgba in pixels(image(shown, size)) if rgba[3] == 255]
    assert len(opaque) > 0.7 * size**2  # so it looks the same on any ground
    for colour in ((0x1F, 0x4F, 0xD8), (0xFF, 0xFF, 0xFF), (0xFF, 0xB3, 0x47)):
        near = [each for each in opaque if is_near(each, colour, 40)]
        assert len(near) >= 0.02 * size**2


def test_that_the_programs_icon_comes_in_the_sizes_of_desktops() -> None:
    assert {size.width() for size in app_icon().availableSizes()} >= {16, 32, 48, 256, 512}
