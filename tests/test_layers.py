"""Floors 0 to 4 take values and return values: they open nothing (import-linter holds imports)."""

import ast
from pathlib import Path

import pytest

import plainview

PACKAGE = Path(plainview.__file__).parent
FUNCTIONAL = (
    "errors units model geo imaging misb overlay sensing detection tracking planning twin".split()  # noqa: SIM905
)
WORLDLY = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir"),
    *("fromfile", "tofile", "loadtxt", "savetxt", "savez", "imread", "imwrite", "input", "print"),
}
"""Calls that touch the world, by the name of the function or method."""
MAX_LINES = 400


def files_of(room: str) -> list[Path]:
    single = PACKAGE / f"{room}.py"
    return [single] if single.exists() else sorted((PACKAGE / room).rglob("*.py"))


def called_names(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        (node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node)
        for node in calls
        if isinstance(node.func, ast.Name | ast.Attribute)
    ]


def without_package_tables(tree: ast.AST) -> ast.AST:
    """Drop the functions that read a table that ships with the package, and their calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "resources.files(" in ast.unparse(node):
            node.body = [ast.Pass()]
    return tree


@pytest.mark.parametrize("room", FUNCTIONAL)
def test_a_room_of_the_functional_core_does_not_touch_the_world(room: str) -> None:
    assert files_of(room)
    found = [
        f"{path.relative_to(PACKAGE)}:{call.lineno} {name}"
        for path in files_of(room)
        for name, call in called_names(without_package_tables(ast.parse(path.read_text())))
        if name in WORLDLY
    ]
    assert found == []


def test_a_call_that_touches_the_world_would_be_found() -> None:
    source = "def f(path):\n    with path.open() as file:\n        return file.read()"
    assert "open" in dict(called_names(without_package_tables(ast.parse(source))))


def test_every_file_is_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(PACKAGE)): n_lines
        for path in PACKAGE.rglob("*.py")
        if (n_lines := len(path.read_text().splitlines())) >= MAX_LINES
    }
    assert long == {}


def test_nothing_is_unpickled() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        names = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & {"pickle", "dill", "cloudpickle", "marshal", "shelve"}, path
        assert "allow_pickle=True" not in path.read_text(), path
