from provider_fakes import message

from services.notify.channels import Verdict, set_up
from services.notify.channels.desk import Desk


async def test_an_alert_on_the_desk_has_arrived_once_it_is_kept():
    desk = set_up({"desk": Desk})["desk"]
    assert await desk.send(message(address="piket")) == Verdict("delivered")


async def test_only_a_login_is_an_address_of_the_desk():
    assert [Desk.canonical(address) for address in ("piket", "", "a b", " piket")] == ["piket", None, None, None]
