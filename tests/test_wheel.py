"""The wheel, built and unpacked elsewhere: it must run there from its own files alone."""

from __future__ import annotations

import configparser
import importlib
import importlib.metadata
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CODE = {".py", ".typed"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as hatchling builds it from a copy of the tree, without network."""
    tree = tmp_path_factory.mktemp("wheel") / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tree)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__", "*.gguf"))
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(build, cwd=tree, check=True, capture_output=True, timeout=120)
    built = list((tree / "dist").glob("*.whl"))
    assert len(built) == 1
    return built[0]


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked into a folder of its own, which is what installing a pure wheel does."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_there(elsewhere: Path, home: Path, program: str) -> str:
    """What a program prints with the unpacked wheel first on its path, away from the checkout."""
    environment = {"PYTHONPATH": str(elsewhere), "PATH": "/usr/bin:/bin", "HOME": str(home), "EVIDENCE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_of_every_package_is_inside(wheel: Path) -> None:
    """Templates, prompts, migrations, the demonstration collection: whatever lies in a package beside its code."""
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".gguf"
    }
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == expected
    beside_code = {name for name in inside if Path(name).suffix not in CODE}
    for needed in (
        "connectors/mirror/demonstration.xml",
        "connectors/mirror/demonstration_questions.yaml",
        "prompts/pins.json",
        "prompts/system/records.md",
        "prompts/extract_study@1.md",
        "reporting/templates/draft.html",
    ):
        assert needed in beside_code
    assert any(name.startswith("connectors/store/migrations/versions/") for name in inside)


def test_every_package_is_typed_and_the_licence_travels(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [package for package in PACKAGES if f"{package}/py.typed" not in names] == []
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_it_runs_from_its_own_files(elsewhere: Path, tmp_path: Path) -> None:
    program = f"import importlib; [print(importlib.import_module(name).__file__) for name in {PACKAGES!r}]"
    places = run_there(elsewhere, tmp_path, program).split()
    assert len(places) == len(PACKAGES)
    assert [place for place in places if not Path(place).is_relative_to(elsewhere)] == []


def test_the_command_works_there(elsewhere: Path, tmp_path: Path) -> None:
    entry_points = configparser.ConfigParser()
    entry_points.read(next(elsewhere.glob("*.dist-info/entry_points.txt")))
    module, _, function = entry_points["console_scripts"]["evidence"].partition(":")

    def evidence(*arguments: str) -> str:
        return run_there(elsewhere, tmp_path, f"from {module} import {function} as main; main({list(arguments)!r})")

    assert "Commands:" in evidence("--help")
    assert "cholera" in evidence("demo", "--question", "list"), "reads the demonstration questions"
    assert '"$schema"' in evidence("schema")
    assert "There are no runs yet" in evidence("runs"), "creates the store with its migrations"


def test_its_prompts_are_the_pinned_ones(elsewhere: Path, tmp_path: Path) -> None:
    program = (
        "from prompts.registry import load_prompts, read_pins; "
        "print({key: prompt.hash for key, prompt in load_prompts().items()} == read_pins())"
    )
    assert run_there(elsewhere, tmp_path, program).strip() == "True"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_overwrites_a_package_of_ours(package: str) -> None:
    """The names are common words: another distribution that ships a folder of the same name would replace ours."""
    place = importlib.import_module(package).__file__
    assert place is not None
    assert Path(place).is_relative_to(ROOT / package)


def test_the_version_is_named_once() -> None:
    import evidence

    assert "version" in PROJECT["project"]["dynamic"]
    assert importlib.metadata.version(PROJECT["project"]["name"]) == evidence.__version__
