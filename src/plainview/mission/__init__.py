"""Composes a run: source, stages, recorder, sinks; progress, resume; the use cases."""

__all__: list[str] = []
