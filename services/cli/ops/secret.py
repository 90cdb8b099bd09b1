"""Replace the installation's secret: a new one signs, the one before stays good until it is ended."""

import argparse

from services.cli.connect import add_place, settings_of
from services.security.secret import retire, rotate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `secret`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add_place(acts.add_parser("rotate", help="sign by a new secret; what the one before signed stays good"))
    add_place(acts.add_parser("retire", help="end the one before: keys it signed, receipts and webhooks are void"))


def run(options: argparse.Namespace) -> int:
    """Do it; 2 where the secret comes from the environment."""
    settings = settings_of(options)
    if settings.secret:
        print("KENTONGAN_SECRET is set: put a new one there, and the old one into KENTONGAN_SECRET_PREVIOUS.")
        return 2
    if options.act == "rotate":
        rotate(settings.data)
        print("A new secret signs from the next start on. Make new keys, then: kentongan secret retire")
    else:
        retire(settings.data)
        print("Only the new secret counts from the next start on. Devices with push have to be turned on again.")
    return 0
