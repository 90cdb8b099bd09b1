"""Hand out a paper as page, PDF or workbook: the one door through which papers leave, to who is cleared for them."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request, Response

from schemas.vocabulary import Classification
from services.console.dependencies import Deps
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.rendering import HEADERS
from services.console.web.sessions import Visitor
from services.office.access import cleared, is_logged
from services.office.papers.official import long_moment
from services.office.papers.paper import Heading, Numbered, Pairs, Paper, Paragraph, Signs, Table, shown
from services.security.refusal import Refused

KINDS = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BLOCKS = {
    Heading: "heading",
    Paragraph: "paragraph",
    Pairs: "pairs",
    Numbered: "numbered",
    Table: "table",
    Signs: "signs",
}


class Printing:
    """Hands papers out."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def give(
        self,
        request: Request,
        visitor: Visitor | None,
        paper: Paper,
        name: str,
        *,
        kind: str = "",
        back: str = "/kantor",
        issue: str = "",
    ) -> Response:
        """Give a paper to a visitor who is cleared for it; a reading of Rahasia and above is kept and shown on it.

        `visitor` None is the public, and may have Biasa only. `issue` is where a form issues the paper; "": nowhere.
        Raises Sorry.
        """
        self._refuse(visitor, paper)
        if visitor and is_logged(paper.classification):
            await self.write_down(visitor, name, kind or "page")
            read = f"Dibaca oleh {visitor.identity.name}, {long_moment(self._deps.clock(), self._deps.district)}."
            paper = replace(paper, foot=(*paper.foot, read))
        paper = replace(paper, sample=self._deps.sample)
        if kind in KINDS:
            return await self._file(paper, name, kind)
        tables = any(isinstance(block, Table) for block in paper.blocks)
        facts: dict[str, Any] = {
            "paper": paper,
            "blocks": [(BLOCKS[type(block)], block) for block in paper.blocks],
            "shown": shown,
            "back": back,
            "issue": issue,
            "workbook": tables,
        }
        return self._counter.show(request, "paper.html", visitor, facts)

    async def write_down(self, visitor: Visitor, name: str, kind: str) -> None:
        """Write down a reading of what is Rahasia or above; raises StoreUnavailable, and then nothing is shown."""
        await self._deps.store.write(lambda tx: tx.audit("document.read", visitor.identity.id, subject=name, kind=kind))

    @staticmethod
    def _refuse(visitor: Visitor | None, paper: Paper) -> None:
        if visitor is None:
            if paper.classification > Classification.BIASA:
                raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        elif not cleared(visitor.identity, paper.classification):
            raise Refused("paper_above_clearance", marking=paper.marking)

    async def _file(self, paper: Paper, name: str, kind: str) -> Response:
        from services.office.papers.pdf import pdf_of  # noqa: PLC0415 - 15 MB, for who is asked for it
        from services.office.papers.workbook import xlsx_of  # noqa: PLC0415

        draw = pdf_of if kind == "pdf" else xlsx_of
        body = await run_sync(draw, paper, self._deps.clock())
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        return Response(body, media_type=KINDS[kind], headers=headers)
