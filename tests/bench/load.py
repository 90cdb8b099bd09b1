"""Offer reports at a steady rate, whatever the server does with them, and measure what comes of it."""

import asyncio
import json
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from schemas.district import District
from tests.bench.wire import Client, Sink

CONNECTIONS = 64
TEXTS = (
    "Mohon ijin, sktr pkl {hour}.15 WIB di {place} tawuran antar pemuda, +/- {n} org bw batu. {k} org luka ringan.",
    "Warga {place} blokir jalan poros desa, protes truk tambang lewat, jalan rusak. Sekitar {n} orang, aman.",
    "Ada ajakan di grup WA utk kumpul ntar malam jam {hour} di {place}, mau balas yg kemarin, {n} org siap turun.",
    "Puluhan petani {place} mengeluh pupuk subsidi langka, rencana mengadu ke dinas besok pagi {n} orang.",
    "Konvoi pesilat kurleb {n} motor lewat {place} pkl {hour}.40, blayer-blayer, warga resah, belum ada kejadian.",
    "Ratusan warga {place} unjuk rasa di balai desa menuntut kepala desa mundur, massa {n} orang, tertib.",
    "Pengeroyokan terhadap seorang pelajar di {place}, pelaku {n} orang pakai atribut, korban luka berat di kepala.",
    "Nelayan {place} menahan perahu cantrang dari luar daerah, {n} orang berkumpul di TPI minta perahu dibakar.",
    "Rumah warga {place} dilempari batu orang tak dikenal pkl {hour}.05, kaca pecah, tidak ada korban.",
    "Patok batas desa di {place} digeser, perangkat dua desa adu mulut, {n} warga berkumpul, camat akan mediasi.",
)


def percentile(values: Iterable[float], share: float) -> float:
    """Give the value that so large a share of them does not exceed; not a number of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@dataclass
class Result:
    """One stretch of load."""

    rate: float
    seconds: float
    offered: int = 0
    accepted: dict[str, float] = field(default_factory=dict)  # id -> when it was posted
    refused: int = 0
    took: float = 0.0
    latencies: list[float] = field(default_factory=list)
    lost: int = 0
    drained_in: float = 0.0

    def percentile(self, share: float) -> float:
        """Give a percentile of POST-to-first-webhook, in milliseconds."""
        return 1000 * percentile(self.latencies, share)

    @property
    def sustained(self) -> bool:
        """Say whether the rate was held: everything accepted, everything delivered, nothing left lying."""
        late = self.took > self.seconds * 1.02 + 0.25
        return not late and not self.refused and not self.lost and self.drained_in < 1.5


def bodies(district: District, count: int, seed: int) -> list[tuple[str, bytes]]:
    """Make reports that differ in place, kind and number, as a district's do."""
    random_ = random.Random(seed)
    desa = [place for place in district.places.values() if place.kind in ("desa", "kelurahan")]
    made = []
    for _ in range(count):
        place, id_ = random_.choice(desa), str(uuid4())
        kecamatan = district.places[place.kecamatan].name
        text = random_.choice(TEXTS).format(
            place=f"Ds. {place.name} Kec. {kecamatan}",
            hour=f"{random_.randrange(24):02}",
            n=random_.randrange(10, 400),
            k=random_.randrange(1, 4),
        )
        body = {"id": id_, "text": text, "kecamatan": place.kecamatan, "desa": place.code, "basis": "saw"}
        made.append((id_, json.dumps(body).encode()))
    return made


async def offer(
    host: str, port: int, key: str, sink: Sink, made: list[tuple[str, bytes]], rate: float, *, path: str = "/v1/reports"
) -> Result:
    """Post at `rate` per second and wait until the sink has everything, at most 20 s longer."""
    result = Result(rate, len(made) / rate, offered=len(made))
    idle: asyncio.Queue[Client] = asyncio.Queue()
    clients = [Client(host, port, path, key) for _ in range(CONNECTIONS)]
    for client in clients:
        idle.put_nowait(client)
    began = time.perf_counter()

    async def one(id_: str, body: bytes, due: float) -> None:
        client = await idle.get()
        try:
            if await client.post(body) == 202:
                result.accepted[id_] = due
            else:
                result.refused += 1
        finally:
            idle.put_nowait(client)

    tasks = []
    for number, (id_, body) in enumerate(made):
        due = began + number / rate
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(one(id_, body, due)))  # latency counts from when it was due
    await asyncio.gather(*tasks)
    result.took = time.perf_counter() - began
    ended = time.perf_counter()
    await sink.has_all(result.accepted.keys(), 20)
    result.drained_in = time.perf_counter() - ended
    for id_, posted in result.accepted.items():
        if (seen := sink.first.get(id_)) is None:
            result.lost += 1
        else:
            result.latencies.append(seen - posted)
    for client in clients:
        client.close()
    return result
