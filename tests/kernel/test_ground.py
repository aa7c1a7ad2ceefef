"""Secrets, sealed contacts, rate limits, the clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.kernel import clock, limits
from huiyin.kernel.errors import TooMany
from huiyin.kernel.home import secret
from huiyin.kernel.privacy import blind_index, seal, unseal


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_HOME", str(tmp_path / "home"))
    first = secret("some_key")
    assert secret("some_key") == first
    assert len(first) == 32
    assert (tmp_path / "home" / "secrets" / "some_key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "home" / "secrets").stat().st_mode & 0o077 == 0


def test_a_secret_from_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUIYIN_HOME", str(tmp_path))
    monkeypatch.setenv("HUIYIN_SOME_KEY", "00ff")
    assert secret("some_key") == b"\x00\xff"
    monkeypatch.setenv("HUIYIN_SOME_KEY", "not hex")
    with pytest.raises(ValueError, match="hexadecimal"):
        secret("some_key")


@given(st.text(min_size=1).filter(lambda text: text.encode("utf-8", "ignore").decode() == text))
def test_what_is_sealed_opens_again_and_looks_like_nothing(text: str) -> None:
    sealed = seal(text)
    assert unseal(sealed) == text
    assert sealed != seal(text)
    assert len(text) < 4 or text.encode() not in sealed


def test_a_changed_seal_is_refused() -> None:
    sealed = bytearray(seal("13800138000"))
    sealed[-1] ^= 1
    with pytest.raises(ValueError, match="cannot be opened"):
        unseal(bytes(sealed))


@pytest.mark.parametrize("other", ["138 0013 8000", "138-0013-8000", "１３８００１３８０００", " 13800138000\n"])
def test_the_blind_index_knows_a_number_however_it_is_written(other: str) -> None:
    assert blind_index(other) == blind_index("13800138000")


def test_the_blind_index_tells_numbers_apart() -> None:
    assert blind_index("13800138000") != blind_index("13800138001")
    assert blind_index(" - ") == ""


@pytest.mark.django_db
def test_a_bucket_empties_and_fills_again(now: Any) -> None:
    for _ in range(5):
        limits.spend("test", per_minute=6, burst=5, now=now)
    with pytest.raises(TooMany, match="wait 10 seconds"):
        limits.spend("test", per_minute=6, burst=5, now=now)
    limits.spend("test", per_minute=6, burst=5, now=now + timedelta(seconds=21))
    limits.spend("other", per_minute=6, burst=5, now=now)


@pytest.mark.django_db
def test_a_clock_set_back_fills_no_bucket(now: Any) -> None:
    limits.spend("test", per_minute=60, burst=1, now=now)
    with pytest.raises(TooMany):
        limits.spend("test", per_minute=60, burst=1, now=now - timedelta(hours=1))


def test_travelling_ends_with_its_block() -> None:
    far = datetime(2031, 1, 1, tzinfo=UTC)
    with clock.travel(far):
        assert timedelta(0) <= clock.now() - far < timedelta(seconds=5)
    assert clock.now() < far
