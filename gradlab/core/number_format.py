"""Numbers as a person reads them: the lesson's four decimals, a true minus sign, words for nan."""

import math

MINUS = "\u2212"


def format_number(value: float | None, decimals: int = 4) -> str:
    """Return `value` as text of about `decimals` decimals; None is "None", as PyTorch prints it.

    Zero is "0". Where fixed decimals would hide the number (under 0.001 or from a million on),
    it is written with an exponent. Negative numbers get the minus sign, not the hyphen.
    """
    if value is None:
        return "None"
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else f"{MINUS}inf"
    if value == 0:
        return "0"
    fixed = 10.0 ** (1 - decimals) <= abs(value) < 1e6
    text = f"{value:.{decimals}f}" if fixed else f"{value:.{decimals - 1}e}"
    return text.replace("-", MINUS)
