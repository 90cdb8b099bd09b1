"""Give the settings that an installation makes by itself, so that some channels are there with nothing to set up."""

import base64
import hmac
from typing import Any

from services.oncall.push_subscription import CHANNEL, derived_key, subject_of


def homemade(secret: bytes, base_url: str) -> dict[str, dict[str, Any]]:
    """Give settings by channel that follow from the installation's secret and its address, for `set_up`."""
    key = base64.b64encode(hmac.digest(secret, b"webhook", "sha256")).decode()
    return {
        "webhook": {"secret": f"whsec_{key}"},
        CHANNEL: {"secret": derived_key(secret), "subject": subject_of(base_url)},
    }
