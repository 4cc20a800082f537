"""`make` on a fresh machine: bootstrap.py is run in copies of the tree, with poor Pythons, no network and full disks."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = "http://127.0.0.1:9"
"""A port of this machine that nothing listens on."""

TINY_PROJECT = """
[build-system]
requires = []
build-backend = "tiny_backend"
backend-path = ["."]
[project]
name = "tiny-project"
version = "1"
"""

TINY_BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "tiny_project-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("tiny_project-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny-project\\nVersion: 1\\n")
        wheel.writestr("tiny_project-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny_project-1.dist-info/RECORD", "")
    return name
"""


def make_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """A wheel, and the lines of requirements.txt that pin it, laid out as uv writes them."""
    path, about = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    metadata = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for place, text in (files | metadata).items():
            entry = zipfile.ZipInfo(place)
            entry.external_attr = 0o100755 << 16
            wheel.writestr(entry, text)
        wheel.writestr(f"{about}/RECORD", "".join(f"{place},,\n" for place in (*files, *metadata, f"{about}/RECORD")))
    other, own = "0" * 64, hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{other} \\\n    --hash=sha256:{own}\n"


class House:
    """A copy of what `make setup` reads, with one tiny package to install, and a PATH that holds what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.tools, self.wheels = folder / "tree", folder / "tools", folder / "wheels"
        for place in (self.tree, self.tools, self.wheels):
            place.mkdir()
        shutil.copy(ROOT / "bootstrap.py", self.tree)
        (self.tree / "pyproject.toml").write_text(TINY_PROJECT)
        (self.tree / "tiny_backend.py").write_text(TINY_BACKEND)
        self.pin("1.0")
        self.environment = {
            "PATH": f"{self.tools}:/usr/bin:/bin",
            "HOME": str(folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "UV_HTTP_RETRIES": "0",
            "UV_CACHE_DIR": str(folder / "uv-cache"),
            "UV_DEFAULT_INDEX": NOWHERE,
        }

    def pin(self, version: str) -> None:
        (self.tree / "requirements.txt").write_text(
            make_wheel(self.wheels, "tiny", version, {"tiny.py": f"VERSION = {version!r}\n"})
        )

    def tool(self, name: str, script: str) -> Path:
        """A program on PATH."""
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def uv_that_says(self, words: str) -> None:
        """A uv that cannot install anything."""
        self.tool("uv", f'[ "$1" = --version ] && echo "uv 9.9.9" && exit 0\necho "{words}"; exit 1')

    def command(self, *options: str, python: str | Path = sys.executable) -> list[str]:
        return [str(python), str(self.tree / "bootstrap.py"), *options]

    def set_up(self, *options: str, python: str | Path = sys.executable) -> subprocess.CompletedProcess[str]:
        """Run bootstrap.py; a fault is one sentence, with no traceback whatever happens."""
        command = self.command(*options, python=python)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=100, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.stdout == ""
        return done

    def installed(self) -> str:
        """The version of the tiny package as `.venv` sees it."""
        ask = [str(self.tree / ".venv/bin/python"), "-c", "import tiny; print(tiny.VERSION)"]
        return subprocess.run(ask, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def fault_of(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a fault, after the lines of progress."""
    assert done.returncode == 2, done.stderr
    return done.stderr.rstrip("\n").rsplit("\n", 1)[-1]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def make_python(folder: Path, *options: str) -> Path:
    """A Python as Debian ships it without python3-venv: no ensurepip."""
    subprocess.run([sys.executable, "-m", "venv", *options, str(folder)], check=True, timeout=100)
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python without ensurepip and without pip."""
    return make_python(tmp_path_factory.mktemp("python") / "bare", "--without-pip")


@pytest.fixture(scope="module")
def pip_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python without ensurepip, but with pip of its own. Quicker than one that has to unpack pip each time."""
    return make_python(tmp_path_factory.mktemp("python") / "pip")


def test_sets_up_once_and_then_takes_nothing_twice(house: House) -> None:
    first = house.set_up("--pip")
    assert first.returncode == 0, first.stderr
    assert house.installed() == "1.0"
    assert "Installing 1 packages with pip" in first.stderr
    module = next((house.tree / ".venv").glob("lib/python3*/site-packages/tiny.py"))
    made = module.stat().st_mtime_ns
    started = time.monotonic()
    second = house.set_up("--pip")
    assert (second.returncode, second.stderr) == (0, "")
    assert time.monotonic() - started < 5
    assert module.stat().st_mtime_ns == made

    house.pin("2.0")
    assert house.set_up("--pip").returncode == 0
    assert house.installed() == "2.0"


def test_a_moved_checkout_is_set_up_again(house: House, pip_python: Path) -> None:
    assert house.set_up(python=pip_python).returncode == 0
    house.tree = house.tree.rename(house.tree.with_name("moved"))
    after = house.set_up(python=pip_python)
    assert "Taking away .venv" in after.stderr
    assert str(house.tree) in (house.tree / ".venv/bin/activate").read_text()
    assert house.installed() == "1.0"


def test_uv_is_got_by_pip_and_then_does_the_work(house: House, pip_python: Path) -> None:
    """The uv in the test's wheel only writes down what it was asked to do."""
    pinned = house.tree / "requirements.txt"
    script = {"uv-9.9.9.data/scripts/uv": '#!/bin/sh\necho "$@" >> "$HOME/asked"\n'}
    pinned.write_text(pinned.read_text() + make_wheel(house.wheels, "uv", "9.9.9", script))
    done = house.set_up(python=pip_python)
    assert done.returncode == 0, done.stderr
    assert "Installing 2 packages with uv" in done.stderr
    packages, project = (house.tree.parent / "asked").read_text().splitlines()
    assert packages.startswith(f"pip install --python {house.tree}/.venv/bin/python --no-deps --require-hashes -r")
    assert project.endswith(f"--no-deps --no-build-isolation -e {house.tree}")


def test_a_setup_that_was_stopped_begins_anew(house: House, pip_python: Path) -> None:
    child = house.tree.parent / "uv.pid"
    house.tool("uv", f'[ "$1" = --version ] && echo "uv 9.9.9" && exit 0\necho $$ > {child}; exec sleep 90')
    # Where the tests themselves run in the background, Ctrl-C is ignored from the start, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(
        house.command(python=pip_python),
        env=house.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (child.exists() and child.read_text().strip()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1]
    finally:
        signal.signal(signal.SIGINT, before)
        running.kill()
        running.wait()
    assert running.returncode == 130
    assert "Traceback" not in said
    assert "Stopped: run the same command again" in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.read_text()), 0)

    (house.tools / "uv").unlink()
    after = house.set_up(python=pip_python)
    assert "Taking away .venv, which is not whole" in after.stderr
    assert after.returncode == 0, after.stderr
    assert house.installed() == "1.0"


def test_an_environment_whose_python_is_gone_is_made_anew(house: House, pip_python: Path) -> None:
    broken = house.tree / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").symlink_to("/nowhere/python3")
    assert house.set_up("--pip", python=pip_python).returncode == 0
    assert house.installed() == "1.0"


def test_no_network_is_one_sentence(house: House, pip_python: Path) -> None:
    del house.environment["PIP_NO_INDEX"], house.environment["PIP_FIND_LINKS"]
    house.environment["PIP_INDEX_URL"] = NOWHERE
    done = house.set_up("--pip", python=pip_python)
    assert fault_of(done).startswith("The package registry cannot be reached: check the network")


def test_no_network_with_uv_alone_is_the_same_sentence(house: House, bare_python: Path) -> None:
    house.uv_that_says("error: error sending request for url: dns error: failed to lookup address information")
    done = house.set_up(python=bare_python)
    assert fault_of(done).startswith("The package registry cannot be reached: check the network")


def test_pip_helps_out_where_uv_fails(house: House, pip_python: Path) -> None:
    house.uv_that_says("error: invalid peer certificate: UnknownIssuer")
    done = house.set_up(python=pip_python)
    assert done.returncode == 0, done.stderr
    assert "uv could not; trying pip" in done.stderr
    assert house.installed() == "1.0"


def test_a_full_disk_is_one_sentence(house: House) -> None:
    house.uv_that_says("error: failed to write to the cache: No space left on device (os error 28)")
    assert fault_of(house.set_up()).startswith("The disk is full: free about 3 GB")


def test_a_tree_with_a_file_missing_is_one_sentence(house: House) -> None:
    (house.tree / "pyproject.toml").unlink()
    sentence = fault_of(house.set_up())
    assert sentence.startswith("Setting up cannot go on: No such file or directory")
    assert "pyproject.toml" in sentence


def test_a_package_that_is_not_the_pinned_one_is_refused(house: House, pip_python: Path) -> None:
    wrong = "0" * 64
    (house.tree / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{wrong}\n")
    assert "is not the one that requirements.txt pins" in fault_of(house.set_up("--pip", python=pip_python))
    assert not list((house.tree / ".venv").glob("lib/python3*/site-packages/tiny.py"))


def test_a_package_without_a_build_for_this_machine_is_named(house: House, pip_python: Path) -> None:
    (house.tree / "requirements.txt").write_text(f"smaller==1.0 --hash=sha256:{'0' * 64}\n")
    sentence = fault_of(house.set_up("--pip", python=pip_python))
    assert "has no build for this machine" in sentence
    assert "smaller==1.0" in sentence


def test_python_without_ensurepip_names_the_package_to_install(house: House, bare_python: Path) -> None:
    sentence = fault_of(house.set_up(python=bare_python))
    assert "sudo apt install python3-venv" in sentence
    assert "ensurepip" in sentence


def test_python_without_ensurepip_uses_its_own_pip(house: House, pip_python: Path) -> None:
    done = house.set_up(python=pip_python)
    assert done.returncode == 0, done.stderr
    assert house.installed() == "1.0"


OTHER_PYTHON = "import sys; sys.version_info = {version}; import platform; platform.python_version = lambda: {text!r}\n"


@pytest.mark.parametrize(("version", "text"), [((3, 10, 4), "3.10.4"), ((3, 14, 0), "3.14.0")])
def test_a_python_too_old_or_too_new_is_named(house: House, version: tuple[int, ...], text: str) -> None:
    """`sys.version_info` is altered before bootstrap.py runs, as a machine with that Python alone would have it."""
    house.environment["PATH"] = str(house.tools)
    (house.tools / "sitecustomize.py").write_text(OTHER_PYTHON.format(version=version, text=text))
    house.environment["PYTHONPATH"] = str(house.tools)
    sentence = fault_of(house.set_up())
    assert f"needs Python 3.11, 3.12 or 3.13 and found only Python {text}" in sentence
    assert not (house.tree / ".venv").exists()


def test_another_python_on_path_is_used_instead(house: House, pip_python: Path) -> None:
    (house.tools / "sitecustomize.py").write_text(OTHER_PYTHON.format(version=(3, 9, 2), text="3.9.2"))
    house.environment["PYTHONPATH"] = str(house.tools)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    house.environment["PATH"] = f"{house.tools}:/bin"
    house.tool(f"python{version}", f'unset PYTHONPATH; exec {pip_python} "$@"')
    done = house.set_up("--pip")
    assert done.returncode == 0, done.stderr
    assert house.installed() == "1.0"


def test_reads_under_the_oldest_python_that_systems_ship() -> None:
    """A syntax that Python 3.6 cannot read would be a traceback there, before any sentence."""
    import ast

    ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_make_names_every_target_and_help_needs_no_environment(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = subprocess.run(["make", "help"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30)
    for target in ("setup", "demo", "test", "check", "bench", "clean"):
        assert f"make {target} " in done.stdout
    assert not (tmp_path / ".venv").exists()


def test_no_python_at_all_is_one_sentence() -> None:
    done = subprocess.run(
        ["make", "setup", "PYTHON=no-such-python"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert done.stderr.startswith("There is no no-such-python here: install Python 3.11, 3.12 or 3.13")
