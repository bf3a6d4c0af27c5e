"""Numbers of persons, hidden in lists and on public pages but for what tells two apart (0010••••••45)."""

import re

#: A personal identification number has 12 digits, the older identity card 9 (Decree 05/1999, Law 26/2023).
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(\d{12}|\d{9})(?!\d)")


def masked(text: str) -> str:
    """The text with the middle of every number that has the length of a personal number hidden."""
    return _PERSONAL_NUMBER.sub(lambda m: m[0][:4] + "•" * (len(m[0]) - 6) + m[0][-2:], text)
