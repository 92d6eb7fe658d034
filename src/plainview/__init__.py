"""An open EO/IR observation system: see, locate honestly, account for every use.

Everything heavy is loaded when it is first used::

    for observation in plainview.observe("rescue.ts"):
        for track in observation.tracks:
            print(track.track_id, track.latitude_deg, track.longitude_deg, track.ce90_m)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plainview.mission.observe import observe
    from plainview.mission.observe import process_paths as process
    from plainview.mission.reader import Mission
    from plainview.mission.reader import open_mission as open  # noqa: A004 - the public name

__all__ = ["Mission", "__version__", "observe", "open", "process"]

__version__ = "0.1.0"

_HOMES = {
    "Mission": ("plainview.mission.reader", "Mission"),
    "observe": ("plainview.mission.observe", "observe"),
    "open": ("plainview.mission.reader", "open_mission"),
    "process": ("plainview.mission.observe", "process_paths"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'plainview' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
