"""What the tests of this folder may ask for."""

from tests.answers.phones import gateway, new_phones, phones

__all__ = ["gateway", "new_phones", "phones"]
