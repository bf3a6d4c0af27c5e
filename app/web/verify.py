"""The public verification page: no account, nothing kept, no picture, no more data than needed."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.document_ports import ReadingFailed
from app.front.context import front_of, limit_public
from app.front.downloads import attachment, saved_as, stem_of, streamed
from app.front.identity import Caller, caller_of, check_origin
from app.front.middleware import CONTENT_POLICY
from app.front.rate_limits import TooManyRequests
from app.front.uploads import BadUpload
from app.front.verifying import NotOneFile, shown_pages, signed_version, verify_and_show, verify_request
from app.masking import masked, masked_values
from app.printed_report import printed
from app.translations import text
from app.verdicts import (
    advice_of,
    known_of,
    may_settle,
    short_name,
    shows_own_page,
    signing_time,
    verdict_of,
    withdrawn,
)
from app.web.rendering import language_of, page, said_in
from app.wording import lead_of, standing_words, title_of
from ocr.limits import Refusal, megabytes
from signing.reports.etsi_report import etsi_xml

router = APIRouter(include_in_schema=False)

#: Pictures of what changed stand in the answer itself, so that nothing of the file is kept to be fetched.
_PICTURES = {
    "Content-Security-Policy": CONTENT_POLICY.replace("img-src 'self'", "img-src 'self' data:"),
}

#: An open page checks again by itself what may settle.
_RECHECK_SECONDS = 300


@router.get("/verify")
def form(request: Request) -> Response:
    return _page(request, _caller(request))


@router.post("/verify")
async def verify(request: Request) -> Response:
    async def report() -> dict[str, Any]:
        found, name, shown = await verify_and_show(front_of(request), request)
        return {"report": found, "name": name, "pictures": shown}

    return await _answered(request, report)


@router.post("/verify/changes")
async def changes(request: Request) -> Response:
    """The report with pictures of what changed: the file is sent again, since it was not kept."""

    async def pictures() -> dict[str, Any]:
        found, name, _, shown = await shown_pages(front_of(request), request)
        return {"report": found, "name": name, "pictures": shown}

    return await _answered(request, pictures)


async def _answered(request: Request, ask: Callable[[], Awaitable[dict[str, Any]]]) -> Response:
    """The page with what was asked for, or with why there is no answer."""
    check_origin(request)
    caller = await run_in_threadpool(_caller, request)
    language = language_of(request)
    try:
        limit_public(request)
        shown = await ask()
    except TooManyRequests as error:
        problem = text("verify.too_often", language, seconds=error.retry_after)
        return _page(request, caller, problem=problem, status=429, retry_after=error.retry_after)
    except Refusal as refusal:
        return _page(request, caller, problem=said_in(request, refusal.vi, refusal.en), status=422)
    except (BadUpload, NotOneFile):
        return _page(request, caller, problem=text("verify.no_file", language), status=422)
    except ReadingFailed:
        return _page(request, caller, problem=text("verify.fault", language), status=503)
    return await run_in_threadpool(partial(_page, request, caller, **shown))


@router.post("/verify/signed-version")
async def version(request: Request) -> Response:
    """A download: the file is sent again, since it was not kept."""
    check_origin(request)
    limit_public(request)
    stream, name = await signed_version(front_of(request), request)
    headers = {"Content-Disposition": attachment(f"{stem_of(name)}-ban-da-ky.pdf")}
    return streamed(stream, stream, headers, "application/pdf")


@router.post("/verify/report")
async def printed_report(request: Request) -> Response:
    """A download: the file is sent and verified again, since neither it nor its report was kept."""
    check_origin(request)
    limit_public(request)
    report, name = await verify_request(front_of(request), request)
    content = await run_in_threadpool(printed, report, name)
    return saved_as(f"{stem_of(name)}-bao-cao.pdf", "application/pdf", content)


@router.post("/verify/etsi-report")
async def report_of_etsi(request: Request) -> Response:
    """A download after ETSI TS 119 102-2; the file is sent and verified again."""
    check_origin(request)
    limit_public(request)
    report, name = await verify_request(front_of(request), request)
    return saved_as(f"{stem_of(name)}-bao-cao.xml", "application/xml", etsi_xml(report))


def _caller(request: Request) -> Caller | None:
    return caller_of(front_of(request).services, request)


def _page(
    request: Request,
    caller: Caller | None,
    *,
    report: dict[str, Any] | None = None,
    name: str = "",
    pictures: Mapping[str, Any] | None = None,
    problem: str | None = None,
    status: int = 200,
    retry_after: int = 0,
) -> Response:
    language = language_of(request)
    verdict = verdict_of(report) if report else None
    gone = withdrawn(report) if report else None
    words = standing_words(gone) if gone else None
    return page(
        request,
        "verify.html",
        caller=caller,
        status=status,
        headers={**_PICTURES, **({"Retry-After": str(retry_after)} if retry_after else {})},
        report=report,
        verdict=verdict,
        gone=words[language] if words else "",
        known_of=known_of,
        title=title_of(verdict, language) if verdict else "",
        advice=advice_of(verdict, report) if verdict and report else "",
        lead=masked(lead_of(verdict, report, language)) if verdict and report else "",
        changes_shown=bool(verdict and verdict.tone == "bad" and report and report["document"]["changes"]),
        signing_time=signing_time,
        short_name=short_name,
        details=json.dumps(masked_values(report), ensure_ascii=False, indent=2) if report else "",
        recheck_seconds=_RECHECK_SECONDS if report and may_settle(report) else 0,
        pictures=pictures,
        shows_own_page=partial(shows_own_page, report) if report else None,
        name=masked(name),
        problem=problem,
        upload_megabytes=megabytes(front_of(request).settings.upload_bytes),
    )
