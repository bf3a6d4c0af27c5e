"""What the files of other makers do that is no change, and what looks alike and is one.

The causes were found on files that other verifiers publish as their tests; each is written anew by hand.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.validation import validate
from tests import judges
from tests.signing import handwritten as by_hand
from tests.signing import odd_keys, odd_times, odd_values
from tests.signing.attacks.catalogue import instead, prepared
from tests.signing.attacks.tables import last
from tests.signing.conftest import NOW, MakeKey
from tests.signing.handwritten import Objects, Written
from tests.signing.odd_kinds import Makers
from tests.signing.odd_values import Make, Value, placed
from tests.signing.test_odd_files import report_on

Judge = Callable[[bytes], tuple[str, set[str]]]


@pytest.fixture
def judge(tmp_path: Path, trust: Path) -> Judge:
    """The verdict, and the codes of all that is said."""

    def verdict(data: bytes) -> tuple[str, set[str]]:
        report = report_on(data, tmp_path, trust)
        told = [*report.changes]
        for signature in report.signatures:
            told += [*signature.warnings, *([signature.reason] if signature.reason else [])]
        return report.verdict, {one.code for one in told}

    return verdict


def twice(key: SigningKey, held: Objects, value: bytes = b"", **changes: bytes) -> bytes:
    """A document with this value, signed again beside changes of its objects (`o3`)."""
    document = by_hand.updated(Written(by_hand.HEAD), held)
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held, value=value)))
    later = dict(held) | {int(name[1:]): body for name, body in changes.items()}
    objects = by_hand.signing(once.size, later, [document.size])
    objects |= {int(name[1:]): body for name, body in changes.items() if name not in ("o1", "o3")}
    return by_hand.signed(key, by_hand.updated(once, objects)).data


SPEAKS_OF = (
    b"/Reference[<</Type/SigRef/TransformMethod/FieldMDP/TransformParams"
    b"<</Type/TransformParams/V/1.2/Action/Include/Fields[(khac)]>>/Data %d 0 R>>]"
)


def test_a_signature_may_name_the_document_that_it_speaks_of(key: SigningKey, judge: Judge) -> None:
    """The catalog, which changes with the next signature, is no part of the first one."""
    assert judge(twice(key, by_hand.base(), SPEAKS_OF % 1))[0] == "valid"


def test_a_signature_may_not_speak_of_another_document_later(key: SigningKey, judge: Judge) -> None:
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base(), value=SPEAKS_OF % 1)
    once = by_hand.signed(key, by_hand.updated(document, objects))
    number = document.size + 1
    body = last(once.data, number).replace(b"/Data 1 0 R", b"/Data 2 0 R")
    assert judge(by_hand.updated(once, {number: body}).data)[0] == "invalid"


@pytest.mark.parametrize(
    ("box", "verdict"),
    [(b"[0.0 0.00 595.000 842.]", "valid"), (b"[0 0 595 841]", "invalid"), (b"[0 0 595 (842)]", "invalid")],
)
def test_the_edges_of_a_page_are_numbers(box: bytes, verdict: str, key: SigningKey, judge: Judge) -> None:
    page = by_hand.base()[3].replace(b"[0 0 595 842]", box)
    found, codes = judge(twice(key, by_hand.base(), o3=page))
    assert found == verdict
    assert ("content-changed" in codes) == (verdict == "invalid")


# --- rights of a program

RIGHTS = b"/Reference[<</Type/SigRef/TransformMethod/UR3/TransformParams<</Type/TransformParams/V/2.2>>>>]"


def with_rights(key: SigningKey, rights: bytes = RIGHTS) -> Written:
    """A form that lets a free reader save it: a signature in the permissions of the document."""
    held = by_hand.base(b"/Perms<</UR3 6 0 R>>") | {6: by_hand.signature(more=rights)}
    return by_hand.signed(key, by_hand.updated(Written(by_hand.HEAD), held))


def test_what_gives_rights_to_a_program_is_nobodys_signature(key: SigningKey, judge: Judge) -> None:
    form = with_rights(key)
    assert judge(form.data)[0] == "unsigned"
    changed = by_hand.updated(form, {4: by_hand.stream(b"0 0 90 90 re f")})
    assert judge(changed.data)[0] == "unsigned"
    held = by_hand.base(b"/Perms<</UR3 6 0 R>>")
    assert (
        judge(by_hand.signed(key, by_hand.updated(form, by_hand.signing(form.size, held))).data)[0] == "valid"
    )
    taken = by_hand.updated(form, {1: by_hand.base()[1]})
    assert (
        judge(by_hand.signed(key, by_hand.updated(taken, by_hand.signing(taken.size, by_hand.base()))).data)[
            0
        ]
        == "valid"
    )


def _packed_rights() -> tuple[Objects, frozenset[int]]:
    return by_hand.base(b"/Perms<</UR3 6 0 R>>") | {6: by_hand.signature(more=RIGHTS)}, frozenset({1})


def _packed_permissions() -> tuple[Objects, frozenset[int]]:
    held = by_hand.base(b"/Perms 9 0 R") | {6: by_hand.signature(more=RIGHTS), 9: b"<</UR3 6 0 R>>"}
    return held, frozenset({1, 9})


def _packed_signature() -> tuple[Objects, frozenset[int]]:
    """What cannot be packed, because it is written when all else is, stands under numbers of its own."""
    body = by_hand.signature(more=RIGHTS)
    value = b"<%s>" % (b"0" * by_hand.ROOM)
    packed = body.replace(by_hand.NUMBERS, b"7 0 R").replace(value, b"8 0 R")
    held = by_hand.base(b"/Perms<</UR3 6 0 R>>") | {6: packed, 7: by_hand.NUMBERS, 8: value}
    return held, frozenset({1, 6})


def _numbered_name() -> tuple[Objects, frozenset[int]]:
    rights = RIGHTS.replace(b"/UR3", b"/#55R3")
    return by_hand.base(b"/Perms<</#55#52#33 6 0 R>>") | {6: by_hand.signature(more=rights)}, frozenset()


@pytest.mark.parametrize("rights", [_packed_rights, _packed_permissions, _packed_signature, _numbered_name])
def test_rights_are_found_however_they_are_packed(
    rights: Callable[[], tuple[Objects, frozenset[int]]], key: SigningKey, judge: Judge, tmp_path: Path
) -> None:
    held, pack = rights()
    table = by_hand.table_stream if pack else by_hand.classic
    form = by_hand.signed(key, by_hand.updated(Written(by_hand.HEAD), held, table, pack=pack))
    (path := tmp_path / "rights.pdf").write_bytes(form.data)
    assert judges.pdfsig(path) == []
    assert judge(form.data) == ("unsigned", set())
    signed = by_hand.signed(key, by_hand.updated(form, by_hand.signing(form.size, held), table))
    assert judge(signed.data)[0] == "valid"
    without = {n: body for n, body in by_hand.base().items() if n in (1, 3)}
    taken = by_hand.updated(form, without, table)
    assert judge(taken.data) == ("unsigned", set())


def test_a_signature_that_became_a_right_was_taken_out(key: SigningKey, judge: Judge) -> None:
    document = by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base())))
    perms = by_hand.base(b"/Perms<</UR3 %d 0 R>>" % (document.size + 1))
    moved = by_hand.updated(once, {1: perms[1], 3: perms[3]})
    assert judge(moved.data) == ("invalid", {"signature-removed"})


# --- resources of the form

MARK = b"/Type/XObject/Subtype/Form/BBox[0 0 90 20]"
LENT = b"/DR<</Font<</Helv 5 0 R>>/XObject<</FRM 52 0 R>>>>"
VIEW = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(o)/F 4/Rect[300 200 390 220]/P 3 0 R/AP<</N 51 0 R>>>>"


def lending(key: SigningKey, own: bytes, kind: bytes = b"/N 51 0 R") -> Written:
    """A signed form whose one field draws FRM, from resources of its `own` or from those of the form."""
    more = {
        50: VIEW.replace(b"/N 51 0 R", kind),
        51: by_hand.stream(b"/FRM Do", MARK + b"/Resources<<%s>>" % own),
        53: by_hand.stream(b"/In Do", MARK + b"/Resources<</XObject<</In 51 0 R>>>>"),
        54: by_hand.stream(b"0 0 9 9 re f", MARK),
        52: by_hand.stream(b"0 0 90 20 re S", MARK),
    }
    return prepared(key, by_hand.base(), more, b"50 0 R ", LENT)


@pytest.mark.parametrize(
    ("own", "old", "new", "verdict"),
    [
        (b"/XObject<</FRM 52 0 R>>", b"/FRM 52 0 R", b"/FRM 60 0 R", "valid"),
        (b"", b"/FRM 52 0 R", b"/FRM 60 0 R", "invalid"),
        (b"/XObject<</FRM 52 0 R>>", b"/Helv 5 0 R", b"/Helv 61 0 R", "invalid"),
    ],
    ids=["a picture that no field borrows", "a picture that is borrowed", "a font, which new text may use"],
)
def test_resources_of_the_form_become_others(
    own: bytes, old: bytes, new: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    others = {
        "o60": by_hand.stream(b"0 0 90 20 re f", MARK),
        "o61": b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>",
    }
    found, codes = judge(instead(1, old, new, **others)(lending(key, own)))
    assert found == verdict, codes
    assert ("document-part" in codes) == (verdict == "invalid")


@pytest.mark.parametrize("kind", [b"/N 53 0 R", b"/N 54 0 R/D 51 0 R", b"/N<</On 53 0 R/Off 54 0 R>>"])
def test_a_picture_is_borrowed_by_what_a_picture_draws(kind: bytes, key: SigningKey, judge: Judge) -> None:
    """Within it, when it is pressed, and in another state."""
    once = lending(key, b"", kind)
    assert judge(once.data)[0] == "valid"
    other = by_hand.stream(b"0 0 90 20 re f", MARK)
    found, codes = judge(instead(1, b"/FRM 52 0 R", b"/FRM 60 0 R", o60=other)(once))
    assert (found, "document-part" in codes) == ("invalid", True)


# --- tags

BARE = by_hand.base(b"/StructTreeRoot 6 0 R") | {6: b"<</Type/StructTreeRoot>>"}


@pytest.mark.parametrize(
    ("group", "verdict"),
    [
        (b"/S/Document", "valid"),
        (b"/S/Document/ActualText(900)", "invalid"),
        (b"/S/P", "invalid"),
    ],
)
def test_a_first_tag_brings_what_it_stands_in(
    group: bytes, verdict: str, key: SigningKey, judge: Judge
) -> None:
    """The tree was empty when the document was signed first."""
    field = 11  # of the second signature
    changes = {
        "o6": b"<</Type/StructTreeRoot/K[30 0 R]/RoleMap<<>>/ParentTree 32 0 R/ParentTreeNextKey 1>>",
        "o30": b"<</Type/StructElem%s/P 6 0 R/K 31 0 R>>" % group,
        "o31": b"<</Type/StructElem/S/Form/P 30 0 R/Pg 3 0 R/K<</Type/OBJR/Obj %d 0 R>>>>" % field,
        "o32": b"<</Nums[0 31 0 R]>>",
    }
    data = twice(key, BARE, **changes)
    assert b"\n%d 0 obj\n<</Type/Annot" % field in data
    found, codes = judge(data)
    assert found == verdict, codes
    assert ("document-part" in codes) == (verdict == "invalid")


# --- what else is in the file


def _torn(fields: bytes) -> bytes:
    """A list of fields as one maker writes it over those that stand in the list by themselves."""
    return fields.replace(b"/Fields[", b"/Fields [EO 0 R ")


def test_a_list_of_fields_that_no_parser_reads(key: SigningKey, judge: Judge, tmp_path: Path) -> None:
    """Its one signature covers the whole file: nobody took it out, and nobody knows what the form shows."""
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    once = by_hand.signed(key, by_hand.updated(document, objects | {1: _torn(objects[1])}))
    assert judge(once.data) == ("undetermined", {"structure-unreadable"})
    (signature,) = validate(tmp_path / "odd.pdf").signatures
    assert signature.intact
    assert signature.signer
    assert judge(once.data.replace(b"Quyet dinh so 22", b"Quyet dinh so 99")) == ("invalid", {"hash-failure"})


def test_a_list_of_fields_that_no_parser_reads_any_more(key: SigningKey, judge: Judge) -> None:
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    once = by_hand.signed(key, by_hand.updated(document, objects))
    assert judge(by_hand.updated(once, {1: _torn(objects[1])}).data) == ("invalid", {"change-unreadable"})


def test_two_types_of_a_timestamp(key: SigningKey, judge: Judge) -> None:
    """Its SubFilter says what it is. The value here is no timestamp, which is the only thing said of it."""
    once = by_hand.signed(
        key, by_hand.updated(by_hand.document(), by_hand.signing(by_hand.document().size, by_hand.base()))
    )
    objects = by_hand.signing(once.size, by_hand.base(), [once.size - 3], value=b"/Type/DocTimeStamp")
    number = once.size + 1
    objects[number] = objects[number].replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161")
    assert "entry-twice" not in judge(by_hand.signed(key, by_hand.updated(once, objects)).data)[1]


def stamped(key: SigningKey, make: Make, catalog: bytes = b"") -> bytes:
    """A signed document with a document timestamp after it, beside further entries of the catalog."""
    document = by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base())))
    objects = by_hand.signing(once.size, by_hand.base(catalog), [document.size])
    number = once.size + 1
    objects[number] = objects[number].replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161")
    return placed(by_hand.updated(once, objects), make).data


@pytest.mark.parametrize("catalog", [b"", b"/DSS<<>>"], ids=["no store", "a store that says nothing"])
def test_a_document_timestamp_makes_the_level(
    catalog: bytes, make_key: MakeKey, issuer: Issuer, judge: Judge, tmp_path: Path
) -> None:
    key = make_key(crl_url="http://crl.example.invalid/list.crl")
    by = Value(odd_times.authority(Makers(issuer, NOW)))
    assert judge(stamped(key, lambda covered: odd_times.token(by, covered, NOW), catalog))[0] == "valid"
    levels = [s.level for s in validate(tmp_path / "odd.pdf").signatures]
    assert levels == ["B-T", "DocTimeStamp"]


@pytest.fixture
def root(issuer: Issuer, tmp_path: Path) -> Path:
    """The root alone: all else must come with the document."""
    path = tmp_path / "root.crt"
    path.write_bytes(issuer.root.certificate.public_bytes(Encoding.DER))
    return path


def test_one_signature_brings_what_another_one_needs(
    key: SigningKey, issuer: Issuer, root: Path, tmp_path: Path
) -> None:
    """The timestamp has its own certificate alone, the signature before it the authority's."""
    by = odd_times.authority(Makers(issuer, NOW))
    alone = Value(by, certificates=(by.certificate.dump(),))
    data = stamped(key, lambda covered: odd_times.token(alone, covered, NOW))
    assert report_on(data, tmp_path, root).verdict == "valid"


def test_what_a_later_signature_brings_is_in_nobodys_way(
    key: SigningKey, issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    """Anybody may add a signature that brings a certificate which nobody can read."""
    unread = odd_keys.certificate(
        issuer, ec.generate_private_key(ec.SECP256R1()), NOW, subject=odd_keys.name(b"\x0c", b"Nguy\xean")
    )
    by = Makers(issuer, NOW).ecdsa(ec.SECP256R1(), "sha256")
    brought = Value(by, certificates=(by.certificate.dump(), unread.dump()))
    document = by_hand.document()
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base())))
    objects = by_hand.signing(once.size, by_hand.base(), [document.size])
    data = placed(by_hand.updated(once, objects), brought).data
    assert report_on(data, tmp_path, trust).verdict == "valid"


@pytest.mark.parametrize(("before", "verdict"), [(b"[70 0 R]", "valid"), (b"[]", "undetermined")])
def test_a_store_that_leaves_out_what_the_last_one_held(
    before: bytes, verdict: str, make_key: MakeKey, issuer: Issuer, root: Path, tmp_path: Path
) -> None:
    key = make_key(crl_url="http://crl.example.invalid/list.crl")
    held = by_hand.base(b"/DSS<</CRLs%s>>" % before) | {70: by_hand.stream(issuer.revocation_list(NOW))}
    document = by_hand.updated(Written(by_hand.HEAD), held)
    once = by_hand.signed(key, by_hand.updated(document, by_hand.signing(document.size, held)))
    objects = by_hand.signing(once.size, by_hand.base(b"/DSS<</Certs[]>>"), [document.size])
    twice = by_hand.signed(key, by_hand.updated(once, objects))
    assert report_on(twice.data, tmp_path, root).verdict == verdict


def test_a_timestamp_of_another_document(
    key: SigningKey, issuer: Issuer, judge: Judge, tmp_path: Path
) -> None:
    """It fails, and nobody says that the document changed."""
    token = odd_times.token(Value(odd_times.authority(Makers(issuer, NOW))), b"another document", NOW)
    found, codes = judge(stamped(key, lambda _: token))
    assert (found, "hash-failure" in codes) == ("invalid", True)
    report = validate(tmp_path / "odd.pdf")
    assert not report.changed_after_signing
    assert "does not belong to this document" in report.summary.en


def test_a_timestamp_beside_a_signature_that_nobody_could_check(
    key: SigningKey, issuer: Issuer, judge: Judge, tmp_path: Path
) -> None:
    """What is signed may well have changed: nobody says that it did not."""
    by = Value(odd_times.authority(Makers(issuer, NOW)))
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    number = document.size + 1
    objects[number] = objects[number].replace(b"ETSI.CAdES.detached", b"Example.Unknown")
    once = by_hand.signed(key, by_hand.updated(document, objects))
    objects = by_hand.signing(once.size, by_hand.base(), [document.size])
    number = once.size + 1
    objects[number] = objects[number].replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161")
    whole = placed(by_hand.updated(once, objects), lambda covered: odd_times.token(by, covered, NOW)).data
    assert "hash-failure" not in judge(whole)[1]
    assert judge(whole.replace(b"Quyet dinh so 22", b"Quyet dinh so 99"))[0] == "invalid"
    report = validate(tmp_path / "odd.pdf")
    assert report.changed_after_signing
    assert "did not change" not in report.summary.en


def test_a_time_that_only_the_value_says(issuer: Issuer, trust: Path, tmp_path: Path) -> None:
    """The date of the dictionary may be left out (ISO 32000-1, table 252), as a library for Go does beside a
    timestamp. EU DSS takes no other, and its policy asks for one."""
    makers = Makers(issuer, NOW)
    said = odd_values.attribute(odd_values.SIGNING_TIME, odd_keys.der(0x17, f"{NOW:%y%m%d%H%M%SZ}".encode()))
    made = Value(makers.ecdsa(ec.SECP256R1(), "sha256"), odd_values.and_also(said))
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base())
    number = document.size + 1
    objects[number] = objects[number].replace(by_hand.CLAIMED, b"")
    report = report_on(placed(by_hand.updated(document, objects), made).data, tmp_path, trust)
    assert report.verdict == "valid"
    assert report.signatures[0].claimed_time == NOW.replace(microsecond=0)


def test_a_claim_beyond_the_certificate(key: SigningKey, judge: Judge, tmp_path: Path) -> None:
    """It fails, unless nobody trusted says how long the certificate is in force."""
    late = by_hand.signature().replace(by_hand.CLAIMED, b"/M(D:20661126100000Z)")
    document = by_hand.document()
    objects = by_hand.signing(document.size, by_hand.base()) | {document.size + 1: late}
    data = by_hand.signed(key, by_hand.updated(document, objects)).data
    found, codes = judge(data)
    assert (found, "expired-before" in codes) == ("invalid", True)
    (signature,) = validate(tmp_path / "odd.pdf").signatures
    assert (signature.indication, signature.sub_indication) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    assert "expired-before" in {warning.code for warning in signature.warnings}
