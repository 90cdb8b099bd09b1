"""Script a bad night: a quiet day, an evening that climbs, a peak on several places at once, the calm after. Pure.

The same seed gives the same night. Texts are those of the bench, and what people say of the same thing later: copies,
follow-ups, corrections, and others who deny it. All of it is invented.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.district import District
from schemas.policy.places import Place
from tests.bench.load import TEXTS

BEGINS = 6  # o'clock, local
# Reports in each hour from six in the morning on.
HOURLY = (
    12, 18, 24, 30, 30, 30, 36, 36, 42, 60, 90, 120,
    240, 420, 660, 960, 1200, 1200, 1080, 600, 240, 90, 36, 18,
)  # fmt: skip
PEAK_ENDS = 19  # hours after the beginning: a part of the night ends there
FLOOD = (16.5, 17.0)  # hours after the beginning, between which one source floods
FLOODED = 600  # reports of it
HOT = 8  # places at which the peak happens
CALM = 12  # hours from whose beginning on the places of the peak are spoken of
REPORTERS = 12  # sources with a key
KINDS = {"new": 42, "copy": 20, "follow-up": 15, "correction": 7, "quarrel": 6, "sms": 10}  # of a hundred
LATER = {
    "follow-up": "Update dari {place}: massa masih bertahan sekitar {n} orang, korban luka bertambah jadi {k} orang.",
    "correction": "Ralat laporan dari {place}: korban luka {k} orang, bukan lebih, tidak ada yang meninggal.",
    "quarrel": "Tidak benar ada keributan di {place}, situasi aman terkendali, kabar itu hoaks. Saya ada di lokasi.",
}
SMS = "Tolong pak, di {place} rame tawuran, {n} orang bawa batu, {k} luka, polisi belum datang"
FLOODS = "Ada keributan lagi di {place}!! {n} orang, cepat kirim petugas, laporan ke-{k}"


@dataclass(frozen=True)
class Telling:
    """One report of the night: when it is told, by whom, and what of it is sent."""

    at: float  # seconds after the night began
    kind: str
    source: str  # name of a key, or the number of whoever writes an SMS
    id: str
    text: str
    kecamatan: str
    desa: str

    def body(self) -> dict[str, object]:
        """Give what is posted: of an SMS what its gateway passes on."""
        if self.kind == "sms":
            return {"from": self.source, "text": self.text, "id": self.id}
        return {"id": self.id, "text": self.text, "kecamatan": self.kecamatan, "desa": self.desa, "basis": "saw"}


class _Writer:
    """Writes the tellings of one night in their order."""

    def __init__(self, district: District, seed: int) -> None:
        self._dice, self._names = random.Random(seed), district.places
        self._desa = [place for place in district.places.values() if place.kind in ("desa", "kelurahan")]
        by_kecamatan = {place.kecamatan: place for place in self._desa}
        self._hot = self._dice.sample(sorted(by_kecamatan.values(), key=lambda place: place.code), HOT)
        self._told: list[Telling] = []  # at the places of the peak

    def write(self, at: float, kind: str) -> Telling:
        """Write one; what speaks of something earlier is new where there is nothing yet."""
        dice, hot = self._dice, at >= CALM * 3600 and self._dice.random() < 0.7
        earlier = dice.choice(self._told[-200:]) if self._told else None
        if kind in ("copy", *LATER) and earlier is None:
            kind = "new"
        if kind == "copy" and earlier:
            return self._telling(at, kind, earlier.text, self._names[earlier.desa])
        place = dice.choice(self._hot if hot or kind == "flood" else self._desa)
        if kind in LATER and earlier:
            place = self._names[earlier.desa]
        words = {"sms": SMS, "flood": FLOODS}.get(kind) or LATER.get(kind) or dice.choice(TEXTS)
        made = self._telling(at, kind, self._filled(words, place), place)
        if hot and kind == "new":
            self._told.append(made)
        return made

    def _filled(self, words: str, place: Place) -> str:
        named = f"Ds. {place.name} Kec. {self._names[place.kecamatan or ''].name}"
        hour, crowd, hurt = self._dice.randrange(24), self._dice.randrange(10, 400), self._dice.randrange(1, 6)
        return words.format(place=named, hour=f"{hour:02}", n=crowd, k=hurt)

    def _telling(self, at: float, kind: str, text: str, place: Place) -> Telling:
        dice = self._dice
        named = {"flood": "flood", "sms": f"+62812{dice.randrange(10**7, 10**8)}"}
        source = named.get(kind) or f"reporter-{dice.randrange(REPORTERS)}"
        id_ = str(UUID(int=dice.getrandbits(128), version=4))
        return Telling(at, kind, source, id_, text, place.kecamatan or "", place.code)


def written(district: District, seed: int = 1) -> list[Telling]:
    """Write a whole night, in the order in which it is told."""
    dice, writer = random.Random(f"{seed} times"), _Writer(district, seed)
    kinds, weights = list(KINDS), list(KINDS.values())
    due = [
        (3600 * (hour + dice.random()), dice.choices(kinds, weights)[0])
        for hour, many in enumerate(HOURLY)
        for _ in range(many)
    ]
    begin, end = FLOOD
    due += [(3600 * (begin + (end - begin) * number / FLOODED), "flood") for number in range(FLOODED)]
    return [writer.write(at, kind) for at, kind in sorted(due)]


def part(night: Sequence[Telling], hours: float) -> tuple[float, list[Telling]]:
    """Give when a part of the night begins, in seconds, and what is told in it: the hours until the peak is over.

    Of more than these the hours after it too, until all of the night is in it.
    """
    end = min(len(HOURLY), max(PEAK_ENDS, hours))
    begin = max(0.0, end - hours)
    return begin * 3600, [one for one in night if begin * 3600 <= one.at < end * 3600]
