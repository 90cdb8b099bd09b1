"""A front door on a real socket, with a journal that keeps the bus's promises in memory."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from schemas.district import District
from schemas.messages import ReportFiled
from schemas.vocabulary import Role, Scope
from services.bus import BusUnavailable, Event, PublishedReport
from services.security.auth import Identity
from services.security.keys import SCOPES, Keys, Listed, bearer_of
from services.security.secret import Secret

TUBAN = Path(__file__).resolve().parents[2] / "deploy" / "tuban"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12.00 WIB
SECRET = Secret(b"only for these tests, no-one else, ")


@dataclass
class MemoryJournal:
    """Keeps reports as the bus does: the first filing of an id stands."""

    kept: dict[UUID, tuple[ReportFiled, str]] = field(default_factory=dict)
    away: bool = False
    calls: int = 0
    told: list[Event] = field(default_factory=list)

    async def publish_report(self, filed: ReportFiled, digest: str) -> PublishedReport:
        self.calls += 1
        if self.away:
            raise BusUnavailable
        ReportFiled.model_validate_json(filed.model_dump_json())  # what is stored can be read back
        first, known = self.kept.setdefault(filed.id, (filed, digest))
        return PublishedReport(filed.id, first.filed_at, again=first is not filed, same=known == digest)

    async def publish(self, events: Sequence[Event]) -> None:
        if self.away:
            raise BusUnavailable
        self.told += events

    async def ready(self) -> bool:
        return not self.away

    @property
    def only(self) -> ReportFiled:
        ((filed, _),) = self.kept.values()
        return filed


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def fields(self) -> list[str]:
        return [each["field"] for each in self.body.get("errors", [])]


@dataclass
class Door:
    """The door and what stands around it; times are held by `now`."""

    journal: MemoryJournal
    district: District
    port: int
    keys: Keys
    now: datetime = NOON

    def key(
        self,
        role: Role = Role.REPORTER,
        name: str = "Pos Soko",
        institution: str | None = "POLSEK",
        scopes: frozenset[Scope] | None = None,
        channel: str | None = None,
    ) -> str:
        identity = Identity(f"key-{name}", name, role, institution, scopes=scopes or SCOPES[role], channel=channel)
        kid = f"{name}-{role}-{channel}-{len(identity.scopes)}"
        self.keys.known = {**(self.keys.known or {}), kid: Listed(identity, kid, None, revoked=False)}
        return bearer_of(SECRET, kid)

    def gateway(self, channel: str = "sms", *, answers: bool = False) -> str:
        scopes = SCOPES[Role.GATEWAY] | ({Scope.ANSWER} if answers else set())
        return self.key(Role.GATEWAY, f"Gerbang {channel}", None, scopes, channel)

    def post(
        self,
        path: str,
        body: bytes | str | Any,
        *,
        key: str | None = "",
        kind: str | None = "application/json",
        **headers: str,
    ) -> Answer:
        data = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if kind:
            sent["Content-Type"] = kind
        if key is not None:
            sent["Authorization"] = f"Bearer {key or self.key()}"
        return self.request("POST", path, data, sent)

    def request(self, method: str, path: str, data: Any = None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, data, headers or {}, encode_chunked=False)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def file(self, **fields: Any) -> Answer:
        return self.post("/v1/reports", {"text": "Dua kelompok pemuda saling lempar batu.", **fields})
