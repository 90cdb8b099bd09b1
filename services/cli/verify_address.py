"""Prove an address: send six digits there, and take them back from there or from whoever was told them.

The office vouches for an address it adds (`--address`); one it cannot vouch for (`--unverified`) is used only after
this.
"""

import argparse

from services.cli import queries
from services.notify.channels import shown_on
from services.notify.replies import address_verification as checks
from services.notify.replies.office_hand import OfficeHand
from services.store.database import Store
from services.store.transaction import Transaction

OFFICE = "office"


def add_verify(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare `person verify`."""
    verify = acts.add_parser("verify", help="send a code to an address, or hand in the one that was told")
    verify.add_argument("login")
    verify.add_argument("channel")
    verify.add_argument("code", nargs="?", help="the code that was told; without it, a new one is sent")
    return verify


def run(store: Store, login: str, channel: str, code: str | None) -> int:
    """Send a code, or take one; 1 when there is no such address or the code does not fit."""
    if code is None:
        sent = store.write_now(lambda tx: send(tx, login, channel))
        shown = shown_on(channel, sent) if sent else ""
        print(f"A code is on its way to {shown}." if sent else f"{login} has no address on {channel}.")
        return 0 if sent else 1
    proved = store.write_now(
        lambda tx: checks.prove(tx, queries.addresses_to_verify(tx, login, channel), code, OFFICE) is not None
    )
    print("The address is verified." if proved else "The code does not fit, is too old or was tried too often.")
    return 0 if proved else 1


def stop_address(tx: Transaction, login: str, channel: str) -> bool:
    """Use a person's addresses on a channel no more; only the office may, who knows what else reaches him."""
    live = [one for one in queries.addresses_to_verify(tx, login, channel) if one.disabled_at is None]
    for one in live:
        one.disabled_at = tx.now
        tx.audit("address.stopped", OFFICE, subject=one.id, channel=channel)
    return bool(live)


def send(tx: Transaction, login: str, channel: str) -> str | None:
    """Owe a new code to the address that is to be proved, the unproved one first; gives the address."""
    addresses = queries.addresses_to_verify(tx, login, channel)
    if not addresses:
        return None
    address = addresses[0]
    OfficeHand.send_code(tx, address.id, OFFICE)
    return address.address
