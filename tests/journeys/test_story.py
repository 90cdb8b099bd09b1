"""README's story, end to end: one report, the right offices told, chased until somebody has answered."""

from tests.house import SOKO, House


async def test_a_clash_reaches_the_police_first_and_everybody_concerned(house: House) -> None:
    await house.file(
        "Ds. Mentoro Kec. Soko: dua kelompok pemuda perguruan silat saling lempar batu, 80 orang, 3 orang luka",
        kecamatan=SOKO,
        basis="saw",
    )
    house.expect_alert("POLRES", duty="lead", reason="opened")
    house.expect_alert("POLSEK", duty="support", reason="opened")
    house.expect_alert("DINKES", duty="inform", reason="opened")
