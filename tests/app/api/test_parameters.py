"""A parameter that a list does not know is refused by its name: a misspelt filter would filter nothing."""

import pytest

from tests.app.front import Desk


@pytest.mark.parametrize(
    ("account", "path"),
    [
        ("clerk", "/records"),
        ("clerk", "/records/{record}/history"),
        ("clerk", "/records/{record}/left-values"),
        ("clerk", "/records/{record}/papers"),
        ("clerk", "/records/{record}/standing"),
        ("official", "/signing-batches"),
        ("admin", "/people"),
        ("admin", "/agencies"),
        ("admin", "/administration"),
    ],
)
def test_an_unknown_parameter_is_named_in_both_languages(lite_desk: Desk, account: str, path: str) -> None:
    record, program = lite_desk.receive(), lite_desk.program(account)
    address = "/api/v1" + path.format(record=record.id)
    assert program.get(address).status_code == 200
    refused = program.get(address, params={"no-such-thing": "1", "lang<": "2"})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "unknown-parameter")
    assert "không có tham số `no-such-thing`, `lang<`" in problem["detail"]
    assert "has no parameter `no-such-thing`, `lang<`" in problem["detail"]


def test_the_nearest_name_is_offered(lite_desk: Desk) -> None:
    detail = lite_desk.program("clerk").get("/api/v1/records?states=confirmed").json()["detail"]
    assert "Did you mean `status`?" in detail
    assert "`dossier`" in detail
    public = lite_desk.client().get("/api/v1/lookup?code=AAAA&kode=1")
    assert (public.status_code, public.json()["code"]) == (422, "unknown-parameter")
    known = {"query": "x", "status": "confirmed", "kind": "QĐ", "dossier": "H", "limit": "1"}
    assert lite_desk.program("clerk").get("/api/v1/records", params=known).status_code == 200
