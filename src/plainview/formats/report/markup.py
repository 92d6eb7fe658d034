"""Markup: HTML that is built of elements, so that every text in it is escaped."""

from html import escape

__all__ = ["Child", "Markup", "element", "join"]


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = Markup | str | int | float | None


def join(*children: Child) -> Markup:
    """Return the children one after the other; plain text is escaped, None is left out."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(str(child))
            for child in children
            if child is not None
        )
    )


_VOID = frozenset({"br", "img", "meta", "hr", "rect", "circle", "ellipse", "line", "path"})


def element(tag: str, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """Return an element.

    Args:
        tag: Its name.
        children: What stands in it.
        attributes: A trailing underscore is dropped (`class_`), others become hyphens; True
            writes the name alone, None and False nothing.
    """
    written = []
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")  # noqa: PLW2901
        written.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
    head = f"<{tag}{''.join(written)}>"
    if tag in _VOID and not children:
        return Markup(f"{head[:-1]}/>")
    return Markup(f"{head}{join(*children)}</{tag}>")
