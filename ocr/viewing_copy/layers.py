"""What the page of a PDF is drawn of."""

from dataclasses import dataclass

from ocr.recognition import Box


@dataclass(frozen=True, slots=True)
class Layer:
    """One picture of a page as a PDF holds it, drawn over the layers before it.

    `place` is in pixels of the page. `coding` is "jpeg", "g4" or "png" (its rows); `deflated` says that it
    was compressed once more, which a reader undoes first. With `ink` (grey or red, green, blue, 0..255) it is
    a stencil: ink where the G4 picture is black, nothing elsewhere.
    """

    data: bytes
    width: int
    height: int
    coding: str
    grey: bool
    place: Box
    deflated: bool = False
    ink: tuple[int, ...] | None = None
