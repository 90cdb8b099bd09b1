from tests.console.conftest import desk, person

__all__ = ["desk", "person"]
