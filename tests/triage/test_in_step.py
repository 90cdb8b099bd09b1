"""A batch is judged step by step: each report as if it were alone, and what one raises ends no other."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from schemas.messages import ReportIn
from services.triage.assess import Assessor
from services.triage.in_step import Steps, finished, in_step
from tests.triage.conftest import FILED

TEXTS = (
    "Lapor ndan, jam 23.15 di Ds. Kebonagung Kec. Rengel tawuran 2 klpk pesilat, 80 org, bbrp bawa celurit, 3 luka bacok",
    "Warga blokir jalan poros Ds. Wadung Kec. Soko, protes truk tambang",
    "",
    "RALAT: yang luka 2 orang, bukan 3",
    "Rawon e mantep cak, kuahe kentel",
    "kios dibakar orang tadi malam di pasar Tuban",
)


def work(name: str, steps: int, done: list[str], fails_at: int = -1) -> Steps[str]:
    for step in range(steps):
        if step == fails_at:
            raise ValueError(name)
        done.append(f"{name}{step}")
        yield
    return name


def test_each_step_is_done_for_all_before_the_next() -> None:
    done: list[str] = []
    assert in_step([work("a", 3, done), work("b", 1, done), work("c", 2, done)]) == ["a", "b", "c"]
    assert done == ["a0", "b0", "c0", "a1", "c1", "a2"]


@pytest.mark.parametrize("fails_at", range(3))
def test_what_one_raises_ends_no_other(fails_at: int) -> None:
    done: list[str] = []
    found = in_step([work("a", 3, done), work("b", 3, done, fails_at), work("c", 3, done)])
    assert (found[0], type(found[1]), found[2]) == ("a", ValueError, "c")
    assert [one for one in done if one[0] != "b"] == ["a0", "c0", "a1", "c1", "a2", "c2"]


def test_nothing_and_one_alone_are_batches_too() -> None:
    assert in_step([]) == []
    assert finished(work("a", 4, [])) == "a"
    with pytest.raises(ValueError, match="a"):
        finished(work("a", 4, [], 2))


@pytest.mark.parametrize("order", [TEXTS, TEXTS[::-1], TEXTS[2:] + TEXTS[:2]])
def test_in_a_batch_a_report_is_read_as_it_is_alone(assessor: Assessor, order: Sequence[str]) -> None:
    def reports() -> Iterator[ReportIn]:
        for number, text in enumerate(order):
            yield ReportIn(text=text or "-", observed_at=FILED - timedelta(hours=1) if number % 2 else None)

    together = in_step([assessor.steps(one, made=FILED) for one in reports()])
    for one, found in zip(reports(), together, strict=True):
        assert not isinstance(found, Exception)
        assert assessor.score(found) == assessor.assess(one, filed_at=FILED)
