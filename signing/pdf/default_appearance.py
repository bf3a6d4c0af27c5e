"""How programs are told to draw a field of a form anew (`/DA`, ISO 32000-1, 12.7.3.3)."""

import re

OPERATORS = re.compile(r"((?:[-+]?(?:\d+\.?\d*|\.\d+)\s+)*)(Tf|Tr|rg|g|k)(?![^\s/\[(<])")
LEAST, MOST = 2, 300  # points of a letter; 0 is the size that fits
UNSEEN = (3, 7)  # ways of drawing letters that leave no trace (table 106)
WHITE = 0.9  # as light as this, from 0 to 1


def shows_nothing(said: bytes) -> bool:
    """White letters, ones of hardly any size or far too large for a field, or none that are drawn."""
    for written, operator in OPERATORS.findall(said.decode("latin-1")):
        values = [float(number) for number in written.split()]
        if values and _hides(operator, values):
            return True
    return False


def _hides(operator: str, values: list[float]) -> bool:
    if operator == "Tf":
        return 0 < abs(values[-1]) < LEAST or abs(values[-1]) > MOST
    if operator == "Tr":
        return values[-1] in UNSEEN
    lightness = 1 - max(values[-4:]) if operator == "k" else min(values[-3:])
    return lightness > WHITE
