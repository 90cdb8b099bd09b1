"""Match reports to incidents."""
