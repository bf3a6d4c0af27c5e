"""The process that draws with poppler, by its GLib library, as Evince and Atril do.

A program of its own that needs nothing but the standard library: `poppler_process.py GIVEN DRAWN SIZE`, where
GIVEN is a descriptor of the document and DRAWN one of SIZE bytes to draw into. First it says `ready`, or
`absent` where the library is not installed. An order is a line `LENGTH PAGE SIDE START LIKE`: the page (from
1) of the version that is the first LENGTH bytes, its long side SIDE pixels, goes from START on. The answer
is `drawn COLUMNS ROWS` (four bytes a pixel: blue, green, red, unused), `undrawn`, or `same` where the picture
is, to the byte, the one that lies from LIKE on.
"""

import ctypes
import math
import mmap
import sys
from ctypes import c_char_p, c_double, c_int, c_size_t, c_void_p

TYPE_CHECKING = False  # to import `typing` for it takes longer than all else before the libraries
if TYPE_CHECKING:
    from typing import Any

_RGB24 = 1  # cairo_format_t
_LIBRARIES = ("libpoppler-glib.so.8", "libglib-2.0.so.0", "libgobject-2.0.so.0", "libcairo.so.2", None)
_FUNCTIONS: "dict[str, tuple[Any, tuple[Any, ...]]]" = {
    "poppler_document_new_from_bytes": (c_void_p, (c_void_p, c_char_p, c_void_p)),
    "poppler_document_get_page": (c_void_p, (c_void_p, c_int)),
    "poppler_page_get_size": (None, (c_void_p, c_void_p, c_void_p)),
    "poppler_page_render": (None, (c_void_p, c_void_p)),
    "g_bytes_new_static": (c_void_p, (c_void_p, c_size_t)),
    "g_bytes_unref": (None, (c_void_p,)),
    "g_object_unref": (None, (c_void_p,)),
    "cairo_image_surface_create_for_data": (c_void_p, (c_void_p, c_int, c_int, c_int, c_int)),
    "cairo_surface_flush": (None, (c_void_p,)),
    "cairo_surface_status": (c_int, (c_void_p,)),
    "cairo_surface_destroy": (None, (c_void_p,)),
    "cairo_create": (c_void_p, (c_void_p,)),
    "cairo_status": (c_int, (c_void_p,)),
    "cairo_set_source_rgb": (None, (c_void_p, c_double, c_double, c_double)),
    "cairo_paint": (None, (c_void_p,)),
    "cairo_scale": (None, (c_void_p, c_double, c_double)),
    "cairo_destroy": (None, (c_void_p,)),
    "memcmp": (c_int, (c_void_p, c_void_p, c_size_t)),
}


class Library:
    """The functions of poppler, GLib and cairo by their names. Raises OSError where one is missing."""

    def __init__(self) -> None:
        libraries = [ctypes.CDLL(name) for name in _LIBRARIES]
        for name, (result, arguments) in _FUNCTIONS.items():
            function = next((getattr(one, name) for one in libraries if hasattr(one, name)), None)
            if function is None:
                raise OSError(name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> "Any":
        raise AttributeError(name)


class Drawing:
    """Draws pages of one document's versions; keeps the whole document open and the version drawn last."""

    def __init__(self, library: Library, document: int, drawn: int, size: int) -> None:
        given = mmap.mmap(document, 0, access=mmap.ACCESS_COPY)
        self._given, self._size = ctypes.c_char.from_buffer(given), len(given)
        self._room, self._room_size = ctypes.c_char.from_buffer(mmap.mmap(drawn, size)), size
        self._library = library
        self._open: dict[int, tuple[int, int | None]] = {}
        self._drawn: dict[int, tuple[int, int]] = {}  # columns and rows of what lies where

    def answer(self, length: int, page: int, side: int, start: int, like: int) -> str:
        """What an order is answered."""
        self._drawn.pop(start, None)
        size = self._draw(length, page, side, start)
        if size is None:
            return "undrawn"
        self._drawn[start] = size
        if self._drawn.get(like) == size and like != start:
            room = ctypes.addressof(self._room)
            if not self._library.memcmp(room + start, room + like, size[0] * size[1] * 4):
                return "same"
        return f"drawn {size[0]} {size[1]}"

    def _draw(self, length: int, page: int, side: int, start: int) -> tuple[int, int] | None:
        library = self._library
        document = self._document(length)
        found = document and library.poppler_document_get_page(document, page - 1)
        if not found:
            return None
        try:
            width, height = c_double(), c_double()
            library.poppler_page_get_size(found, ctypes.byref(width), ctypes.byref(height))
            longest = max(width.value, height.value)
            if not (min(width.value, height.value) > 0 and math.isfinite(longest)):
                return None
            scale = side / longest
            columns, rows = (max(1, round(length * scale)) for length in (width.value, height.value))
            if start + columns * rows * 4 > self._room_size:
                return None
            drawn = self._render(found, scale, (columns, rows), start)
        finally:
            library.g_object_unref(found)
        return (columns, rows) if drawn else None

    def _render(self, page: int, scale: float, size: tuple[int, int], start: int) -> bool:
        library, (columns, rows) = self._library, size
        room = ctypes.addressof(self._room) + start
        surface = library.cairo_image_surface_create_for_data(room, _RGB24, columns, rows, columns * 4)
        context = library.cairo_create(surface)
        library.cairo_set_source_rgb(context, 1.0, 1.0, 1.0)
        library.cairo_paint(context)
        library.cairo_scale(context, scale, scale)
        library.poppler_page_render(page, context)
        library.cairo_surface_flush(surface)
        fault = library.cairo_status(context) or library.cairo_surface_status(surface)
        library.cairo_destroy(context)
        library.cairo_surface_destroy(surface)
        return not fault

    def _document(self, length: int) -> int | None:
        if length not in self._open:
            for other in [known for known in self._open if known != self._size]:
                self._close(other)
            data = self._library.g_bytes_new_static(ctypes.addressof(self._given), min(length, self._size))
            self._open[length] = data, self._library.poppler_document_new_from_bytes(data, None, None)
        return self._open[length][1]

    def _close(self, length: int) -> None:
        data, document = self._open.pop(length)
        if document:
            self._library.g_object_unref(document)
        self._library.g_bytes_unref(data)


def main() -> int:
    document, drawn, size = map(int, sys.argv[1:])
    try:
        drawing = Drawing(Library(), document, drawn, size)
    except OSError:
        _say("absent")
        return 1
    _say("ready")
    for line in sys.stdin.buffer:
        length, page, side, start, like = map(int, line.split())
        _say(drawing.answer(length, page, side, start, like))
    return 0


def _say(answer: str) -> None:
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
