"""Runs the Dockerfile's install and start steps in a clean environment, without a Docker engine.

COPY and RUN of the build stage are carried out below a temporary folder, with ``/venv``, ``/src`` and ``/data``
moved there; then the image's command must start, say what is missing without a token, and its health check must
say that nothing runs.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOVED = ("/venv", "/src", "/data")


def instructions() -> list[tuple[str, str]]:
    """Every instruction of the Dockerfile with its arguments, lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def moved(text: str, top: Path) -> str:
    """Absolute places of the image, moved below ``top``."""
    for place in MOVED:
        text = text.replace(place, f"{top}{place}")
    return text


def main() -> None:
    """Build, start, judge."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for place in MOVED:
            (top / place[1:]).mkdir()
        keep = ("PATH", "PIP_", "SSL_", "REQUESTS_", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        env = {name: value for name, value in os.environ.items() if name.startswith(keep)}
        # A virtual environment that happens to be active is no part of a clean one.
        env["PATH"] = ":".join(p for p in env["PATH"].split(":") if ".venv" not in p)
        env["HOME"] = folder
        stages = -1
        start: list[str] = []
        health: list[str] = []
        for verb, rest in instructions():
            if verb == "FROM":
                stages += 1
            elif verb == "COPY" and stages == 0:
                *sources, target = rest.split()
                for source in sources:
                    goal = top / "src" / (source if target in ("./", ".") else target)
                    copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
                    copy(ROOT / source, goal)
            elif verb == "RUN" and stages == 0:
                print("RUN", rest, flush=True)
                # Outside any virtual environment: the image has none before this step makes one.
                python = shlex.quote(str(Path(sys.base_prefix) / "bin" / "python3"))
                command = moved(rest, top)
                command = f"{python}{command[6:]}" if command.startswith("python ") else command
                subprocess.run(command, shell=True, check=True, cwd=top / "src", env=env)
            elif verb == "ENV":
                pairs = dict(part.split("=", 1) for part in shlex.split(moved(rest, top)))
                env.update({k: v.replace("$PATH", env["PATH"]) for k, v in pairs.items()})
            elif verb == "CMD":
                start = json.loads(rest)
            elif verb == "HEALTHCHECK":
                health = json.loads(rest.split("CMD", 1)[1])

        def run(command: list[str]) -> subprocess.CompletedProcess[str]:
            result = subprocess.run(
                command, cwd=top / "data", env=env, capture_output=True, text=True, timeout=120, check=False
            )
            print("$", " ".join(command), "→", result.returncode, (result.stdout + result.stderr).strip())
            return result

        without = run(start)
        assert without.returncode == 2
        assert "DISCORD_TOKEN" in without.stderr, "the start says what is missing"
        assert "simcord" not in run([f"{top}/venv/bin/pip", "list"]).stdout, "no preview in the image"
        assert run([*start[:-1], "catalog", "starter"]).returncode == 0, "the starter catalogue is inside"
        assert "songs" in run([*start[:-1], "catalog", "info"]).stdout
        assert run([*start[:-1], "doctor"]).returncode == 0
        assert run(health).returncode == 2, "not well while nothing runs"
    print("Dockerfile: install and start steps hold.")


if __name__ == "__main__":
    main()
