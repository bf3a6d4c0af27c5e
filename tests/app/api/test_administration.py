"""What administrators do to the keys of people and agencies: told part by part, and never with a secret."""

import pytest

from tests.app.front import HERE, Desk


def test_what_administrators_do_to_keys_is_told(lite_desk: Desk) -> None:
    admin = lite_desk.program("admin")
    reference = "pkcs11:token=Mau;object=khoa?pin-source=file:/1234"
    admin.patch("/api/v1/people/clerk", json={"signing_key": reference})
    admin.patch("/api/v1/people/clerk", json={"role": "archivist"})
    admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": "file:/khoa/dau.p12"})
    admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": None})
    admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": None})
    answer = admin.get("/api/v1/administration")
    assert "1234" not in answer.text
    told = [(d["action"], d["subject"], d["details"]) for d in answer.json()["deeds"]]
    assert told == [
        ("seal-key-removed", f"agency:{HERE}", {"before": "file:/khoa/dau.p12", "now": None}),
        ("seal-key-set", f"agency:{HERE}", {"before": None, "now": "file:/khoa/dau.p12"}),
        ("account-changed", "person:clerk", {"role": "archivist"}),
        ("key-set", "person:clerk", {"before": None, "now": "pkcs11:token=Mau;object=khoa"}),
    ]
    assert {d["actor"] for d in answer.json()["deeds"]} == {"admin"}
    assert answer.json()["next"] is None


def test_what_administrators_do_is_listed_part_by_part(lite_desk: Desk) -> None:
    admin, path = lite_desk.program("admin"), "/api/v1/administration"
    for number in range(5):
        admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": f"file:/khoa/{number}.p12"})
    whole = admin.get(path).json()["deeds"]
    parts, after = [], None
    for size in (2, 2, 1):
        answer = admin.get(path, params={"limit": 2, **({"after": after} if after else {})}).json()
        assert len(answer["deeds"]) == size
        admin.patch(
            f"/api/v1/agencies/{HERE}", json={"seal_key": f"file:/khoa/new-{size}.p12"}
        )  # moves nothing
        parts, after = parts + answer["deeds"], answer["next"]
    assert (parts, after) == (whole, None)
    for wrong in ("x", "-1", "1" * 90, ""):
        assert admin.get(path, params={"after": wrong}).json()["code"] == "bad-cursor"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("pkcs11:token=T;pin-value=1234", "pin-in-reference"),
        ("pkcs11:token=T;pin=1234", "bad-reference"),
        ("csc:https://u:1234@may.example/csc/v1?credential=c", "bad-reference"),
        ("csc:https://may.example/csc/v1?credential=c&pin=1234", "bad-reference"),
        ("1234", "bad-reference"),
    ],
)
def test_a_reference_with_a_secret_is_kept_nowhere(lite_desk: Desk, reference: str, code: str) -> None:
    admin = lite_desk.program("admin")
    key = admin.patch("/api/v1/people/official", json={"signing_key": reference})
    seal = admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": reference})
    for answer in (key, seal):
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert "1234" not in answer.text
    assert "1234" not in admin.get("/api/v1/administration").text
