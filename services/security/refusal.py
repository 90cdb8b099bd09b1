"""Say that an operation is refused, with a code and a sentence."""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The act is not possible; `reason` is a code, `detail` a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason  # "not_found", "not_yours", "state", "reason_required"
        self.detail = detail
