"""Signed documents that are written otherwise than most: the dictionary of the signature, its field, the
file."""

import asyncio
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from signing.keys.signing_key import SigningKey
from tests.signing import documents
from tests.signing import handwritten as by_hand
from tests.signing.attacks.envelopes import ROOM, KeySigner
from tests.signing.handwritten import Draft, Written
from tests.signing.odd_values import MARK, Make, placed

Change = Callable[[dict[int, bytes]], None]
FIELD, VALUE, FREE = 6, 7, 8  # numbers of the field, of its value, and of what is new


def signed(
    make: Make,
    change: Change = lambda _: None,
    *,
    start: Written | None = None,
    table: by_hand.Table = by_hand.classic,
    written: Callable[[bytes, int], bytes] | None = None,
    end: bytes = by_hand.END,
) -> bytes:
    """A page that is signed, its objects changed before."""
    before = start or by_hand.document()
    objects = by_hand.signing(FIELD, by_hand.base())
    change(objects)
    draft = by_hand.updated(before, objects, table, end=end)
    return placed(draft, make, **({"written": written} if written else {})).data


def replaced(number: int, old: bytes, new: bytes) -> Change:
    def change(objects: dict[int, bytes]) -> None:
        assert old in objects[number]
        objects[number] = objects[number].replace(old, new, 1)

    return change


def all_of(*changes: Change) -> Change:
    def change(objects: dict[int, bytes]) -> None:
        for one in changes:
            one(objects)

    return change


def added(number: int, body: bytes) -> Change:
    return lambda objects: objects.update({number: body})


def dictionaries(make: Make) -> dict[str, bytes]:
    """The dictionary of the signature."""

    def value(old: bytes, new: bytes) -> bytes:
        return signed(make, replaced(VALUE, old, new))

    date, said = by_hand.CLAIMED, by_hand.CLAIMED[3:19]
    return {
        "lower hex": signed(make),
        "upper hex": signed(make, written=lambda v, room: v.hex().upper().encode().ljust(room, b"0")),
        "hex with line ends": signed(make, written=_in_lines),
        "hex with a space at the end": signed(
            make, written=lambda v, room: v.hex().encode().ljust(room - 1, b"0") + b" "
        ),
        "an odd number of digits": signed(
            make, written=lambda v, room: v.hex().encode().ljust(room - 2, b"0") + b"0\n"
        ),
        "spaces behind the value": signed(make, written=lambda v, room: v.hex().encode().ljust(room)),
        "FF behind the value": signed(make, written=lambda v, room: v.hex().encode().ljust(room, b"f")),
        "no date": value(date, b""),
        "a date that is none": value(date, b"/M(hom nay)"),
        "a date without a zone": value(date, b"/M(%s)" % said),
        "a date with a year alone": value(date, b"/M(D:2026)"),
        "a date in UTF-16": value(
            date, b"/M<feff" + f"{said.decode()}Z".encode("utf-16-be").hex().encode() + b">"
        ),
        "no type": value(b"/Type/Sig", b""),
        "an unknown filter": value(b"/Adobe.PPKLite", b"/Viet.KySo"),
        "no filter": value(b"/Filter/Adobe.PPKLite", b""),
        "name, place, reason, contact": value(date, b"/Name(A)/Location(B)/Reason(C)/ContactInfo(D)" + date),
        "a build": value(date, b"/Prop_Build<</App<</Name/Other/REx(1)>>/Filter<</R 1>>>>" + date),
        "an empty list of references": value(date, b"/Reference[]" + date),
        "certificates besides": value(date, b"/Cert(x)" + date),
        "changes of Acrobat": value(date, b"/Changes[1 2 3]" + date),
        "an escaped name": value(b"/SubFilter/ETSI", b"/SubFilter/ETS#49"),
        "an escaped key": value(b"/SubFilter", b"/Sub#46ilter"),
        "an indirect name": signed(
            make,
            all_of(
                replaced(VALUE, b"/Filter/Adobe.PPKLite", b"/Filter 8 0 R"), added(FREE, b"/Adobe.PPKLite")
            ),
        ),
        "indirect numbers": _numbers_apart(make),
        "a range of its own": _range_apart(make),
        "contents before the range": _contents_first(make),
        "a direct dictionary": signed(make, _direct),
    }


def _in_lines(value: bytes, room: int) -> bytes:
    digits = value.hex().encode().ljust(room * 64 // 65, b"0")
    lines = b"\n".join(digits[n : n + 64] for n in range(0, len(digits), 64))
    return lines[:room].ljust(room, b"0" if len(lines) < room else b" ")


def _numbers_apart(make: Make) -> bytes:
    """The first number of the range is an object of its own."""
    objects = by_hand.signing(FIELD, by_hand.base())
    mark = MARK.replace(b"[0 ", b"[8 0 R ")
    objects |= {FREE: b"0", VALUE: objects[VALUE].replace(MARK, mark)}
    return _filled(by_hand.updated(by_hand.document(), objects).data, make, mark)


def _range_apart(make: Make) -> bytes:
    """The range is an object of its own, after the value."""
    apart = MARK.removeprefix(b"/ByteRange ")

    def change(objects: dict[int, bytes]) -> None:
        objects[VALUE] = objects[VALUE].replace(MARK, b"/ByteRange 8 0 R")
        objects[FREE] = apart

    objects = by_hand.signing(FIELD, by_hand.base())
    change(objects)
    return _filled(by_hand.updated(by_hand.document(), objects).data, make, apart)


def _contents_first(make: Make) -> bytes:
    def change(objects: dict[int, bytes]) -> None:
        body = objects[VALUE]
        value = body[body.index(b"/Contents <") : body.index(b">", body.index(b"/Contents <")) + 1]
        objects[VALUE] = body.replace(value, b"").replace(MARK, value + MARK)

    objects = by_hand.signing(FIELD, by_hand.base())
    change(objects)
    return _filled(by_hand.updated(by_hand.document(), objects).data, make, MARK)


def _filled(data: bytes, make: Make, mark: bytes) -> bytes:
    """As handwritten.valued does, wherever the range stands."""
    first = data.index(b"/Contents <") + len(b"/Contents ")
    second = data.index(b">", first) + 1
    zero = b"8 0 R" if b" R" in mark else b"0"
    text = mark[: mark.index(b"[")] + b"[" + zero + b" %d %d %d]" % (first, second, len(data) - second)
    data = data.replace(mark, text.ljust(len(mark)))
    value = make(data[:first] + data[second:]).hex().encode()
    return data[: first + 1] + value.ljust(second - first - 2, b"0") + data[second - 1 :]


def _direct(objects: dict[int, bytes]) -> None:
    objects[FIELD] = objects[FIELD].replace(b"/V 7 0 R", b"/V" + objects.pop(VALUE))


def fields(make: Make) -> dict[str, bytes]:
    """The field of the signature."""

    def field(old: bytes, new: bytes) -> bytes:
        return signed(make, replaced(FIELD, old, new))

    bare = b"<</FT/Sig/T(Signature1)/V 7 0 R>>"
    widget = b"<</Type/Annot/Subtype/Widget/F 132/Rect[0 0 0 0]/P 3 0 R/Parent %d 0 R>>"
    return {
        "a field without a widget": signed(
            make, all_of(added(FIELD, bare), replaced(3, b"/Annots[6 0 R]", b""))
        ),
        "a widget apart": signed(
            make,
            all_of(
                added(FIELD, bare.replace(b">>", b"/Kids[8 0 R]>>")),
                added(FREE, widget % FIELD),
                replaced(3, b"/Annots[6 0 R]", b"/Annots[8 0 R]"),
            ),
        ),
        "two widgets": signed(
            make,
            all_of(
                added(FIELD, bare.replace(b">>", b"/Kids[8 0 R 9 0 R]>>")),
                added(FREE, widget % FIELD),
                added(FREE + 1, widget % FIELD),
                replaced(3, b"/Annots[6 0 R]", b"/Annots[8 0 R 9 0 R]"),
            ),
        ),
        "below another field": signed(
            make,
            all_of(
                replaced(FIELD, b"/T(Signature1)", b"/T(ky)/Parent 8 0 R"),
                added(FREE, b"<</T(trang1)/Kids[6 0 R]>>"),
                replaced(1, b"/Fields[6 0 R]", b"/Fields[8 0 R]"),
            ),
        ),
        "its kind is its parent's": signed(
            make,
            all_of(
                replaced(FIELD, b"/FT/Sig/T(Signature1)", b"/T(ky)/Parent 8 0 R"),
                added(FREE, b"<</FT/Sig/T(trang1)/Kids[6 0 R]>>"),
                replaced(1, b"/Fields[6 0 R]", b"/Fields[8 0 R]"),
            ),
        ),
        "no name": field(b"/T(Signature1)", b""),
        "an empty name": field(b"(Signature1)", b"()"),
        "a name in UTF-16": field(
            b"(Signature1)", b"<feff" + "Chữ ký".encode("utf-16-be").hex().encode() + b">"
        ),
        "a name in UTF-8": field(b"(Signature1)", b"(\xef\xbb\xbf" + "Chữ ký".encode() + b")"),
        "a name with a full stop": field(b"(Signature1)", b"(a.b)"),
        "no page": field(b"/P 3 0 R", b""),
        "flags": field(b"/F 132", b"/F 132/Ff 1"),
        "a lock": field(b"/F 132", b"/F 132/Lock<</Type/SigFieldLock/Action/All>>"),
        "a seed value": field(b"/F 132", b"/F 132/SV<</Type/SV/Ff 0>>"),
        "a null appearance": field(b"/F 132", b"/F 132/AP null/MK null"),
    }


def forms(make: Make) -> dict[str, bytes]:
    """The form that the field is in, and what the catalog says beside."""
    whole = by_hand.field_of(VALUE)
    form = by_hand.signing(FIELD, by_hand.base())[1]
    in_form = form[form.index(b"/AcroForm") + len(b"/AcroForm") : -2]
    return {
        "no flags of the form": signed(make, replaced(1, b"/SigFlags 3", b"")),
        "a form of its own": signed(make, all_of(replaced(1, in_form, b" 8 0 R"), added(FREE, in_form))),
        "a list of its own": signed(
            make, all_of(replaced(1, b"[6 0 R]", b" 8 0 R"), added(FREE, b"[6 0 R]"))
        ),
        "annotations of their own": signed(
            make, all_of(replaced(3, b"[6 0 R]", b" 8 0 R"), added(FREE, b"[6 0 R]"))
        ),
        "XFA besides": signed(
            make,
            all_of(
                replaced(1, b"/SigFlags 3", b"/SigFlags 3/XFA 8 0 R"), added(FREE, by_hand.stream(b"<xdp/>"))
            ),
        ),
        "XFA in parts": signed(
            make,
            all_of(
                replaced(1, b"/SigFlags 3", b"/SigFlags 3/XFA[(preamble)8 0 R]"),
                added(FREE, by_hand.stream(b"<xdp/>")),
            ),
        ),
        "values to be drawn": signed(make, replaced(1, b"/SigFlags 3", b"/SigFlags 3/NeedAppearances true")),
        "an entry that leads nowhere": signed(make, replaced(1, b"/Fields[6 0 R]", b"/Fields[6 0 R 99 0 R]")),
        "a null entry": signed(make, replaced(1, b"/Fields[6 0 R]", b"/Fields[null 6 0 R]")),
        "not in the form": signed(make, replaced(1, b"/Fields[6 0 R]", b"/Fields[]")),
        "two fields, one value": signed(
            make,
            all_of(
                added(FREE, whole.replace(b"(Signature1)", b"(Signature2)")),
                replaced(1, b"/Fields[6 0 R]", b"/Fields[6 0 R 8 0 R]"),
                replaced(3, b"[6 0 R]", b"[6 0 R 8 0 R]"),
            ),
        ),
        "permissions of the catalog": signed(
            make,
            all_of(
                replaced(1, b"/AcroForm", b"/Perms<</DocMDP 7 0 R>>/AcroForm"),
                replaced(
                    VALUE,
                    b"/Contents",
                    b"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams"
                    b"<</Type/TransformParams/V/1.2/P 2>>>>]/Contents",
                ),
            ),
        ),
        "rights of use besides": signed(make, replaced(1, b"/AcroForm", b"/Perms<</UR3 null>>/AcroForm")),
    }


def files(make: Make) -> dict[str, bytes]:
    """The file."""
    returns = by_hand.document(head=b"%PDF-1.4\r%\xe2\xe3\xcf\xd3\r", end=by_hand.END.replace(b"\n", b"\r"))
    return {
        "carriage returns alone": _carriage_returns(make),
        "carriage returns at the ends": signed(make, start=returns, end=by_hand.END.replace(b"\n", b"\r")),
        "no line end at the end": signed(make, end=by_hand.END.removesuffix(b"\n")),
        "places of 8 bytes": signed(make, table=lambda d: by_hand.table_stream(d, (1, 8, 2))),
        "places of 8 bytes, and of generations 4": signed(
            make, table=lambda d: by_hand.table_stream(d, (2, 8, 4))
        ),
        "a table with a stretch that is empty": signed(make, table=_empty_stretch),
        "a table that begins at 1": signed(make, start=by_hand.document(_from_one)),
        "a size that is too small": signed(make, table=lambda d: by_hand.classic(replace(d, size=3))),
        "a size that is too large": signed(make, table=lambda d: by_hand.classic(replace(d, size=900))),
        "no earlier table": _all_anew(make),
        "an earlier table at 0": signed(
            make, start=by_hand.updated(Written(by_hand.HEAD), by_hand.base(), trailer=b"/Prev 0")
        ),
        "identifiers of the file": signed(
            make, start=by_hand.updated(Written(by_hand.HEAD), by_hand.base(), trailer=b"/ID[<00><01>]")
        ),
        "comments in the trailer": signed(
            make, table=lambda d: by_hand.classic(replace(d, trailer=d.trailer + b"%chu thich\n"))
        ),
        "PDF 2.0": signed(make, start=by_hand.document(head=b"%PDF-2.0\n%\xe2\xe3\xcf\xd3\n")),
        "PDF 1.0": signed(make, start=by_hand.document(head=b"%PDF-1.0\n")),
        "PDF 1.9": signed(make, start=by_hand.document(head=b"%PDF-1.9\n")),
        "a header with words behind": signed(make, start=by_hand.document(head=b"%PDF-1.6 by hand\n")),
        "a newer version in the catalog": signed(
            make, replaced(1, b"/Type/Catalog", b"/Type/Catalog/Version/2.0")
        ),
        "a table a little after its place": _shifted(make, 1),
        "a table a little before its place": _shifted(make, -1),
        "no table": _no_table(make),
        "an object without its end": signed(make, lambda o: o.update({FREE: b"<</A 1>>\n%"})),
        "linearised and signed in one": linearised(make, streams=False),
        "linearised with streams and signed in one": linearised(make, streams=True),
    }


def _carriage_returns(make: Make) -> bytes:
    """The whole file but for the content of its streams."""
    objects = by_hand.base() | by_hand.signing(FIELD, by_hand.base())
    data, places = b"%PDF-1.4\r", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\r%s\rendobj\r" % (number, body.replace(b"stream\n", b"stream\r\n"))
    rows = b"".join(b"%010d 00000 n\r\n" % places[n] for n in sorted(places))
    table = b"xref\r0 8\r0000000000 65535 f\r\n%strailer\r<</Root 1 0 R/Size 8>>\r" % rows
    end = b"startxref\r%d\r%%%%EOF\r" % len(data)
    return placed(Written(data + table + end), make).data


def _from_one(draft: Draft) -> bytes:
    """Some count the free object, which is always the first, as number one: a known fault of old writers."""
    return by_hand.classic(draft).replace(b"xref\n0 6\n", b"xref\n1 6\n")


def _empty_stretch(draft: Draft) -> bytes:
    return by_hand.classic(draft).replace(b"xref\n", b"xref\n0 0\n")


def _all_anew(make: Make) -> bytes:
    return placed(
        by_hand.updated(Written(by_hand.HEAD), by_hand.base() | by_hand.signing(FIELD, by_hand.base())), make
    ).data


def _shifted(make: Make, by: int) -> bytes:
    """startxref is off by so many bytes."""
    objects = by_hand.signing(FIELD, by_hand.base())
    draft = by_hand.updated(by_hand.document(), objects)
    told = b"startxref\n%d\n" % draft.table
    moved = b"startxref\n%d\n" % (draft.table - by)
    head, _, tail = draft.data.rpartition(told)
    return placed(replace(draft, data=head + moved + tail), make).data


def _no_table(make: Make) -> bytes:
    """All objects, a trailer and nothing that tells their places."""
    draft = by_hand.updated(Written(by_hand.HEAD), by_hand.base() | by_hand.signing(FIELD, by_hand.base()))
    data = re.sub(rb"xref\n.*trailer", b"trailer", draft.data, flags=re.DOTALL)
    return placed(replace(draft, data=data), make).data


def linearised(make: Make, *, streams: bool) -> bytes:
    """Written for the web by qpdf with the room for a signature in it, and signed there."""
    with pikepdf.open(io.BytesIO(documents.paper(2, compliance=None))) as pdf:
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig))
        value.Filter = pikepdf.Name("/Adobe.PPKLite")
        value.SubFilter = pikepdf.Name("/ETSI.CAdES.detached")
        value.ByteRange = pikepdf.Array([0, 1111111111, 1111111111, 1111111111])
        value.Contents = pikepdf.String(bytes(by_hand.ROOM // 2))
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T="Signature1",
            F=132,
            Rect=[0, 0, 0, 0],
            P=pdf.pages[0].obj,
            V=value,
        )
        field = pdf.make_indirect(field)
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)
        target = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate if streams else pikepdf.ObjectStreamMode.disable
        pdf.save(target, linearize=True, object_stream_mode=mode)
    data = target.getvalue()
    mark = next(re.finditer(rb"/ByteRange \[[ 0-9]+\]", data))[0]
    return _filled(data, make, mark)


# --- encrypted


ENCRYPTIONS = {
    "RC4, 40 bits": pikepdf.Encryption(owner="owner", user="", R=2, aes=False, metadata=False),
    "RC4, 128 bits": pikepdf.Encryption(owner="owner", user="", R=3, aes=False, metadata=False),
    "AES, 128 bits": pikepdf.Encryption(owner="owner", user="", R=4, aes=True),
    "AES, 256 bits": pikepdf.Encryption(owner="owner", user="", R=6, aes=True),
    "AES, 256 bits, metadata plain": pikepdf.Encryption(
        owner="owner", user="", R=6, aes=True, metadata=False
    ),
}


def encrypted(key: SigningKey, how: pikepdf.Encryption, password: str = "", times: int = 1) -> bytes:
    """A document that was encrypted and then signed."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(documents.paper(1, compliance=None))) as pdf:
        pdf.save(target, encryption=how)
    data = target.getvalue()
    for number in range(times):
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        writer.encrypt(password.encode())
        metadata = PdfSignatureMetadata(
            field_name=f"Signature{number + 1}", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        target = io.BytesIO()
        signer = PdfSigner(metadata, KeySigner(key))
        asyncio.run(signer.async_sign_pdf(writer, output=target, bytes_reserved=ROOM))
        data = target.getvalue()
    return data


def again(data: bytes, key: SigningKey) -> bytes:
    """The document with a second signature after it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    metadata = PdfSignatureMetadata(
        field_name="Signature9", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    target = io.BytesIO()
    signer = PdfSigner(metadata, KeySigner(key))
    asyncio.run(signer.async_sign_pdf(writer, output=target, bytes_reserved=ROOM))
    return target.getvalue()
