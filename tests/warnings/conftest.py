from tests.console.conftest import desk, official, person, program

__all__ = ["desk", "official", "person", "program"]
