"""What the programs that make weights of networks of others share: command line, and the page beside them."""

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

from onnxruntime.quantization import CalibrationDataReader

from ocr.readers.onnx_model import WeightsFile
from ocr.training.fonts import FOLDERS, find_fonts
from ocr.training.originals import PackagedFile
from ocr.training.quantising import Calibration, CalibrationLines

Quantise = Callable[[bytes, CalibrationDataReader], bytes]


def make(
    weights: WeightsFile, original: PackagedFile, quantised: Quantise, calibration: Calibration, text: str
) -> None:
    """Writes the weights, and `text` with their figures as the page about them. Raises OriginalMissing."""
    parser = argparse.ArgumentParser(description=f"Makes {weights.path.name} of the model in its wheel.")
    parser.add_argument("--fonts", type=Path, nargs="+", default=list(FOLDERS))
    parser.add_argument("--out", type=Path, default=weights.path.parent)
    told = parser.parse_args()
    content = quantised(original.content(), CalibrationLines(find_fonts(told.fonts), calibration))
    told.out.mkdir(parents=True, exist_ok=True)
    file: Path = told.out / weights.path.name
    file.write_bytes(content)
    file.with_suffix(".md").write_text(page(text, content, original, calibration), encoding="utf-8")
    print(f"{len(content):,} bytes; the reader must know them: {hashlib.sha256(content).hexdigest()}")


def page(text: str, content: bytes, original: PackagedFile, calibration: Calibration) -> str:
    """What the weights are, in Markdown, with the licence that they came under."""
    return text.format(
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        file=original.file,
        distribution=original.distribution,
        version=original.version,
        original=original.sha256,
        pictures=calibration.pictures,
        seed=calibration.seed,
    )
