"""Numbers of persons, hidden in lists and on public pages but for what tells two apart (0010••••••45)."""

import re
from collections.abc import Mapping
from typing import Any

#: A personal identification number has 12 digits, the older identity card 9 (Decree 05/1999, Law 26/2023).
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(\d{12}|\d{9})(?!\d)")


#: What is a number by design, and needed whole.
_WHOLE = frozenset({"sha256", "serial", "question"})


def masked_values(value: Any) -> Any:
    """JSON with the personal numbers hidden in all texts but digests and the like."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: one if key in _WHOLE else masked_values(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked_values(one) for one in value]
    return value


def masked(text: str) -> str:
    """The text with the middle of every number that has the length of a personal number hidden."""
    return _PERSONAL_NUMBER.sub(lambda m: m[0][:4] + "•" * (len(m[0]) - 6) + m[0][-2:], text)
