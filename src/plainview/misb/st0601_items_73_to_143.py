"""ST 0601 items 73 to 143."""

from typing import Final

from plainview.misb import st0601_packs as packs
from plainview.misb.item_kind import ItemKind
from plainview.misb.item_kinds import (
    EnumItem,
    FlagsItem,
    ImapItem,
    IntItem,
    LinearItem,
    NestedItem,
    PackItem,
    TextItem,
    UintItem,
)
from plainview.misb.st0601_words import (
    OPERATIONAL_MODES,
    PLATFORM_STATUSES,
    POSITIONING_SOURCES,
    SENSOR_CONTROL_MODES,
)
from plainview.misb.st0806 import RVT_ITEM
from plainview.misb.st0903 import VMTI_ITEM
from plainview.misb.st1002 import RANGE_IMAGE_ITEM
from plainview.misb.st1010 import sdcc_item
from plainview.misb.st1204 import decode_core_identifier, encode_core_identifier
from plainview.misb.st1206 import SAR_ITEM
from plainview.misb.st1601 import GEO_REGISTRATION_ITEM
from plainview.misb.st1602 import COMPOSITE_ITEM

__all__ = ["ITEMS_73_TO_143"]

ITEMS_73_TO_143: Final[tuple[ItemKind, ...]] = (
    RVT_ITEM,
    VMTI_ITEM,
    LinearItem(75, "sensor_height_hae_m", n_bytes=2, low=-900.0, high=19_000.0),
    LinearItem(76, "alternate_platform_height_hae_m", n_bytes=2, low=-900.0, high=19_000.0),
    EnumItem(77, "operational_mode", names=OPERATIONAL_MODES),
    LinearItem(78, "frame_center_height_hae_m", n_bytes=2, low=-900.0, high=19_000.0),
    LinearItem(79, "sensor_velocity_north_m_s", n_bytes=2, low=-327.0, high=327.0),
    LinearItem(80, "sensor_velocity_east_m_s", n_bytes=2, low=-327.0, high=327.0),
    PackItem(
        81,
        "image_horizon",
        decode_pack=packs.decode_horizon,
        encode_pack=packs.encode_horizon,
    ),
    LinearItem(82, "corner_1_latitude_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(83, "corner_1_longitude_deg", n_bytes=4, low=-180.0, high=180.0),
    LinearItem(84, "corner_2_latitude_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(85, "corner_2_longitude_deg", n_bytes=4, low=-180.0, high=180.0),
    LinearItem(86, "corner_3_latitude_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(87, "corner_3_longitude_deg", n_bytes=4, low=-180.0, high=180.0),
    LinearItem(88, "corner_4_latitude_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(89, "corner_4_longitude_deg", n_bytes=4, low=-180.0, high=180.0),
    LinearItem(90, "platform_pitch_full_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(91, "platform_roll_full_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(92, "platform_angle_of_attack_full_deg", n_bytes=4, low=-90.0, high=90.0),
    LinearItem(93, "platform_sideslip_full_deg", n_bytes=4, low=-180.0, high=180.0),
    NestedItem(
        94,
        "miis_core_identifier",
        decode_nested=decode_core_identifier,
        encode_nested=encode_core_identifier,
    ),
    SAR_ITEM,
    ImapItem(96, "target_width_extended_m", low=0.0, high=1_500_000.0, n_bytes=3),
    RANGE_IMAGE_ITEM,
    GEO_REGISTRATION_ITEM,
    COMPOSITE_ITEM,
    NestedItem(100, "segment_local_set"),
    NestedItem(101, "amend_local_set"),
    sdcc_item(102),
    ImapItem(103, "density_altitude_extended_m", low=-900.0, high=40_000.0, n_bytes=3),
    ImapItem(104, "sensor_height_hae_extended_m", low=-900.0, high=40_000.0, n_bytes=3),
    ImapItem(105, "alternate_platform_height_hae_extended_m", low=-900.0, high=40_000.0, n_bytes=3),
    TextItem(106, "stream_designator"),
    TextItem(107, "operational_base"),
    TextItem(108, "broadcast_source"),
    ImapItem(109, "range_to_recovery_location_km", low=0.0, high=21_000.0, n_bytes=3, max_bytes=4),
    UintItem(110, "time_airborne_s", max_bytes=4),
    UintItem(111, "propulsion_unit_speed_rpm", max_bytes=4),
    ImapItem(112, "platform_course_deg", low=0.0, high=360.0, n_bytes=2),
    ImapItem(113, "altitude_agl_m", low=-900.0, high=40_000.0, n_bytes=3, max_bytes=4),
    ImapItem(114, "radar_altimeter_m", low=-900.0, high=40_000.0, n_bytes=3, max_bytes=4),
    PackItem(
        115,
        "control_command",
        decode_pack=packs.decode_command,
        encode_pack=packs.encode_command,
    ),
    PackItem(
        116,
        "control_command_verifications",
        decode_pack=packs.decode_oids,
        encode_pack=packs.encode_oids,
    ),
    ImapItem(117, "sensor_azimuth_rate_deg_s", low=-1000.0, high=1000.0, n_bytes=3, max_bytes=4),
    ImapItem(118, "sensor_elevation_rate_deg_s", low=-1000.0, high=1000.0, n_bytes=3, max_bytes=4),
    ImapItem(119, "sensor_roll_rate_deg_s", low=-1000.0, high=1000.0, n_bytes=3, max_bytes=4),
    ImapItem(120, "storage_percent_full", low=0.0, high=100.0, n_bytes=2, max_bytes=3),
    PackItem(
        121,
        "active_wavelengths",
        decode_pack=packs.decode_oids,
        encode_pack=packs.encode_oids,
    ),
    PackItem(
        122,
        "country_codes",
        decode_pack=packs.decode_countries,
        encode_pack=packs.encode_countries,
    ),
    UintItem(123, "n_navsats_in_view", n_bytes=1),
    FlagsItem(124, "positioning_sources", names=POSITIONING_SOURCES),
    EnumItem(125, "platform_status", names=PLATFORM_STATUSES),
    EnumItem(126, "sensor_control_mode", names=SENSOR_CONTROL_MODES),
    PackItem(
        127,
        "sensor_frame_rate",
        decode_pack=packs.decode_frame_rate,
        encode_pack=packs.encode_frame_rate,
    ),
    PackItem(
        128,
        "wavelengths",
        decode_pack=packs.decode_wavelengths,
        encode_pack=packs.encode_wavelengths,
    ),
    TextItem(129, "target_id", max_bytes=32),
    PackItem(
        130,
        "airbase_locations",
        decode_pack=packs.decode_airbases,
        encode_pack=packs.encode_airbases,
    ),
    UintItem(131, "take_off_time_us", max_bytes=8),
    ImapItem(132, "transmission_frequency_mhz", low=1.0, high=99_999.0, n_bytes=3, max_bytes=4),
    UintItem(133, "storage_capacity_gb", max_bytes=4),
    ImapItem(134, "zoom_percent", low=0.0, high=100.0, n_bytes=2, max_bytes=4),
    TextItem(135, "communications_method"),
    IntItem(136, "leap_seconds", max_bytes=4),
    IntItem(137, "correction_offset_us", max_bytes=8),
    PackItem(
        138,
        "payloads",
        decode_pack=packs.decode_payloads,
        encode_pack=packs.encode_payloads,
    ),
    PackItem(
        139,
        "active_payloads",
        decode_pack=packs.decode_active_payloads,
        encode_pack=packs.encode_active_payloads,
    ),
    PackItem(
        140,
        "weapons_stores",
        decode_pack=packs.decode_stores,
        encode_pack=packs.encode_never,
    ),
    PackItem(
        141,
        "waypoints",
        decode_pack=packs.decode_waypoints,
        encode_pack=packs.encode_waypoints,
    ),
    PackItem(
        142,
        "view_domain",
        decode_pack=packs.decode_view_domain,
        encode_pack=packs.encode_view_domain,
    ),
    PackItem(
        143,
        "metadata_substream",
        decode_pack=packs.decode_substream,
        encode_pack=packs.encode_substream,
    ),
)
"""Item 140 tells of weapons: read and shown as evidence, never set."""
