"""Mail: what may cross crosses unchanged; forged, replayed, foreign, unsigned and odd ones are set aside."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox

from assets import mail
from assets.mail import MailProblem, mail_name, open_mail, read_sealed, seal
from assets.mail_payloads import dump_payload
from assets.store.forms import request_number
from assets.store.keys import KeyRing

DAY = date(2026, 10, 31)
RESIDENCE, HOUSING, STATISTICS, AFTERCARE = (
    KeyRing(bytes([n]) * 32, office)
    for n, office in enumerate(("residence", "housing", "statistics", "aftercare"))
)
PEERS = {ring.office: ring.public for ring in (RESIDENCE, HOUSING)}
NAME = mail_name("residence", "housing", DAY, 7)
RECEIPTS = pl.DataFrame(
    {"request_id": ["QQ-2026-0001", "请求12"], "taken_up_on": [date(2026, 10, 1), date(2026, 10, 2)]}
)
STATES = pl.DataFrame({"request_id": ["QQ-1"], "kind": ["登记"], "state": ["runs"]})


def sealed(payload: pl.DataFrame = RECEIPTS, sequence: int = 7) -> bytes:
    return seal(RESIDENCE, HOUSING.public, payload, day=DAY, sequence=sequence)


def opened(
    content: bytes, name: str = NAME, *, last: int = 6, seen: tuple[str, ...] = (), keys: KeyRing = HOUSING
) -> mail.Mail:
    return open_mail(content, name, keys, PEERS, last_sequence={"residence": last}, seen=seen)


def problem(content: bytes, name: str = NAME, **how: Any) -> str:
    with pytest.raises(MailProblem) as caught:
        opened(content, name, **how)
    assert caught.value.code in mail.CODES
    assert "\n" not in str(caught.value)
    return caught.value.code


def handmade(header: dict[str, Any], signer: KeyRing = RESIDENCE) -> bytes:
    """A mail with any content, signed as it should be."""
    body = mail._padded(json.dumps(header).encode())
    signature = signer.signing.sign(mail._signed(body, HOUSING.public.seal)).signature
    return bytes(SealedBox(PublicKey(bytes.fromhex(HOUSING.public.seal))).encrypt(signature + body))


def header(**changes: Any) -> dict[str, Any]:
    payload = dump_payload("receipts", RECEIPTS)
    whole = {
        "format": 1,
        "from": "residence",
        "to": "housing",
        "day": "2026-10-31",
        "sequence": 7,
        "kind": "receipts",
    }
    return {**whole, "payload": payload, **changes}


def test_receipts_arrive_as_sent() -> None:
    got = opened(sealed())
    assert got.rows.equals(RECEIPTS)
    assert (got.sender, got.recipient, got.day, got.sequence, got.kind) == (
        "residence",
        "housing",
        DAY,
        7,
        "receipts",
    )


def test_states_and_empty_mail_arrive_as_sent() -> None:
    name = mail_name("housing", "residence", DAY, 1)
    for frame in (STATES, STATES.clear()):
        content = seal(HOUSING, RESIDENCE.public, frame, day=DAY, sequence=1)
        assert open_mail(content, name, RESIDENCE, PEERS, last_sequence={}).rows.equals(frame)


def test_counts_arrive_as_sent_with_areas() -> None:
    counts = {
        "rental_stock": [{"area_code": "990101001000", "month": "2026-10", "status": "all", "n": 12}],
        "area": [{"area_code": "990101000000", "area_name": "甲县", "level": "县", "parent_code": None}],
    }
    content = seal(HOUSING, STATISTICS.public, counts, day=DAY, sequence=3)
    name = mail_name("housing", "statistics", DAY, 3)
    got = open_mail(content, name, STATISTICS, {"housing": HOUSING.public}, last_sequence={})
    assert got.payload == counts


@pytest.mark.parametrize("n", [7, 11, 10, -3, 8.5, "9", True])
def test_an_unprotected_count_cannot_be_sent(n: object) -> None:
    counts = {"rental_stock": [{"area_code": "990101001000", "month": "2026-10", "status": "all", "n": n}]}
    with pytest.raises(ValueError):
        seal(HOUSING, STATISTICS.public, counts, day=DAY, sequence=3)


@pytest.mark.parametrize(
    "area",
    [{"area_code": "1"}, {"level": "street"}, {"parent_code": 3}, {"area_name": "x" * 61}, {"extra": 1}],
)
def test_an_odd_area_cannot_be_sent(area: dict[str, object]) -> None:
    good = {"area_code": "990101000000", "area_name": "甲县", "level": "县", "parent_code": None}
    with pytest.raises(ValueError):
        seal(HOUSING, STATISTICS.public, {"area": [{**good, **area}]}, day=DAY, sequence=3)


def test_aftercare_mails_nothing_to_anybody() -> None:
    for peer in (RESIDENCE, HOUSING, STATISTICS):
        with pytest.raises(ValueError, match="may mail nothing"):
            seal(AFTERCARE, peer.public, {}, day=DAY, sequence=1)
        with pytest.raises(ValueError, match="may mail nothing"):
            seal(peer, AFTERCARE.public, {}, day=DAY, sequence=1)


def test_a_mail_of_one_kind_does_not_go_where_another_belongs() -> None:
    with pytest.raises(ValueError):
        seal(RESIDENCE, HOUSING.public, STATES, day=DAY, sequence=1)
    assert problem(handmade(header(kind="request_states"))) == "wrong_schema"


@pytest.mark.parametrize(
    "odd",
    [
        "11010119900101123X",
        "13812345678",
        "138-1234-5678",
        "ab-1",
        "Ａ1",
        "A 1",
        "",
        "A\u200b1",
        "+8613812345678",
    ],
)
def test_a_number_that_is_not_a_request_number_cannot_cross(odd: str) -> None:
    frame = RECEIPTS.head(1).with_columns(request_id=pl.lit(odd))
    with pytest.raises(ValueError) as caught:
        sealed(frame)
    assert not odd or odd not in str(caught.value)


def test_a_null_cannot_cross() -> None:
    with pytest.raises(ValueError):
        sealed(RECEIPTS.with_columns(taken_up_on=pl.lit(None, dtype=pl.Date)))


def test_replayed_by_digest_and_by_number() -> None:
    content = sealed()
    assert problem(content, seen=(opened(content).digest,)) == "replayed"
    assert problem(content, last=7) == "replayed"


def test_forged_by_another_key_or_by_a_changed_byte() -> None:
    assert problem(handmade(header(), signer=AFTERCARE)) == "forged"
    inner = bytearray(SealedBox(HOUSING.box).decrypt(sealed()))
    inner[200] ^= 1
    again = SealedBox(PublicKey(bytes.fromhex(HOUSING.public.seal))).encrypt(bytes(inner))
    assert problem(bytes(again)) == "forged"


def test_a_mail_for_somebody_else_cannot_be_passed_on() -> None:
    """What residence signed for statistics, sealed anew to housing under a fitting name."""
    inner = seal(RESIDENCE, STATISTICS.public, {}, day=DAY, sequence=7)
    opened_there = SealedBox(STATISTICS.box).decrypt(inner)
    again = SealedBox(PublicKey(bytes.fromhex(HOUSING.public.seal))).encrypt(opened_there)
    assert problem(bytes(again)) == "forged"


def test_unsigned() -> None:
    body = mail._padded(json.dumps(header()).encode())
    box = SealedBox(PublicKey(bytes.fromhex(HOUSING.public.seal)))
    assert problem(bytes(box.encrypt(bytes(64) + body))) == "unsigned"
    assert problem(bytes(box.encrypt(b"{}"))) == "unsigned"


def test_foreign_by_name_and_by_key() -> None:
    assert problem(sealed(), mail_name("residence", "statistics", DAY, 7)) == "foreign"
    assert problem(sealed(), mail_name("aftercare", "housing", DAY, 7)) == "foreign"
    assert problem(seal(RESIDENCE, STATISTICS.public, {}, day=DAY, sequence=7)) == "unreadable"


@pytest.mark.parametrize("content", [b"", b"x", b"\x00" * 5000])
def test_garbage_is_unreadable(content: bytes) -> None:
    assert problem(content) == "unreadable"


def test_unknown_peer() -> None:
    with pytest.raises(MailProblem) as caught:
        open_mail(sealed(), NAME, HOUSING, {}, last_sequence={})
    assert caught.value.code == "unknown_peer"


def test_a_renamed_mail_is_misnamed() -> None:
    assert problem(sealed(), mail_name("residence", "housing", DAY, 8)) == "misnamed"
    assert problem(sealed(), "MAIL_x.sealed") == "misnamed"


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"request_id": ["A"], "taken_up_on": ["2026-10-01"], "name": ["x"]}},
        {"payload": {"request_id": ["A"], "taken_up_on": ["2026-13-01"]}},
        {"payload": {"request_id": [1], "taken_up_on": ["2026-10-01"]}},
        {"payload": {"request_id": ["A", "B"], "taken_up_on": ["2026-10-01"]}},
        {"payload": {"request_id": ["13812345678"], "taken_up_on": ["2026-10-01"]}},
        {"payload": []},
        {"sequence": True},
        {"sequence": 0},
        {"day": 20261031},
        {"format": 2},
        {"from": ["residence"]},
        {"extra": 1},
    ],
)
def test_a_signed_mail_with_other_content_is_refused(change: dict[str, Any]) -> None:
    assert problem(handmade(header(**change))) == "wrong_schema"


def test_a_deeply_nested_text_is_refused() -> None:
    body = mail._padded(b"[" * 100_000)
    signature = RESIDENCE.signing.sign(mail._signed(body, HOUSING.public.seal)).signature
    box = SealedBox(PublicKey(bytes.fromhex(HOUSING.public.seal)))
    assert problem(bytes(box.encrypt(signature + body))) == "wrong_schema"


def test_size_says_little_about_how_many_requests_there_are() -> None:
    many = pl.DataFrame({"request_id": [f"Q{n}" for n in range(1000)], "taken_up_on": [DAY] * 1000})
    assert len(sealed(many.head(0))) == len(sealed(many.head(1))) == len(sealed(many))


def test_too_large_a_file_is_not_read_whole(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "LARGEST", 1000)
    path = tmp_path / NAME
    path.write_bytes(b"x" * 5000)
    with pytest.raises(MailProblem) as caught:
        read_sealed(path)
    assert caught.value.code == "too_large"
    path.write_bytes(b"x" * 900)
    assert read_sealed(path) == b"x" * 900


@given(st.text(alphabet="ABZ019-/（）请 \t１x\u0000", min_size=0, max_size=12))
def test_what_counts_as_a_request_number_is_its_own_canonical_form(text: str) -> None:
    import unicodedata

    allowed = bool(pl.select(request_number(pl.lit(text))).item())
    canonical = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if allowed:
        assert text == canonical and text
    elif text == canonical and text and "\x00" not in text:
        digits = [c for c in text if c.isdigit()]
        assert len(digits) >= 11
