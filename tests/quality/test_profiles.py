"""Profiles: what is read, what is taken from the default, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.profiles import Grace, ProfileError, load_profile, parse_grace, profile_names


def test_the_default_is_the_contracts() -> None:
    profile = load_profile("zhejiang")
    days = {code: str(grace) for code, grace in profile.grace.items() if grace.days}
    assert days == {
        "RQ-01": "3 wd",
        "RQ-02": "10 wd",
        "FP-07": "10 d",
        "RH-01": "3 wd",
        "RH-02": "30 d",
        "RH-03": "3 wd",
        "RP-01": "10 d",
    }
    assert (profile.withdraw_limit, profile.subject_cap, str(profile.answer_by)) == (0.30, 20, "10 wd")
    brake = profile.request_share_brake
    assert (brake.share, brake.window, brake.minimum) == (0.95, 200, 50)


def test_another_jurisdiction_overrides_and_inherits() -> None:
    yunnan = load_profile("yunnan")
    assert yunnan.grace["RH-01"] == Grace(5, "wd")
    assert yunnan.grace["RH-02"] == Grace(30, "d")
    assert load_profile("national").village_houses_exempt
    assert {"zhejiang", "national", "yunnan", "guangdong"} <= set(profile_names())


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"guangdong, national, ours, yunnan, zhejiang"):
        load_profile("atlantis", tmp_path)
    with pytest.raises(ProfileError):
        load_profile("../secret", tmp_path)


def test_a_profile_of_ones_own_is_taken_first(tmp_path: Path) -> None:
    (tmp_path / "zhejiang.toml").write_text('[grace]\nRH-01 = "7 d"\n', encoding="utf-8")
    assert load_profile("zhejiang", tmp_path).grace["RH-01"] == Grace(7, "d")


@pytest.mark.parametrize(
    "text",
    [
        '[grace]\nRH-77 = "3 d"\n',
        '[grace]\nRH-01 = "3 days"\n',
        "[limits]\nwithdraw_limit = 30\n",
        "[retention]\nsuperseded_days = -1\n",
        "[exemptions]\nvillage_houses = 1\n",
        "[limit]\nsubject_cap = 3\n",
        "grace = 3\n",
        "not toml",
    ],
)
def test_what_nothing_reads_or_nobody_understands_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=r"ours|number of days"):
        load_profile("ours", tmp_path)


def test_grace_is_read_strictly() -> None:
    assert parse_grace("30 d") == Grace(30, "d")
    with pytest.raises(ProfileError):
        parse_grace("30")
