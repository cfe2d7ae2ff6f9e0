"""One environment per library, made when it is first needed, and the runners as processes in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIBRARIES = ("irspack", "implicit", "cornac", "lightfm_next", "rectools", "lenskit")
PYTHON = (3, 11)
# A busy neighbour makes BLAS with many threads slower, not faster; and every peer gets the same.
CAPPED = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "IRSPACK_NUM_THREADS_DEFAULT",
    "LK_NUM_THREADS",
)


class NoEnvironment(RuntimeError):
    """A library could not be installed here."""


def environment(library: str, folder: Path, python: str = f"python{PYTHON[0]}.{PYTHON[1]}") -> Path:
    """The Python of the library's environment under ``folder``.

    Raises:
        NoEnvironment: there is no such Python, or pip failed; its last words are in the message.
    """
    home = folder / library
    inside = home / "bin" / "python"
    wanted = (HERE / "requirements" / f"{library}.txt").read_text()
    stamp = home / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return inside
    base = sys.executable if sys.version_info[:2] == PYTHON else python
    _checked([base, "-m", "venv", "--clear", str(home)], library)
    pip = [str(inside), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    # With torch in place first, no requirement draws the newest build with gigabytes for a GPU.
    for line in wanted.splitlines():
        if line.startswith("torch=="):
            _checked([*pip, line], library)
    _checked([*pip, "--requirement", str(HERE / "requirements" / f"{library}.txt")], library)
    stamp.write_text(wanted)
    return inside


def run(library: str, environments: Path, arguments: Sequence[str], threads: int = 1) -> str:
    """``python -m benchmarks.peers.run_<library>`` in the library's environment; gives what it printed.

    Raises:
        NoEnvironment: the library could not be installed.
        subprocess.CalledProcessError: the runner failed.
    """
    inside = environment(library, environments)
    module = f"benchmarks.peers.run_{library}"
    capped = {name: str(threads) for name in CAPPED}
    command = [str(inside), "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | capped, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _checked(command: list[str], library: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NoEnvironment(f"{library}: {command[0]} is not installed") from None
    if done.returncode:
        raise NoEnvironment(f"{library}: {done.stderr.strip()[-500:]}")
