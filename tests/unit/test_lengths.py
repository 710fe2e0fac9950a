"""What is read is short: a file fits a look, a function fits a screen. What a docstring explains is not counted against it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE_LINES = 300
FUNCTION_LINES = 45
TEST_FILE_LINES = 400  # a test may tell a long story, in one place
TEST_FUNCTION_LINES = 90
SOURCES = ("backend", "scanning", "bootstrap", "docs")
NOT_WRITTEN_TO_BE_READ = ("versions", "node_modules", "dist", "api")  # migrations; a generated client


def _lines(path: Path) -> int:
    return path.read_text().count("\n")


def _python(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts)


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = len((ast.get_docstring(node, clean=False) or "").splitlines())
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - said


def _long_functions(most: int, *folders: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} {name}: {lines}"
        for path in _python(*folders)
        for name, lines in _functions(path)
        if lines > most
    ]


def test_no_file_outgrows_a_look() -> None:
    """No source file is longer than it may be, in Python or TypeScript."""
    front = [
        path
        for path in (ROOT / "pwa" / "src").rglob("*.ts*")
        if not {*path.relative_to(ROOT / "pwa" / "src").parts} & {*NOT_WRITTEN_TO_BE_READ}
    ]
    long = [str(path.relative_to(ROOT)) for path in [*_python(*SOURCES), *front] if _lines(path) > FILE_LINES]
    long += [str(path.relative_to(ROOT)) for path in _python("tests") if _lines(path) > TEST_FILE_LINES]
    assert long == []


def test_no_function_outgrows_a_screen() -> None:
    """No function is longer than it may be."""
    assert _long_functions(FUNCTION_LINES, *SOURCES) == []
    assert _long_functions(TEST_FUNCTION_LINES, "tests") == []
