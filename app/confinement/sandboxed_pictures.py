"""The port that makes page images small; every picture is opened in a confined child."""

from pathlib import Path

from app.confinement.benches import Benches, Seat
from app.confinement.children import ChildFailed
from app.document_ports import ReadingFailed
from ocr.limits import Refusal

_MADE = "small.jpg"


class SandboxedPictures:
    """The port PagePictures. `seconds`: for a picture."""

    def __init__(self, benches: Benches, seconds: float) -> None:
        self._benches = benches
        self._seconds = seconds

    def shrink(self, picture: Path, target: Path) -> None:
        def made(seat: Seat, left: float) -> None:
            seat.child.ask("shrink", {"target": _MADE}, left)
            seat.take(_MADE, target)

        try:
            self._benches.ordered(picture, self._seconds, made)
        except (ChildFailed, Refusal) as error:
            raise ReadingFailed(f"a page image was not made small: {error}") from error
        finally:
            self._benches.clear(picture, wait=False)
