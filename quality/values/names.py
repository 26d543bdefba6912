"""Personal names: a cleaned name, a key to compare by, and whether it is a name at all.

What is done to a name never depends on whose name it is: padding, dots, titles and script are handled for
every name, and the form of a name is never recorded. Rare characters, private-use characters and the
signs that stand in for them (?, □, ＊) are kept.
"""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from quality.values.placeholders import is_word
from quality.values.text import half_width, map_distinct, simplified, where_needed

SCHEMA = {"name": pl.String, "name_key": pl.String, "usable": pl.Boolean}
DOTS = "·•・∙‧．●⋅･˙᛫⸱⸳ꞏ◦﹒∘▪○。｡•·・"
"""Everything that has been seen for the middle dot of 12部委's rule (U+00B7) beside the full stop."""

_HAN = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff"
    "\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
_TWO_CHARACTER_SURNAMES = "欧阳 司马 上官 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 夏侯 长孙 宇文 闻人 端木 百里 南宫 独孤 申屠 轩辕 赫连 呼延"
_SURNAMES = frozenset(_TWO_CHARACTER_SURNAMES.split())
_TITLE = re.compile(r"(?:先生|女士|小姐|太太|同志|师傅)$")
_SUFFIX = re.compile(r"[(\[{【<]([^()\[\]{}【】<>]*)[)\]}】>]?$")
_COMPONENTS = re.compile(r"[\u4e00-\u9fff]{2,3}")
_REMARK_TEXT = """小 大 老 新 男 女 父 母 子 妻 夫 儿 代 外 补 户主 本人 房东 房主 业主 租客 租户 承租人 家属 配偶 儿子 女儿
父亲 母亲 妻子 丈夫 孩子 小孩 学生 已搬 搬走 已搬走 曾用名 死亡 注销 未成年 哥哥 弟弟 姐姐 妹妹 共有 共有人 代办 合租 同住 同住人"""
_REMARKS = frozenset(_REMARK_TEXT.split())
STAND_IN = "□"
"""What a key has in place of a character that could not be typed: ?, *, □, or its parts in brackets (龙天)."""
_STAND_INS = re.compile(rf"(?<=[{_HAN}])[?*□■▢]+|[?*□■▢]+(?=[{_HAN}])")
_DOT_RUN = re.compile(rf" *(?:[{DOTS}]|(?<=[{_HAN}])\.(?=[{_HAN}])|(?<=[{_HAN}]) *- *(?=[{_HAN}]))[{DOTS} ]*")
_HAN_ONLY = re.compile(f"^[{_HAN} ·?□*]+$")
_HAS_HAN = re.compile(f"[{_HAN}]")
_NOT_LETTER = re.compile(r"[^\w]|_|\d")
_EDGES = " ·.,;:、-_'\"`’‘“”"

_PLAIN = r"^(?:[\u4e00-\u9fff]{2,}|[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+)$"
_PLAIN_TITLE = r"(?:先生|女士|小姐|太太|同志|师傅)$"


def _padding(text: str) -> str:
    """Blanks in a Han name: padding (张 三), or the dot's place between two parts (帕提古丽 巴图)."""
    parts = text.split(" ")
    if len(parts) == 2 and min(map(len, parts)) >= 2 and parts[0] not in _SURNAMES and "·" not in text:
        return "·".join(parts)
    return "".join(parts)


def clean(text: str) -> str | None:
    """The name as written, with one kind of dot and without padding; None if nothing is left.

    >>> clean("张　三"), clean("艾力．卡德尔"), clean("SMITH  MINH ")
    ('张三', '艾力·卡德尔', 'SMITH MINH')
    """
    text = " ".join(text.split())
    text = _DOT_RUN.sub("·", text).strip(_EDGES)
    if _HAN_ONLY.match(text):
        text = _padding(text)
    return text or None


def _latin_key(text: str) -> str:
    """Capitals without accents and punctuation, tokens in alphabetical order."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    tokens = re.split(r"[^\w]+", plain.replace("Đ", "D").replace("đ", "d").upper())
    return " ".join(sorted(token for token in tokens if token))


def _bracket(match: re.Match[str]) -> str:
    """A remark in brackets goes; the parts of one rare character, (龙天), are a stand-in for it."""
    inside = match.group(1)
    return STAND_IN if inside not in _REMARKS and _COMPONENTS.fullmatch(inside) else ""


def key(text: str) -> str | None:
    """What names are compared by, before script: no title, no remark, capitals, latin tokens in order."""
    bare = _SUFFIX.sub(_bracket, text).strip(_EDGES)
    untitled = _TITLE.sub("", bare).strip(_EDGES)
    text = untitled if len(untitled) >= 2 else bare if len(bare) >= 2 else text
    if not _HAS_HAN.search(text):
        return _latin_key(text) or text
    text = _STAND_INS.sub(STAND_IN, re.sub(r"[()\[\]{}【】<>]", "", text))
    return clean(text.upper().replace(" ", "" if "·" in text else " "))


def parse(values: pl.Series) -> pl.DataFrame:
    """One row of ``SCHEMA`` for each value; ``name`` and ``name_key`` are null if it is a placeholder.

    ``usable``: two letters or characters that are no placeholders (a stand-in beside a character counts).
    """
    text = half_width(values).alias("name")
    plain = text.str.contains(_PLAIN).fill_null(False)
    odd = ~plain & text.is_not_null()
    name, keys = text, text
    if odd.any():
        cleaned = map_distinct(text.filter(odd), clean)
        name = text.clone().scatter(odd.arg_true(), cleaned)
        keys = text.clone().scatter(odd.arg_true(), map_distinct(cleaned, lambda value: key(value)))
    keys = where_needed(keys, _PLAIN_TITLE, lambda part: map_distinct(part, key))
    frame = pl.DataFrame({"name": name, "name_key": simplified(keys)})
    return frame.with_columns(_nothing(pl.col("name")).alias("nothing")).select(
        pl.when(~pl.col("nothing")).then(pl.col("name")).alias("name"),
        pl.when(~pl.col("nothing")).then(pl.coalesce("name_key", "name")).alias("name_key"),
        (~pl.col("nothing") & _two(pl.col("name"))).fill_null(False).alias("usable"),
    )


def _nothing(name: pl.Expr) -> pl.Expr:
    """Nothing, a placeholder word, or no letter in it."""
    word = is_word(name.str.replace_all(" ", "", literal=True).str.to_uppercase())
    letterless = ~name.str.contains(r"[\p{L}\p{Co}]")
    return (name.is_null() | word | letterless).fill_null(True)


def _two(name: pl.Expr) -> pl.Expr:
    """Two letters, or one and a stand-in."""
    return name.str.contains(r"[\p{L}\p{Co}].*[\p{L}\p{Co}?□*〇]|[?□*〇].*[\p{L}\p{Co}]")
