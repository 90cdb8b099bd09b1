"""A report is judged the same in every process: nothing is decided by the order of a set, which differs in each."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
JUDGE = """
import hashlib
from services.policy.loader import default_folder, load_district
from services.triage.text.fuzzy import NUMBER
from services.triage.text.lexicon import lexicon_of
from services.triage.places.names import Names
from services.triage.assess import Assessor
from schemas.messages import ReportIn

district = load_district(default_folder())
lexicon = lexicon_of(district.lexicon, Names(district, district.lexicon).spellings())
for index in (lexicon._corrections, lexicon._listed):
    lists = {}
    for number in index._index:
        lists.setdefault(number >> NUMBER, []).append(index._words[number & (1 << NUMBER) - 1])
    assert len(lists) > 1000
    for left, words in sorted(lists.items()):
        print(left, words)
assessor = Assessor(district)
for text in ("Kentongan dipukuel tanda bayi lahir.", "Kios pasar dan balai desa Menilo Soko dirusak, pabrik disegel"):
    print(assessor.judge(ReportIn(text=text), made=None).model_dump_json())
"""


COMPARE = """
from dataclasses import replace
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor
from services.triage.correlation.correlation import MOST_COMPARED, PER_INDEX, Incidents, candidate
from services.triage.correlation.similarity import Reasons, by_words
from schemas.messages import ReportIn

text = "Tawuran pemuda di Kec. Soko."
judged = Assessor(load_district(default_folder())).judge(ReportIn(text=text), made=None)
first = replace(candidate("0", text, judged, ()), told=30_000_000, start=None, end=None, words=())
places = [f"site{number}" for number in range(2 * MOST_COMPARED // PER_INDEX)]
incidents = Incidents()
for place in places:
    for number in range(PER_INDEX):
        incidents.put(replace(first, id=f"{place}/{number}", kecamatan=None, sites=(place,)))
report = replace(first, id="x", kecamatan=None, sites=tuple(places[:3]), maybe=tuple(places[3:]))
near = incidents._near(report)
assert len(near) == MOST_COMPARED
print(*(one.id for one in near))
words = tuple(f"kata{number}" for number in range(40))
weights = {word: 1 / (number + 3) for number, word in enumerate(words)}
print(*(by_words(replace(first, words=words[:n]), replace(first, words=words), weights, 9.0, Reasons()) for n in range(40)))
"""


def judged(seed: int, code: str = JUDGE) -> str:
    told = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=told, capture_output=True, text=True, check=True
    ).stdout


def test_the_seed_of_hashes_decides_nothing() -> None:
    first = judged(1).splitlines()
    assert len(first) > 10_000
    assert [(one, two) for one, two in zip(first, judged(2).splitlines(), strict=True) if one != two] == []


def test_the_seed_of_hashes_decides_no_incident() -> None:
    """Which incidents are looked at, and by how much their words agree, where more are near than are looked at."""
    first = judged(1, COMPARE).splitlines()
    assert [len(line.split()) for line in first] == [24, 40]
    assert first == judged(2, COMPARE).splitlines()
