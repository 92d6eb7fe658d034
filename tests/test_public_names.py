"""Every module says what is public in it: its `__all__` and its names tell the same.

Functions and classes count. Constants and names of types stand where they are used and are
exported where another room needs them.
"""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import plainview

PACKAGE = Path(plainview.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def public_definitions(source: str) -> set[str]:
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, DEFINITIONS) and not node.name.startswith("_")
    }


def exported(source: str) -> list[str] | None:
    """Return the names of `__all__` as they are written; None where there is none."""
    for node in ast.parse(source).body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        if any(isinstance(each, ast.Name) and each.id == "__all__" for each in targets):
            names: list[str] = ast.literal_eval(node.value)  # type: ignore[attr-defined]
            return names
    return None


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_the_public_names_of_a_module_are_those_that_it_exports(path: Path) -> None:
    source = (PACKAGE / path).read_text()
    names = exported(source)
    assert names is not None, "the module has no __all__"
    assert len(set(names)) == len(names)
    assert public_definitions(source) <= set(names), "public, and not exported"
    assert not [name for name in names if name.startswith("_") and name != "__version__"]


def test_every_name_that_is_exported_is_there() -> None:
    for path in MODULES:
        parts = [part for part in path.with_suffix("").parts if part != "__init__"]
        module = import_module(".".join(["plainview", *parts]))
        missing = [name for name in module.__all__ if not hasattr(module, name)]
        assert missing == [], path


def test_a_name_that_is_left_out_would_be_found() -> None:
    source = "__all__ = ['a']\ndef a(): ...\nclass B: ...\ndef _c(): ...\n"
    assert public_definitions(source) - set(exported(source) or ()) == {"B"}
    assert exported("a = 1") is None
