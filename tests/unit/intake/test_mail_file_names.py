"""Names of attached files do no harm wherever they are shown or stored (S-8)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.decide.file_names import LONGEST, file_name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Größe übersicht.png", "Größe übersicht.png"),
        ("学生名单.csv", "学生名单.csv"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Windows\win.ini", "win.ini"),
        ("a/b/", "b"),
        ("\u200b.htaccess", "htaccess"),
        (".\u200bhtaccess", "htaccess"),
        ("．．／．htaccess", "htaccess"),
        ("a\u2215b\u2044c.txt", "c.txt"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("a  b\tc.txt", "a bc.txt"),
        ("x.txt. . .", "x.txt"),
        ("x.txt::$DATA", "x.txt__$DATA"),
        ('<img src="x">|?*.png', "_img src=_x_____.png"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("console.log", "console.log"),
        ("ﬁle.txt", "file.txt"),
        ("", "attachment-3.txt"),
        ("...", "attachment-3.txt"),
        ("\u202e", "attachment-3.txt"),
    ],
)
def test_a_name_is_made_harmless(given_name: str, name: str) -> None:
    assert file_name(given_name, "text/plain", 3) == name


@pytest.mark.parametrize(
    ("media_type", "name"),
    [("application/pdf", "attachment-1.pdf"), ("application/x-thing", "attachment-1")],
)
def test_a_file_without_name_is_numbered(media_type: str, name: str) -> None:
    assert file_name("", media_type, 1) == name


@pytest.mark.parametrize(
    ("given_name", "ending"),
    [("a" * 300 + ".jpeg", ".jpeg"), ("a" * 300, "a"), ("a" * 100 + "." + "b" * 100, "b")],
)
def test_a_long_name_is_cut_and_keeps_its_ending(given_name: str, ending: str) -> None:
    name = file_name(given_name, "text/plain", 1)

    assert len(name) <= LONGEST
    assert name.endswith(ending)


@given(st.text(max_size=300), st.integers(1, 200))
def test_no_name_leaves_its_folder_or_hides_anything(given_name: str, number: int) -> None:
    name = file_name(given_name, "text/plain", number)

    assert name
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert not set(name) & set('/\\:<>"|?*')
    assert all(unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co") for each in name)
    assert file_name(name, "text/plain", number) == name
