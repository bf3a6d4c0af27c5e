"""From any upload to page pictures with their true dpi, within limits."""

from pathlib import Path

from ocr.limits import Limits, empty, not_a_document, too_large, too_many_pages
from ocr.picture import Picture
from ocr.recognition import Inspection, Notice
from ocr.sources import image_source, pdf_header, pdf_source


def inspect(source: Path, limits: Limits) -> Inspection:
    """What the file is. Raises Refusal for what cannot be read or is over a limit."""
    size = source.stat().st_size
    if size == 0:
        raise empty()
    if size > limits.file_bytes:
        raise too_large(size, limits.file_bytes)
    found = pdf_source.inspect(source) if is_pdf(source) else _inspect_image(source)
    if found.pages > limits.pages:
        raise too_many_pages(found.pages, limits.pages)
    return found


def picture(source: Path, number: int, limits: Limits) -> Picture:
    """Page `number` (from 1) as the file shows it. Raises Refusal."""
    if is_pdf(source):
        return pdf_source.picture(source, number, limits)
    return image_source.picture(source, number, limits)


def digitally_signed(source: Path) -> bool:
    """Whether the file is a PDF with a signature, which must never be rewritten."""
    return is_pdf(source) and pdf_source.signed(source)


def notices(source: Path) -> tuple[Notice, ...]:
    """What a person should know of the file as a whole."""
    return pdf_source.notices(source) if is_pdf(source) else image_source.notices(source)


def is_pdf(source: Path) -> bool:
    with source.open("rb") as file:
        return pdf_header.may_be_pdf(file.read(pdf_header.HEAD_BYTES))


def _inspect_image(source: Path) -> Inspection:
    with image_source.opened(source) as image:
        width, height = image.size
        if width < 1 or height < 1:
            raise not_a_document()
        return Inspection(image_source.media_type(image), len(image_source.count(image)), False)
