"""Operations on incidents shared by all services."""
