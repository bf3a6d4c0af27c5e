"""Incremental updates: what is added to a document after its last byte."""

from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.pdf.parsing import PARSE_ERRORS


class Update(IncrementalPdfFileWriter):
    """The next update of a document, which is given opened to be read and written. Raises PARSE_ERRORS."""

    def __init__(self, document: BinaryIO) -> None:
        super().__init__(document, strict=False)

    def _update_meta(self) -> None:
        """The time of the last change goes into the metadata where these are XML; what some programs write
        is none, and stays as it is: it is no part of what anybody sees."""
        try:
            super()._update_meta()  # type: ignore[no-untyped-call]
        except PARSE_ERRORS:
            return
