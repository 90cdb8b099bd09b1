"""Measure the whole line, from POST to webhook, beside a bare floor; one run, one machine, ratios to quote."""

from tests.bench.command import add_arguments, run

__all__ = ["add_arguments", "run"]
