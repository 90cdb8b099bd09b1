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


def judged(seed: int) -> str:
    told = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        [sys.executable, "-c", JUDGE], cwd=ROOT, env=told, capture_output=True, text=True, check=True
    ).stdout


def test_the_seed_of_hashes_decides_nothing() -> None:
    first = judged(1).splitlines()
    assert len(first) > 10_000
    assert [(one, two) for one, two in zip(first, judged(2).splitlines(), strict=True) if one != two] == []
