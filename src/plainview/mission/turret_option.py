"""What a turret tells a run: the instrument's errors, where the settings say nothing of them."""

from dataclasses import fields, replace
from typing import Any

from plainview.formats.settings_toml import RunSettings
from plainview.model import Sigma, ViewSigma
from plainview.sensing import NavigationSpec

__all__ = ["settings_with_turret"]


def settings_with_turret(settings: RunSettings, navigation: NavigationSpec) -> RunSettings:
    """Return settings whose instrument is the turret's, each part that they state their own.

    What is kept for ``mission.json`` has the instrument that was used, whole: a run is then told
    from one with another turret, and its Views can be made again without the turret's file.
    """
    instrument = navigation.sigma()
    if settings.instrument is not None:
        instrument = replace(instrument, **_parts(settings.instrument))  # type: ignore[arg-type]
    table = {
        name: {"own": sigma.own, "shared": sigma.shared}
        for name, sigma in _parts(instrument).items()
    }
    values: dict[str, Any] = {**settings.values, "instrument": table}
    return replace(settings, instrument=instrument, values=values)


def _parts(sigma: ViewSigma) -> dict[str, Sigma]:
    """Return the parts that are stated, by name."""
    values = {entry.name: getattr(sigma, entry.name) for entry in fields(ViewSigma)}
    return {name: value for name, value in values.items() if isinstance(value, Sigma)}
