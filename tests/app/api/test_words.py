"""Correcting words over HTTP: the contract."""

from tests.app.front import Desk
from tests.app.workers import paper


def test_words_are_said_and_told(desk: Desk) -> None:
    record = desk.read(desk.receive(data=paper(1).getvalue()))
    clerk, address = desk.program("clerk"), f"/api/v1/records/{record.id}"
    words = clerk.get(f"{address}/recognition").json()["pages"][0]["words"]
    one = {"page": 1, "word": len(words) - 1, "read": words[-1]["text"], "text": "mẫuđãsửa"}
    body = {"version": record.version, "words": [one]}
    for wrong, code, status in (
        ({"words": [one | {"words": 2}]}, "bad-word", 422),
        ({"words": [one | {"taken_out": True}]}, "bad-word", 422),
        ({"words": [one | {"words": 0}]}, "invalid-request", 422),
        ({"words": [one | {"word": 999}]}, "bad-word", 422),
        ({"words": []}, "invalid-request", 422),
        ({"version": 1}, "record-changed", 409),
    ):
        refused = clerk.put(f"{address}/words", json=body | wrong)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert desk.program("official").put(f"{address}/words", json=body).status_code == 403
    sent = clerk.put(f"{address}/words", json=body)
    assert (sent.status_code, sent.json()["status"]) == (202, "recognising")
    assert desk.read(desk.services.records.get(record.id)).status == "awaiting-review"
    told = clerk.get(f"{address}/recognition").json()["pages"][0]["words"][-1]
    assert (told["text"], told["said"]["read"], told["said"]["by"]) == (
        "mẫuđãsửa",
        words[-1]["text"],
        "clerk",
    )
    found = clerk.get("/api/v1/records", params={"query": "mẫuđãsửa"}).json()["records"]
    assert [one["id"] for one in found] == [record.id]
    mended = desk.services.records.get(record.id)
    gone = one | {"word": 0, "read": words[0]["text"], "text": ""}
    parted = one | {"read": "mẫuđãsửa", "text": "mẫu đãsửa"}
    body = {"version": mended.version, "words": [gone, parted]}
    assert clerk.put(f"{address}/words", json=body).status_code == 202
    desk.read(desk.services.records.get(record.id))
    page = clerk.get(f"{address}/recognition").json()["pages"][0]
    assert (page["taken_out"][0]["text"], page["words"][-1]["text"]) == (words[0]["text"], "đãsửa")
    assert (page["words"][-1]["said"]["read"], page["words"][-1]["said"]["parts"]) == (words[-1]["text"], 2)
    history = clerk.get(f"{address}/history").json()["events"]
    assert "words-corrected" in [event["action"] for event in history]


def test_a_confirmed_value_is_asked_again_and_answered(desk: Desk) -> None:
    record = desk.read(desk.receive(data=paper(1).getvalue()))
    clerk, address = desk.program("clerk"), f"/api/v1/records/{record.id}"
    confirm = {"version": record.version, "values": {"number": "15"}}
    assert clerk.put(f"{address}/fields", json=confirm).status_code == 200
    words = clerk.get(f"{address}/recognition").json()["pages"][0]["words"]
    place = next(n for n, word in enumerate(words) if word["text"].startswith("15/"))
    one = {"page": 1, "word": place, "read": words[place]["text"], "text": "16/QĐ-UBND"}
    version = desk.services.records.get(record.id).version
    assert clerk.put(f"{address}/words", json={"version": version, "words": [one]}).status_code == 202
    again = desk.read(desk.services.records.get(record.id))
    number = clerk.get(address).json()["fields"]["number"]
    assert (number["value"], number["read"], number["asked_again"]) == ("15", "16", True)
    clerk.put(f"{address}/fields", json={"version": again.version, "values": {"number": "16"}})
    number = clerk.get(address).json()["fields"]["number"]
    assert (number["value"], number["asked_again"]) == ("16", False)
