"""Erase on the bus what is one person's, and keep it erased: keys of reports, inbound messages, tombstones.

A tombstone stands for an id that was erased, as a keyed hash of it, and outlives every other message (decision 0073).
Whoever files a report asks for none: the server that leads refuses the key of an id that has one.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Collection, Iterable
from uuid import uuid4

import nats.errors
from nats.js import errors as js_errors

from services.bus.inspection import StreamInspection, known_record, known_subject
from services.bus.publisher import BusUnavailable, NotTheLast
from services.bus.sealing import KEY_HEADER

GONE = "known.gone."  # before the keyed hash of an id that was erased
LAST = "Nats-Expected-Last-Subject-Sequence"  # 0: there is none
TOGETHER = 100  # tombstones that are put up at once
FAILS = (nats.errors.Error, js_errors.Error, TimeoutError, OSError)


class Erasing(StreamInspection):
    """A connection that can erase."""

    def _unless_erased(self, report: str) -> dict[str, str]:
        """Give the headers by which the server refuses the key of a report that was erased (NotTheLast)."""
        if self._sealer is None:
            return {}
        return {LAST: "0", f"{LAST}-Subject": GONE + self._sealer.tombstone(report)}

    async def has_unsettled_reports(self) -> bool:
        """Say whether reports wait for triage, or are dead letters; raises BusUnavailable."""
        try:
            if (await self.waiting())["triage"]:
                return True
        except FAILS as error:
            raise BusUnavailable from error
        return any(letter.stream == "REPORTS" for letter in await self.dead_letters())

    async def tombstones(self) -> set[str]:
        """Give the keyed hashes of all ids that were erased, as the bus has them; raises BusUnavailable."""
        return {subject.removeprefix(GONE) for subject in await self._known_subjects(f"{GONE}>")}

    async def reports_with_keys(self) -> list[str]:
        """Give the ids of all reports whose key lies on the bus; raises BusUnavailable."""
        beginning = known_subject("")
        return [subject.removeprefix(beginning) for subject in await self._known_subjects(f"{beginning}>")]

    async def _known_subjects(self, wanted: str) -> list[str]:
        """Name the subjects in the stream of keys; nats-server tells at most 100,000 of them at once."""
        found: list[str] = []
        try:
            while True:
                request = json.dumps({"subjects_filter": wanted, "offset": len(found)}).encode()
                answer = await self.nc.request("$JS.API.STREAM.INFO.KNOWN", request, timeout=10)
                told = json.loads(answer.data)
                if "error" in told:
                    raise BusUnavailable
                some = told["state"].get("subjects") or {}
                found += some
                if not some or len(found) >= int(told.get("total", 0)):
                    return found
        except FAILS as error:
            raise BusUnavailable from error

    async def erased_among(self, reports: Iterable[str]) -> set[str]:
        """Give those of these reports that have a tombstone on the bus; raises BusUnavailable."""
        if self._sealer is None:
            return set()
        gone = set()
        for report in reports:
            try:
                await self.js.get_last_msg("KNOWN", GONE + self._sealer.tombstone(report))  # of the server that leads
                gone.add(report)
            except js_errors.NotFoundError:
                continue
            except FAILS as error:
                raise BusUnavailable from error
        return gone

    async def bury(self, tombstones: Collection[str]) -> None:
        """Put up tombstones, by keyed hash; those that stand stay. Raises BusUnavailable."""
        asked = list(tombstones)
        for start in range(0, len(asked), TOGETHER):
            await asyncio.gather(*(self._bury(one) for one in asked[start : start + TOGETHER]))

    async def _bury(self, tombstone: str) -> None:
        headers = {"Nats-TTL": "never", "Nats-Expected-Stream": "KNOWN", LAST: "0"}
        with contextlib.suppress(NotTheLast):
            await self._publisher.publish([(GONE + tombstone, b"", headers)])

    async def erase_keys(self, reports: Iterable[str]) -> int:
        """Overwrite the keys of reports on the bus, so that nothing opens them; returns how many there were.

        Their tombstones stand first: no key that comes meanwhile, or after a restart of the server, is taken. Raises
        BusUnavailable; doing it again does what is left.
        """
        asked = list(reports)
        if self._sealer is not None:
            await self.bury([self._sealer.tombstone(report) for report in asked])
        gone = 0
        for report in asked:
            try:
                while True:  # more than one where a key was renewed
                    found = await self.js.get_last_msg("KNOWN", known_subject(report))  # of the server that leads
                    await self.js.delete_msg("KNOWN", found.seq or 0)
                    gone += 1
            except js_errors.NotFoundError:
                continue
            except FAILS as error:
                raise BusUnavailable from error
        return gone

    async def renew_keys(self, renewed: Callable[[str, str], str]) -> int:
        """Put beside each report's key the same key wrapped by the newest master; returns how many. Safe to repeat.

        `renewed` gives it from id and wrapped key: the same one where nothing is to be done, ValueError where none
        opens it. What was erased meanwhile stays erased. The record that was there stays: by it the id is known.
        Raises BusUnavailable.
        """
        many = 0
        try:
            async for message in self.stored("KNOWN", leads=True):
                headers = dict(message.headers or {})
                id_, wrapped = headers.get("ce-id", ""), headers.get(KEY_HEADER, "")
                fresh = wrapped
                with contextlib.suppress(ValueError):
                    fresh = renewed(id_, wrapped) if wrapped else wrapped
                if fresh != wrapped:
                    many += await self._renew(headers, fresh, message.seq or 0)
        except FAILS as error:
            raise BusUnavailable from error
        return many

    async def _renew(self, headers: dict[str, str], wrapped: str, number: int) -> bool:
        """Put a key after the one of this number, if that is the last of its report; says whether it was."""
        subject, body, told = known_record(headers, wrapped)
        told |= {"Nats-Msg-Id": f"renewed:{uuid4().hex}", LAST: str(number)}
        try:
            await self._publisher.publish([(subject, body, told)])
        except NotTheLast:
            return False
        return True

    async def erase_inbound(self, is_theirs: Callable[[bytes], bool]) -> int:
        """Overwrite the inbound messages whose body is somebody's; returns how many. Raises BusUnavailable."""
        gone = 0
        try:
            async for message in self.stored("INBOUND", leads=True):
                if is_theirs(message.data or b""):
                    await self.js.delete_msg("INBOUND", message.seq or 0)
                    gone += 1
        except FAILS as error:
            raise BusUnavailable from error
        return gone
