"""Where the holder of a remote key comes back to from a page of the service (OAuth 2.0, RFC 6749, 4.1.2)."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app import remote_values
from app.awaiting import NoticeRefused
from app.batches import Batch, BatchBusy
from app.front import identity
from app.front.context import front_of, limit_public
from app.front.visits import forgotten, verifier_of
from app.marks import SigningRole
from app.records import Problem
from app.settings import RETURN_PATH
from signing.keys.csc_refusals import denied, failed
from signing.refusals import SigningRefused

router = APIRouter(include_in_schema=False)

_LONGEST = 4096


@router.get(RETURN_PATH)
def come_back(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """Go on with the batch whose holder went to the page. What is in the address is believed only with a
    visit that was begun here, by this person, in this browser, and once."""
    front = front_of(request)
    caller = identity.caller_of(front.services, request)
    if caller is None:  # the batch waits; a code must not wait in an address until somebody has signed in
        return RedirectResponse("/sign-in?next=/inbox", 303)
    try:
        verifier, place = verifier_of(request, state)
        batch, scope = remote_values.come_back(front.services, caller.person, state)
    except NoticeRefused:
        limit_public(request)
        raise
    try:
        if error or not 0 < len(code) <= _LONGEST:
            why = denied() if error == "access_denied" else failed(_word(error))
            front.batches.note(batch, Problem(why.code, why.vi, why.en))
        else:
            front.batches.start_soon(batch, remote_values.brought(caller.person, scope, code, verifier))
    except BatchBusy:
        raise _in_work() from None
    except SigningRefused:
        pass  # the batch says why, and the page shows it
    return forgotten(RedirectResponse(_place_of(batch, place), 303), state)


def _in_work() -> SigningRefused:
    return SigningRefused(
        "csc-return-lost",
        "Lô này đang được ký ở nơi khác nên điều bạn vừa chọn trên trang của nhà cung cấp chưa dùng được. "
        "Hãy đợi lượt đó xong, mở lại lô; nếu còn hồ sơ chưa ký, hãy sang trang đó xác nhận lại.",
        "The batch is being signed elsewhere, so what you chose on the provider's page could not be used. "
        "Wait until that is over and open the batch again; if records are left, confirm there once more.",
    )


def _word(error: str) -> str:
    return error if error.replace("_", "").isalpha() and error.isascii() and len(error) <= 40 else "oauth2"


def _place_of(batch: Batch, place: str) -> str:
    """The page from which the person went, which goes on with the batch."""
    if place == "record":
        return f"/records/{batch.documents[0].record}"
    return "/digitising" if batch.role is SigningRole.DIGITISER else "/inbox"
