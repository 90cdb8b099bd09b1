from tests.console.conftest import desk, person, program

__all__ = ["desk", "person", "program"]
