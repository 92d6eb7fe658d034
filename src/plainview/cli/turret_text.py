"""What a turret says on a terminal."""

from collections.abc import Iterator, Mapping

from plainview.sensing import (
    CameraSpec,
    GimbalSpec,
    NavigationSpec,
    PlatformSpec,
    RangefinderSpec,
    TurretSpec,
)

__all__ = ["catalogue_text", "turret_text"]


def catalogue_text(turrets: list[TurretSpec], platforms: list[PlatformSpec]) -> str:
    """Return the catalogue, a line a turret and a line a platform."""
    lines = ["Turrets"]
    for turret in turrets:
        bands = ", ".join(f"{camera.name} {_fields(camera)}" for camera in turret.cameras)
        lines.append(f"  {turret.name:<10} {turret.mass_kg:5.1f} kg  {bands}")
    lines.append("Platforms")
    lines += [
        f"  {each.name:<10} {each.cruise_speed_m_s:5.0f} m/s,"
        f" {each.lowest_altitude_m:g} to {each.highest_altitude_m:g} m"
        for each in platforms
    ]
    lines.append("`plainview turrets NAME` shows one; with --toml, as the file that it is.")
    return "\n".join(lines)


def _fields(camera: CameraSpec) -> str:
    widest, narrowest = (camera.horizontal_fov_deg(camera.focal_lengths_mm[end]) for end in (0, -1))
    return f"{widest:.3g} deg" if widest == narrowest else f"{widest:.3g} to {narrowest:.2g} deg"


def turret_text(turret: TurretSpec) -> str:
    """Return a turret on a page: cameras, gimbal, rangefinder, errors, and what is assumed."""
    lines = [f"{turret.name}: {turret.description}"]
    lines.append(
        f"  {turret.ball_diameter_m * 100:g} cm, {turret.mass_kg:g} kg,"
        f" for {', '.join(turret.platforms) or 'no platform of the catalogue'}"
    )
    for camera in turret.cameras:
        lines += _camera_lines(camera)
    lines += _gimbal_lines(turret.gimbal) + _finder_lines(turret.rangefinder)
    lines += _navigation_lines(turret.navigation)
    n_numbers, n_sourced = _counts(turret)
    lines.append(
        f"  {n_sourced} of {n_numbers} fields with numbers have a source, the others are assumed"
    )
    return "\n".join(lines)


def _camera_lines(camera: CameraSpec) -> list[str]:
    detector, lens = camera.detector, camera.lens
    zoom = " (zoom)" if lens.is_continuous else ""
    lines = [
        f"  {camera.name}: {camera.band} {camera.band_low_um:g} to {camera.band_high_um:g} um,"
        f" {detector.columns}x{detector.rows} of {detector.pixel_pitch_um:g} um,"
        f" {detector.frame_rate_hz:g} frames/s, {detector.readout} readout{zoom}"
    ]
    for mm in camera.focal_lengths_mm:
        step, netd_k = camera.step(mm), camera.netd_k(mm)
        noise = "" if netd_k is None else f", NETD {netd_k * 1e3:.0f} mK"
        lines.append(
            f"    {mm:g} mm f/{step.f_number:g}: {camera.horizontal_fov_deg(mm):.3g} x"
            f" {camera.vertical_fov_deg(mm):.3g} deg, a pixel {camera.ifov_rad(mm) * 1e6:.3g} urad,"
            f" aperture {step.aperture_mm:.0f} mm{noise}"
        )
    return lines


def _gimbal_lines(gimbal: GimbalSpec | None) -> list[str]:
    if gimbal is None:
        return ["  gimbal: none, it is fixed"]
    turns = "endless"
    if not gimbal.is_azimuth_endless:
        turns = f"{gimbal.azimuth_low_deg:g} to {gimbal.azimuth_high_deg:g} deg"
    return [
        f"  gimbal: {gimbal.axes} axes, azimuth {turns}, elevation {gimbal.elevation_low_deg:g}"
        f" to {gimbal.elevation_high_deg:g} deg, {gimbal.azimuth_rate_deg_s:g} deg/s,"
        f" rate loop {gimbal.rate_loop_hz:g} Hz"
    ]


def _finder_lines(finder: RangefinderSpec | None) -> list[str]:
    if finder is None:
        return ["  rangefinder: none"]
    return [
        f"  rangefinder: {finder.shortest_m:g} to {finder.longest_m:g} m,"
        f" 1-sigma {finder.noise_m:g} m and {finder.bias_m:g} m that stays"
    ]


def _navigation_lines(navigation: NavigationSpec) -> list[str]:
    lines = ["  errors (1-sigma: new in each frame, the same through a mission)"]
    lines += [
        f"    {name:<24} {pair.own:g}, {pair.shared:g}" for name, pair in navigation.parts().items()
    ]
    return lines


def _counts(turret: TurretSpec) -> tuple[int, int]:
    """Return how many fields of a turret hold numbers, and how many of them name a source."""
    said = [source for table in _sources(turret) for source in table.values()]
    return len(said), sum(source != "assumed" for source in said)


def _sources(turret: TurretSpec) -> Iterator[Mapping[str, str]]:
    yield turret.sources
    yield turret.navigation.sources
    for camera in turret.cameras:
        yield from (camera.sources, camera.lens.sources, camera.detector.sources)
    for noise in (noise for camera in turret.cameras for noise in (camera.thermal, camera.photon)):
        if noise is not None:
            yield noise.sources
    for part in (turret.gimbal, turret.rangefinder):
        if part is not None:
            yield part.sources
