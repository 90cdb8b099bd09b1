"""Take reports in: the HTTP door and the intakes that turn files and messages into reports."""
