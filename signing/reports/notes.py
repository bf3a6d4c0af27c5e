"""The statements of notes.toml, filled in."""

import tomllib
from functools import cache
from pathlib import Path

from signing.reports.plain_text import shown
from signing.reports.report import Note, Text


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every statement by its code, in both languages."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def note(code: str, **values: object) -> Note:
    """The statement of this code, with its values filled in; these may come from a file."""
    text = texts()[code]
    values = {key: shown(value) if isinstance(value, str) else value for key, value in values.items()}
    return Note(code, Text(text["vi"].format(**values), text["en"].format(**values)))
