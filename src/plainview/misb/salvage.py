"""What is left of a damaged packet: the items before the first place where damage shows.

A checksum that fails does not say where. What says it is the structure: a length that was hit
makes what follows it read as tags and lengths that its standard does not have, until one runs
over the end. So items are taken up to the first that is unknown, repeated, of a wrong length,
unreadable, or cut; where all bytes after the damage still fit, nothing shows it, and the
plausibility of the values is what is left to tell (`SetDecoder`).
"""

from plainview.misb.ber import KlvDecodeError, decode_ber_length
from plainview.misb.damage import DOUBTFUL, Damage, DamageKind
from plainview.misb.items import Element, ItemTable, decode_item_of_set, walk_local_set
from plainview.misb.metadata_set import DecodedSet, ItemKey
from plainview.misb.universal_label import N_LABEL_BYTES, nearest_set, set_of_label

__all__ = ["intact_elements", "is_broken", "items_before_damage", "salvaged_elements"]


def is_broken(damage: tuple[Damage, ...]) -> bool:
    """Return whether damage may lie anywhere in a packet, or its structure breaks off."""
    return any(each.kind in DOUBTFUL or each.kind == DamageKind.ITEM_OVERRUN for each in damage)


def intact_elements(value: bytes, table: ItemTable) -> list[Element]:
    """Return the items of a local set that stand before the first that shows damage.

    Args:
        value: The set's value: tags, lengths and values, broken off anywhere.
        table: Its standard.
    """
    found: list[Element] = []
    seen: list[ItemKey] = []
    for each in walk_local_set(value)[0]:
        is_repeated = each.tag in seen and each.tag not in table.repeatable
        if each.tag not in table.by_number or is_repeated:
            break
        wire = value[each.start : each.end]
        if decode_item_of_set(each.tag, wire, table, preceding=seen)[1]:
            break
        found.append(each)
        seen.append(each.tag)
    return found


def salvaged_elements(raw: bytes, table: ItemTable) -> list[Element]:
    """Return where the items stand in a damaged packet that are before its damage.

    Args:
        raw: The packet to the byte, cut off or not; its label may differ in a bit or two.
        table: The standard of its set.

    Returns:
        Places in ``raw``; none where label or length cannot be read.
    """
    label = raw[:N_LABEL_BYTES]
    form = set_of_label(label) or nearest_set(label)
    if form is None or form.name != table.standard.replace(" ", ""):
        return []
    try:
        n_bytes, start = decode_ber_length(raw, N_LABEL_BYTES)
    except KlvDecodeError:
        return []
    return [
        Element(each.tag, each.tag_start + start, each.start + start, each.end + start)
        for each in intact_elements(raw[start : start + n_bytes], table)
    ]


def items_before_damage(decoded: DecodedSet) -> DecodedSet:
    """Return a universal set with the items before the first that is damaged, and all damage."""
    places = {each.place.partition(".")[0] for each in decoded.damage}
    repeated = {key for key, _ in decoded.repeats}
    items = {}
    for key, item in decoded.items.items():
        if str(key) in places or key in repeated:
            break
        items[key] = item
    return DecodedSet(items=items, damage=decoded.damage)
