"""Keys: where the master key comes from, subkeys that differ, ids that stay, a wrong key that is noticed."""

from __future__ import annotations

import pickle
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.store.forms import KEY
from assets.store.home import Home
from assets.store.keys import KeyProblem, KeyRing, Purpose, load_keys, verify_signature
from assets.store.settings import parse_public
from tests.assets.store_fixtures import make_home

RING = KeyRing(b"\x01" * 32, "housing")
MASTER = "ab" * 32


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", "housing")[0]


def test_the_first_use_makes_a_key_that_stays(home: Home) -> None:
    assert len(home.master_key.read_text().strip()) == 64
    assert home.master_key.stat().st_mode & 0o777 == 0o600
    assert load_keys(home, {}).subkey(Purpose.AUDIT) == load_keys(home, {}).subkey(Purpose.AUDIT)
    assert load_keys(home, {}).in_home
    assert parse_public(home.office_pub.read_text()) == load_keys(home, {}).public


def test_the_environment_overrides_the_file(home: Home, tmp_path: Path) -> None:
    home.master_key.unlink()
    home.office_pub.unlink()
    ring = load_keys(home, {"REGISTRY_KEY": MASTER})
    assert not home.master_key.exists() and not ring.in_home
    file = tmp_path / "key"
    file.write_text(MASTER + "\n")
    assert load_keys(home, {"REGISTRY_KEY_FILE": str(file)}).public == ring.public


def test_another_key_is_noticed_before_anything_is_opened(home: Home) -> None:
    with pytest.raises(KeyProblem, match="not the key the home was made with"):
        load_keys(home, {"REGISTRY_KEY": MASTER})


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        ({"REGISTRY_KEY": "too short"}, "too short"),
        ({"REGISTRY_KEY_FILE": "/nowhere/key"}, "cannot be read"),
    ],
)
def test_an_unusable_key_says_what_to_do_and_not_what_it_is(
    home: Home, environ: dict[str, str], text: str
) -> None:
    with pytest.raises(KeyProblem, match=text) as caught:
        load_keys(home, environ)
    assert caught.value.exit_status == 2


def test_a_missing_key_is_never_replaced_by_a_new_one(home: Home) -> None:
    home.master_key.unlink()
    with pytest.raises(KeyProblem, match="missing"):
        load_keys(home, {})
    home.office_pub.unlink()
    home.working_db.write_bytes(b"data")
    with pytest.raises(KeyProblem, match="missing"):
        load_keys(home, {})
    assert not home.master_key.exists()


def test_a_damaged_key_file_is_refused(home: Home) -> None:
    home.master_key.write_text("xyz")
    with pytest.raises(KeyProblem, match="damaged") as caught:
        load_keys(home, {})
    assert "xyz" not in str(caught.value)


def test_a_passphrase_is_stretched(home: Home) -> None:
    home.office_pub.unlink()
    ring = load_keys(home, {"REGISTRY_KEY": "correct horse battery staple"})
    assert len(ring.subkey(Purpose.AUDIT)) == 32
    assert ring.public != KeyRing(b"correct horse battery staple".ljust(32)[:32], "housing").public


def test_subkeys_differ_by_purpose_office_and_master() -> None:
    rings = (RING, KeyRing(b"\x01" * 32, "residence"), KeyRing(b"\x02" * 32, "housing"))
    keys = [ring.subkey(purpose) for ring in rings for purpose in Purpose]
    assert len(set(keys)) == len(keys) == 3 * len(Purpose)


def test_a_ring_gives_nothing_away() -> None:
    assert "01" * 8 not in repr(RING)
    with pytest.raises(TypeError):
        pickle.dumps(RING)


def test_subkeys_and_ids_never_change() -> None:
    """Golden values: exception ids and dwelling keys of a released version have to stay."""
    assert (
        RING.subkey(Purpose.DWELLING_KEY).hex()
        == "9f67124188e77a50aceb030e1de10a4d4822922ef4a01cb72ee77f80669816a4"
    )
    assert RING.keyed_id("D", Purpose.DWELLING_KEY, "tenancies", "ZL-1") == "DDKCBKNRNFFDRTJQQ"


parts = st.one_of(st.none(), st.text(max_size=6), st.integers(0, 10**6))


@given(st.lists(st.tuples(parts.map(str), st.one_of(st.none(), st.text(max_size=5))), min_size=1, max_size=6))
def test_bulk_ids_equal_single_ids_and_tell_parts_apart(rows: list[tuple[str, str | None]]) -> None:
    first, second = [a for a, _ in rows], [b for _, b in rows]
    bulk = RING.keyed_ids("P", Purpose.PAIR_ID, first, pl.Series(second, dtype=pl.String)).to_list()
    assert bulk == [RING.keyed_id("P", Purpose.PAIR_ID, a, b) for a, b in rows]
    assert len(set(bulk)) == len(set(rows))
    assert pl.Series(bulk).str.contains(f"^({KEY})$").all()


def test_parts_are_not_run_together() -> None:
    ids = {
        RING.keyed_id("P", Purpose.PAIR_ID, *p)
        for p in (("a", "bc"), ("ab", "c"), ("abc",), ("a", None, "bc"), ("1:a", "bc"))
    }
    assert len(ids) == 5


def test_signatures() -> None:
    signature = RING.signing.sign(b"text").signature
    assert verify_signature(RING.public.verify, b"text", signature)
    assert not verify_signature(RING.public.verify, b"text!", signature)
    assert not verify_signature(RING.public.seal, b"text", signature)
    assert not verify_signature("zz", b"text", signature)
    assert not verify_signature(RING.public.verify, b"text", b"short")
