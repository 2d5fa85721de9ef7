"""The phones' passwords, from one rendering to the next."""

import stat
from pathlib import Path

import pytest

from telekit.errors import SettingsError
from telekit.pbx.render.passwords import PasswordFile, Secrets, new_password


def test_each_phone_has_a_password_of_its_own_which_stays(tmp_path: Path) -> None:
    file = PasswordFile(tmp_path / "phones.secret.yaml")
    first = file.passwords_of(["amina", "luc"])
    again = PasswordFile(file.path).passwords_of(["zoe", "luc", "amina"])
    assert first["amina"] != first["luc"]
    assert {name: again[name] for name in first} == first
    assert again.keys() == {"amina", "luc", "zoe"}


def test_a_phone_that_comes_back_has_its_old_password(tmp_path: Path) -> None:
    file = PasswordFile(tmp_path / "phones.secret.yaml")
    before = file.passwords_of(["amina", "luc"])
    file.passwords_of(["amina", "zoe"])
    assert file.passwords_of(["luc"]) == {"luc": before["luc"]}


def test_a_password_cannot_be_guessed() -> None:
    made = {new_password() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(password) for password in made} == {32}  # 192 bits, six a character


def test_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    file = PasswordFile(tmp_path / "secrets/phones.secret.yaml")
    file.passwords_of(["amina"])
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["phones.secret.yaml"]


def test_nothing_new_leaves_the_file_alone(tmp_path: Path) -> None:
    file = PasswordFile(tmp_path / "phones.secret.yaml")
    file.passwords_of(["amina"])
    before = file.path.stat()
    file.passwords_of(["amina"])
    assert file.path.stat() == before


def test_a_password_that_yaml_would_take_for_a_number_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "phones.secret.yaml"
    path.write_text("no: 0123456789012345678\namina: 1e55555555555555555\n")
    assert PasswordFile(path).passwords_of(["no", "amina"]) == {
        "no": "0123456789012345678",
        "amina": "1e55555555555555555",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("amina: short\n", "The password of amina"),
        ("amina: [a, b]\n", "The password of amina"),
        ('amina: "0123456789abcdef;x"\n', "The password of amina"),
        ("- amina\n", "one line `phone: password`"),
        ("amina: [\n", "not YAML any more"),
        ("amina: \xe9\n", "is not text"),
    ],
)
def test_a_file_that_holds_something_else_is_not_used(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "phones.secret.yaml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(SettingsError, match=said):
        PasswordFile(path).passwords_of(["amina"])
    assert path.read_text(encoding="latin-1") == text


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"cannot be read \(Not a directory\)\.$"):
        PasswordFile(tmp_path / "file/phones.secret.yaml").passwords_of(["amina"])


def test_secrets_are_not_shown() -> None:
    assert "hidden" not in repr(Secrets("hidden", {"amina": "hidden"}))
