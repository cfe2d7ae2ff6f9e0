"""Whether figures still belong to this code: a digest of what code means and of what data holds."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "recommender"


def fingerprint(*paths: Path, engine: Path = ENGINE) -> str:
    """A digest of the engine and of some more files or folders.

    Comments, docstrings and layout of code do not count; what code says does, and so do all defaults of the engine's
    configuration, because they stand in its code.
    """
    digest = hashlib.sha256()
    for path in (engine, *paths):
        for file in _files(path):
            digest.update(f"{file.relative_to(path.parent).as_posix()}\0".encode())
            digest.update(_meaning(file.read_bytes()) if file.suffix == ".py" else file.read_bytes())
    return digest.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


@cache
def _meaning(source: bytes) -> bytes:
    """A digest of what Python reads, docstrings aside."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [line for line in node.body if not _is_docstring(line)]
    return hashlib.sha256(ast.dump(tree).encode()).digest()


def _is_docstring(line: ast.stmt) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )
