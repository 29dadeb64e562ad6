"""Python code as rich text in the theme's colours. Pygments finds the tokens."""

import html
import re
from functools import lru_cache

from pygments.lexers import PythonLexer
from pygments.token import Keyword, Name, Number, Operator, _TokenType

from gradlab.qt.theme import Theme


@lru_cache(maxsize=256)
def highlight(code: str, theme: Theme | None, marked: str = "") -> str:
    """Return `code` as HTML for a label, to the letter; without a theme in one colour.

    The lines that give the name `marked` a value are underlaid and bold, in one colour: the others
    are too faint on that ground.
    """
    colours = {}
    if theme is not None:
        colours = {
            Keyword: theme.keyword,
            Number: theme.number,
            Name.Builtin: theme.builtin,
            Operator: theme.muted,
        }
    spans = []
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(code):
        colour = _colour(kind, colours)
        escaped = html.escape(text)
        spans.append(f'<span style="color:{colour}">{escaped}</span>' if colour else escaped)
    lines = "<br>".join(
        _underlaid(line, plain, theme, marked)
        for line, plain in zip("".join(spans).split("\n"), code.split("\n"), strict=True)
    )
    return f'<span style="white-space:pre-wrap">{lines}</span>'


def _underlaid(line: str, plain: str, theme: Theme | None, marked: str) -> str:
    makes = marked and re.match(rf"\s*{re.escape(marked)}(\.data)?\s*(=|-=)", plain)
    if theme is None or not makes:
        return line
    style = f"background:{theme.mark}; color:{theme.text}; font-weight:700"
    return f'<span style="{style}">{html.escape(plain)}</span>'


def _colour(kind: _TokenType, colours: dict[_TokenType, str]) -> str:
    return next((colour for group, colour in colours.items() if kind in group), "")
