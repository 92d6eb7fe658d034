"""What a person types."""

__all__: list[str] = []
