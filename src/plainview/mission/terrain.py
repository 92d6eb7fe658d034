"""The terrain model of a run, read with what its settings say of it."""

from plainview.formats.terrain_raster import read_terrain
from plainview.geo import TERRAIN_SIGMA_M, Terrain
from plainview.mission.request import ProcessRequest

__all__ = ["terrain_of"]


def terrain_of(request: ProcessRequest) -> Terrain | None:
    """Return the terrain that a request names; None where it names none.

    Raises:
        InputError: The file cannot be used.
        GeometryError: Its vertical datum is not known, or cannot be brought to the ellipsoid.
    """
    if request.terrain is None:
        return None
    settings = request.settings
    return read_terrain(
        request.terrain,
        vertical_datum=settings.terrain_datum,
        datum_grid=settings.terrain_datum_grid,
        sigma_m=settings.terrain_sigma_m or TERRAIN_SIGMA_M,
    )
