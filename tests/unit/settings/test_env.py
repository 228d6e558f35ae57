"""The typed readers of environment variables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from settings import env
from settings.env import ConfigurationError


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "VARIABLES", {})
    monkeypatch.setattr(env, "_ASSUMED", {})
    monkeypatch.delenv("THING", raising=False)
    monkeypatch.delenv("THING_FILE", raising=False)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`given(value)` sets the variable that the tests read, THING."""
    return lambda value: monkeypatch.setenv("THING", value)


READERS: dict[str, Callable[..., Any]] = {
    "text": lambda **options: env.text("THING", help="", **options),
    "secret": lambda **options: env.secret("THING", help="", **options),
    "flag": lambda **options: env.flag("THING", help="", **options),
    "integer": lambda **options: env.integer("THING", minimum=1, maximum=100, help="", **options),
    "duration": lambda **options: env.duration("THING", help="", **options),
    "items": lambda **options: env.items("THING", help="", **options),
    "choice": lambda **options: env.choice("THING", ("red", "green"), help="", **options),
    "url": lambda **options: env.url("THING", help="", **options),
}
GOOD = [
    ("text", "a text", "a text"),
    ("text", "Ŵyth", "Ŵyth"),
    ("secret", "p@ss:/?#%&+= word", "p@ss:/?#%&+= word"),
    ("flag", "true", True),
    ("flag", "Yes", True),
    ("flag", "ON", True),
    ("flag", "1", True),
    ("flag", "false", False),
    ("flag", "no", False),
    ("flag", "Off", False),
    ("flag", "0", False),
    ("integer", "1", 1),
    ("integer", "100", 100),
    ("integer", "007", 7),
    ("duration", "24h", timedelta(hours=24)),
    ("duration", "15m", timedelta(minutes=15)),
    ("duration", "7d", timedelta(days=7)),
    ("duration", "30s", timedelta(seconds=30)),
    ("duration", "500ms", timedelta(milliseconds=500)),
    ("duration", "2w", timedelta(weeks=2)),
    ("duration", "90", timedelta(seconds=90)),
    ("duration", " 24H ", timedelta(hours=24)),
    ("duration", "10 m", timedelta(minutes=10)),
    ("items", "one", ["one"]),
    ("items", " one ,two,, three ", ["one", "two", "three"]),
    ("choice", "red", "red"),
    ("choice", "GREEN", "green"),
    ("url", "https://a.example", "https://a.example"),
    ("url", "http://a.example:8080/path/", "http://a.example:8080/path"),
    ("url", "https://[::1]:3000", "https://[::1]:3000"),
    ("url", "https://key@sentry.example/7", "https://key@sentry.example/7"),
]
WRONG = [
    ("text", "two\nlines"),
    ("text", "bell\a"),
    ("flag", "maybe"),
    ("flag", "2"),
    ("integer", "0"),
    ("integer", "101"),
    ("integer", "ten"),
    ("integer", "1.5"),
    ("integer", "1e1"),
    ("integer", "0x10"),
    ("integer", "1_0"),
    ("integer", "\N{ARABIC-INDIC DIGIT SEVEN}"),
    ("integer", "9" * 5000),
    ("integer", "tcp://10.0.0.1:3000"),
    ("duration", "0"),
    ("duration", "0m"),
    ("duration", "-5m"),
    ("duration", "1.5h"),
    ("duration", "five minutes"),
    ("duration", "5 y"),
    ("duration", "\N{ARABIC-INDIC DIGIT SEVEN}d"),
    ("duration", "999999999w"),
    ("duration", "367d"),
    ("duration", "9" * 5000),
    ("items", " , ,"),
    ("choice", "blue"),
    ("url", "a.example"),
    ("url", "ftp://a.example"),
    ("url", "https://"),
    ("url", "https:///path"),
    ("url", "https://a.example:port"),
    ("url", "https://[::1"),
    ("url", "https://a.example\n"),
    ("url", "https://a.exa mple"),
    ("url", "https://a.example/?query"),
    ("url", "https://a.example/#fragment"),
]


@pytest.mark.parametrize(("reader", "value", "wanted"), GOOD)
def test_good_value_is_read(reader: str, value: str, wanted: object, given: Callable[[str], None]) -> None:
    given(value)
    assert READERS[reader]() == wanted


@pytest.mark.parametrize(("reader", "value"), WRONG)
def test_wrong_value_stops_with_one_line_that_names_the_variable(
    reader: str, value: str, given: Callable[[str], None]
) -> None:
    given(value)
    with pytest.raises(ConfigurationError, match=r"^Configuration error: THING is [^\n]+; expected [^\n]+\.$"):
        READERS[reader]()


@pytest.mark.parametrize("reader", READERS)
def test_missing_value_stops_with_one_line_that_names_the_variable(reader: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^Configuration error: THING is not set; expected [^\n]+\.$"):
        READERS[reader]()


@pytest.mark.parametrize("reader", READERS)
def test_empty_value_counts_as_not_set(reader: str, given: Callable[[str], None]) -> None:
    given("")
    with pytest.raises(ConfigurationError, match="THING is not set"):
        READERS[reader]()


@pytest.mark.parametrize(
    ("reader", "default", "wanted"),
    [
        ("text", "a text", "a text"),
        ("secret", "", ""),
        ("flag", False, False),
        ("integer", 7, 7),
        ("duration", "15m", timedelta(minutes=15)),
        ("items", ["one"], ["one"]),
        ("choice", "green", "green"),
        ("url", "", ""),
    ],
)
def test_default_stands_in_for_what_is_not_set(reader: str, default: object, wanted: object) -> None:
    assert READERS[reader](default=default) == wanted


@pytest.mark.parametrize(("reader", "value", "wanted"), [case for case in GOOD if case[0] != "items"])
def test_value_may_come_from_a_file(
    reader: str, value: str, wanted: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thing").write_text(f"{value}\n", encoding="utf-8")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    assert READERS[reader]() == wanted


def test_value_and_file_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thing").write_text("from the file", encoding="utf-8")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    monkeypatch.setenv("THING", "from the environment")
    with pytest.raises(ConfigurationError, match=r"THING_FILE is .*; expected only one of THING and THING_FILE"):
        env.secret("THING", help="")


def test_empty_value_beside_a_file_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thing").write_text("from the file", encoding="utf-8")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    monkeypatch.setenv("THING", "")
    assert env.secret("THING", help="") == "from the file"


@pytest.mark.parametrize("kind", ["missing", "folder", "binary", "empty", "blank"])
def test_file_that_cannot_be_read_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes({"binary": b"\xff\xfe\x00", "empty": b"", "blank": b" \n"}[kind])
    monkeypatch.setenv("THING_FILE", str(path))
    with pytest.raises(ConfigurationError, match=r"THING_FILE is .*; expected the path of a "):
        env.secret("THING", default="", help="")


def test_short_secret_is_refused_by_its_length_alone(given: Callable[[str], None]) -> None:
    given("hunter2-é")
    with pytest.raises(ConfigurationError, match="THING is 'a secret of 10 bytes'; expected a secret of at least 32"):
        env.secret("THING", min_bytes=32, help="")


def test_length_of_a_secret_is_counted_in_bytes(given: Callable[[str], None]) -> None:
    given("é" * 16)
    assert env.secret("THING", min_bytes=32, help="") == "é" * 16


def test_length_of_time_has_limits(given: Callable[[str], None]) -> None:
    for value in ("9s", "8d"):
        given(value)
        with pytest.raises(ConfigurationError, match=r"from 10s to 7d\.$"):
            env.duration("THING", minimum="10s", maximum="7d", help="")
    for value in ("10s", "7d"):
        given(value)
        assert env.duration("THING", minimum="10s", maximum="7d", help="")


def test_wrong_item_of_a_list_is_named(given: Callable[[str], None]) -> None:
    given("image/png,image/*")
    with pytest.raises(ConfigurationError, match=r"THING is 'image/\*'; expected media types"):
        env.items("THING", pattern=r"[a-z]+/[a-z]+", wanted="media types", help="")


def test_wrong_item_of_a_secret_list_is_not_printed(given: Callable[[str], None]) -> None:
    given("hunter2,hunter3")
    with pytest.raises(ConfigurationError) as refusal:
        env.items("THING", secret=True, pattern=".{32,}", help="")
    assert "hunter" not in str(refusal.value)


@pytest.mark.parametrize(
    "value",
    [
        "mysql://cms:hunter2@db/cms",
        "cms:hunter2@db/cms",
        "postgresql:/cms:hunter2@db/cms",
        "postgresql://cms:hun#ter2@db/cms",
        "postgresql://cms:hun?ter2@db/cms",
        "mysql://cms:hun/ter2@db/cms",
        "postgresql://cms:hun@ter2@[db/cms",
        "postgresql://cms:hunter2@db:port/cms",
        "postgresql://cms:hunter2",
        "postgresql://:hunter2",
        "mysql://db/cms?password=hunter2",
        "postgresql://cms:hunter2@db/cms\n",
        "postgresql://cms:a://hunter2@[db/cms",
    ],
)
def test_wrong_url_is_shown_without_its_password(value: str, given: Callable[[str], None]) -> None:
    given(value)
    with pytest.raises(ConfigurationError) as refusal:
        env.url("THING", schemes=("postgresql",), help="")
    assert "hun" not in str(refusal.value)
    assert "ter2" not in str(refusal.value)


def test_wrong_url_is_shown_where_it_holds_no_password(given: Callable[[str], None]) -> None:
    given("ftp://cms.example.gov.uk:8080/path")
    with pytest.raises(ConfigurationError, match=r"'ftp://cms\.example\.gov\.uk:8080/path'"):
        env.url("THING", help="")


def test_assumed_value_gives_way_to_the_environment(given: Callable[[str], None]) -> None:
    env.assume(THING="assumed")
    assert env.text("THING", help="") == "assumed"
    given("set")
    assert env.text("THING", help="") == "set"


def test_long_value_is_cut_in_the_error(given: Callable[[str], None]) -> None:
    given("9" * 5000)
    with pytest.raises(ConfigurationError) as refusal:
        env.integer("THING", minimum=1, maximum=9, help="")
    assert len(str(refusal.value)) < 300


def test_every_reader_registers_its_variable() -> None:
    env.secret("A_SECRET", default="", help="Opens the door.")
    env.items("HOSTS", default=["a"], shown="this host", help="")
    assert env.VARIABLES["A_SECRET"] == env.Variable("A_SECRET", "secret", "not set", "Opens the door.", secret=True)
    assert env.VARIABLES["HOSTS"].default == "this host"
