"""What the pages say, in both languages: `texts.toml` has them beside each other."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class UnknownText(LookupError):
    """A page asks for a text that texts.toml does not have."""


@cache
def texts() -> Mapping[str, Mapping[Language, str]]:
    """Every text by its key."""
    source = resources.files(__package__).joinpath("texts.toml").read_text(encoding="utf-8")
    return {
        f"{group}.{name}": text
        for group, table in tomllib.loads(source).items()
        for name, text in table.items()
    }


def text(key: str, language: Language, **values: object) -> str:
    """The text of a key with its values filled in. Raises UnknownText."""
    try:
        said = texts()[key][language]
        # without values a text is given as it stands, for scripts that fill it in
        return said.format(**values) if values else said
    except KeyError as error:
        raise UnknownText(f"{key} ({language}) in texts.toml: {error}") from error
