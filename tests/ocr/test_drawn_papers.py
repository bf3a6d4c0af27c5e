"""Every paper of the desk, in both layouts, gives every field it prints, and nothing that it does not."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from tests.ocr.desk_papers import CIVIL_STATUS, Drawing
from tests.ocr.identity_papers import IDENTITY
from tests.ocr.letterheads import DOCUMENTS, truth
from tests.ocr.permit_papers import PERMITS

PAPERS = {**CIVIL_STATUS, **IDENTITY, **PERMITS}
#: Printed on the paper, but no field of the truth's: who signed a card.
BESIDES = {"issuer", "signer", "position", "symbol"}


@pytest.mark.parametrize(("code", "draw"), PAPERS.values(), ids=PAPERS)
def test_papers_of_the_desk(code: str, draw: Drawing) -> None:
    forms, wanted = draw()
    pages = [form.page(number) for number, form in enumerate(forms, 1)]
    kind = classify(pages)
    assert kind.code == code, kind.reason
    assert kind.box is not None
    fields = extract(pages, kind)
    assert {name: fields[name].value for name in wanted} == wanted
    assert {fields[name].state for name in wanted} == {"read"}
    others = {name for name, field in fields.items() if field.state == "read"} - set(wanted)
    assert others <= BESIDES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_every_kind_of_body(name: str) -> None:
    document = DOCUMENTS[name]
    page = document.draw().page()
    kind = classify([page])
    assert kind.code == document.kind, kind.reason
    fields = extract([page], kind)
    wanted = truth(document)
    assert {name: fields[name].value for name in wanted} == wanted
