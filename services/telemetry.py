"""Say what happens: one log line per happening, to standard error, never with a report's text in it."""

import logging
import sys
import time


def set_up_logging(level: str) -> None:
    """Log to standard error with time (UTC), level and name."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("faststream", "apscheduler", "aiosmtplib", "nats", "alembic", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
