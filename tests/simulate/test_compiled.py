"""A compiled copy: where it is kept, what it takes, and that it is there whole or not at all."""

import os
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from telekit.errors import CompilingError
from telekit.simulate.compiled import is_compiled, kept_at, make, seek_compiler

COIN = '''
from dataclasses import dataclass

@dataclass(frozen=True, slots=True, order=True)
class Coin:
    """What lies on the table."""

    cents: int
    name: str = "cent"
'''
PURSE = """
from telekit.domain.coin import Coin

def worth(*coins: Coin) -> int:
    return sum(coin.cents for coin in coins)
"""
LOOK = """
from telekit.acd import purse
from telekit.domain.coin import Coin

print(purse.worth(Coin(5), Coin(2, "two")), Coin(1) < Coin(2), purse.__file__)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "telekit"
    for part in ("", "domain", "acd"):
        (package / part).mkdir()
        (package / part / "__init__.py").touch()
    (package / "domain/coin.py").write_text(COIN)
    (package / "acd/purse.py").write_text(PURSE)
    return package


def test_plain_code_knows_that_it_is_plain() -> None:
    assert not is_compiled()


def test_each_telekit_has_a_copy_of_its_own_wherever_it_lies(package: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    kept = kept_at(cache, package)
    (package / "__pycache__").mkdir()
    (package / "__pycache__/coin.cpython-311.pyc").touch()
    assert kept_at(cache, package.rename(tmp_path / "moved")) == kept
    assert kept.parent == cache
    moved = tmp_path / "moved"
    (moved / "domain/coin.py").rename(moved / "domain/note.py")
    assert kept_at(cache, moved) != kept


@pytest.mark.parametrize(("module", "named"), [("mypyc", "mypy"), ("setuptools", "setuptools")])
def test_what_is_not_installed_is_named_with_how_to_install_it(
    module: str, named: str, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as Python has it for what cannot be imported
    with pytest.raises(CompilingError, match=rf"needs {named}: .*-m pip install 'telekit\[compiled\]'"):
        kept_at(tmp_path, package)


def test_a_compiler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -O2")
    with pytest.raises(CompilingError, match="there is no no-such-compiler: install it"):
        seek_compiler()


def test_headers_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))
    with pytest.raises(CompilingError, match=r"include/Python\.h is not there: install them"):
        seek_compiler()


def test_two_who_compile_at_once_get_one_copy_that_does_the_same(package: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache/copy"
    killed = folder.parent / "building-long-ago"
    (killed / "copy").mkdir(parents=True)
    os.utime(killed, (0, 0))
    with ThreadPoolExecutor() as both:
        list(both.map(lambda _: make(folder, package), range(2)))
    assert list(folder.parent.iterdir()) == [folder]
    assert {each.suffix for each in folder.iterdir() if each.name != "telekit"} <= {".so"}
    words = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}){LOOK}"]
    worth, is_less, file = subprocess.check_output(words, text=True).split()
    assert (worth, is_less) == ("7", "True")
    assert Path(file).parent == folder / "telekit/acd"
    assert file.endswith(sysconfig.get_config_var("EXT_SUFFIX"))


def test_what_cannot_be_compiled_leaves_nothing_and_says_why(package: Path, tmp_path: Path) -> None:
    (package / "acd/purse.py").write_text(PURSE + "\nmine: Coin = worth()\n")
    folder = tmp_path / "cache/copy"
    with pytest.raises(CompilingError, match=r"it runs without --compiled too(.|\n)*purse.py.*Incomp"):
        make(folder, package)
    assert list(folder.parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(package: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(CompilingError, match=r"cannot be kept in .*cache: .*XDG_CACHE_HOME"):
        make(tmp_path / "cache/copy", package)
