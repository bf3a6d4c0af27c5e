"""What mail rooms stamp, told from what the boxes of a form hold, which may look like stamps."""

from collections.abc import Sequence

from ocr.language.writing import fold_letters
from ocr.recognition import Region, Word

SURE = 0.6  # the confidence of a frame alone; above it a stamp needs no words to be one
#: Words of a stamp's title, `CÔNG VĂN ĐẾN` or `CV ĐẾN`. The first two alone tell a stamp.
TITLES = ("den", "cv", "cong", "van")
#: How its labels begin: `Số`, `Ngày`, `Chuyển`.
LABELS = ("so", "ngay", "chuy")
#: What else is stamped on papers: how urgent and how secret they are, and that a copy is true.
_OTHERS = ("hoatoc", "thuongkhan", "khan", "mat", "toimat", "tuyetmat", "saoy", "chungthuc", "banchinh")


def is_stamped(region: Region, words: Sequence[Word]) -> bool:
    """Whether the words within a stamp are no part of the paper: its ink is coloured, or they say so. A frame
    in black may be a box of a form, in which its number or a name stands."""
    if region.confidence > SURE:
        return True
    said = [fold_letters(word.text) for word in words]
    labels = {text[:2] for text in said if text.startswith(LABELS)}
    other = "".join(said).startswith(_OTHERS)
    return other or len(labels) > 1 or any(text in TITLES[:2] for text in said) or "congvan" in "".join(said)
