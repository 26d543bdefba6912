"""Writes the office files of this folder: what offices send, by hand, with everything their programs do to it.

All people are invented; division codes begin with 99, which was never assigned. Run it from the repository
(``python tests/data/make_files.py``) to write the files again; ``tests/sources/test_office_files.py`` says
what each of them has to give, and that the committed files are the ones written here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
TOWN = "990101001000"
COMMUNITY = "990101001001"
OTHER = "990101001002"

Row = Sequence[object]


def number(birth: str, order: str, code: str = "990101") -> str:
    """An identity number of an invented person: 17 digits and the check digit of GB 11643."""
    body = code + birth + order
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def _save(book: openpyxl.Workbook, path: Path) -> None:
    """Saves with fixed times, so that the same rows give the same bytes."""
    book.properties.created = book.properties.modified = datetime(2026, 10, 31)
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "docProps/core.xml":
                start, end = content.find(b"<dcterms:modified"), content.find(b"</dcterms:modified>")
                content = content[:start] + content[end + 19 :]
            new.writestr(
                zipfile.ZipInfo(info.filename, (2026, 10, 31, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )


def _fill(sheet: Worksheet, rows: Iterable[Row]) -> None:
    for row in rows:
        sheet.append(list(row))


def _csv(path: Path, rows: Iterable[Row], encoding: str, delimiter: str = ",", end: str = "\r\n") -> None:
    lines = (delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_bytes((end.join(lines) + end).encode(encoding))


def floating_title(path: Path) -> None:
    """Merged title, a line with the unit, group headings over headings, numbers that Excel cut, a total, a footer."""
    book = openpyxl.Workbook()
    sheet = book.active
    _fill(
        sheet,
        [
            ["青屏县锦屏镇流动人口居住登记表"],
            ["填报单位：锦屏镇登记窗口", None, None, None, None, None, None, "填表日期：2026-10-31"],
            [
                "序号",
                "登记编号",
                "本人信息",
                None,
                None,
                None,
                None,
                "居住情况",
                None,
                None,
                "登记日期",
                "状态",
                "备注",
            ],
            [
                None,
                None,
                "姓  名",
                "性别",
                "民族",
                "证件号码\n（18位）",
                "联系电话",
                "现住址",
                "社区代码",
                "有效期至",
            ],
        ],
    )
    people: list[Row] = [
        [
            1,
            "LD1001",
            "欧阳明华",
            "男",
            "汉",
            number("19900101", "001"),
            13900000001,
            "彩云路1号彩云雅苑2幢1单元301室",
            COMMUNITY,
            date(2027, 3, 1),
            date(2026, 3, 1),
            "在住",
        ],
        [
            2,
            "LD1002",
            "张　三",
            "女",
            "苗",
            990101198805052340,
            13900000002,
            "彩云路3号",
            COMMUNITY,
            date(2027, 4, 1),
            "2026.4.1",
            "在住",
            "电话核过",
        ],
        [
            3,
            "LD1003",
            "古丽·阿依",
            "女",
            "维",
            "'" + number("19951212", "124"),
            "139-0000-0003",
            "文笔路12号",
            OTHER,
            46508,
            46143,
            "在住",
        ],
        [
            4,
            "LD1004",
            "LI WEI",
            "1",
            None,
            "G12345678",
            None,
            "无",
            OTHER,
            None,
            datetime(2026, 5, 6, 9, 30),
            "已注销",
        ],
    ]
    _fill(sheet, people)
    _fill(sheet, [["合计", None, "4人"], ["填表人：窗口甲", None, None, "审核：窗口乙"]])
    for area in ("A1:M1", "A3:A4", "B3:B4", "C3:G3", "H3:J3", "K3:K4", "L3:L4", "M3:M4", "A9:B9"):
        sheet.merge_cells(area)
    _save(book, path)


def floating_gbk(path: Path) -> None:
    """GB18030 from an old system: synonyms, a rare character, a number cut to 5.10322E+17, columns to be dropped."""
    heads = [
        "登记号",
        "姓名",
        "性别",
        "证件种类",
        "身份证号",
        "政治面貌",
        "联系方式",
        "户籍地址",
        "现居住地址",
        "所属社区",
        "申报日期",
        "状态",
        "更新时间",
    ]
    rows: list[Row] = [
        heads,
        ["LD2001", "马䶮", "男", "居民身份证", number("19790817", "351"), "群众", "13900000011", "某省某县", "荷塘大街201号阳光小区12座2单元404号", COMMUNITY, "2026/10/8", "在住", "2026-11-01 08:00:00"],
        ["LD2002", "王芳", "女", "居民身份证", "9.90101E+17", "团员", "86-13900000012", "某省某县", "永安社区第3组15号", COMMUNITY, "20261009", "在住", "2026-11-02"],
        ["LD2003", "=cmd|'/c calc'!A1", "女", "护照", "EA1234567", "", "无", "", "荷塘大街7号", OTHER, "2026年10月9日", "在住", "2026-11-02"],
        ["LD2004", "'); DROP TABLE record;--", "男", "居民身份证", "不详", "", "11111111111", "", "荷塘大街9号", OTHER, "2026-10-09", "在住", ""],
    ]  # fmt: skip
    _csv(path, rows, "gb18030")


def household(path: Path) -> None:
    """UTF-8 with a mark, quoted cells with a comma, a quote and a line break in them, half-filled columns."""
    text = (
        "户籍编号,姓名,性别,公民身份号码,出生日期,户籍地址,社区代码,状态,更新时间\r\n"
        f'HK1001,欧阳明华,男,{number("19900101", "001")},1990-01-01,"青屏县,锦屏镇",{COMMUNITY},正常,2026-10-01\r\n'
        f'HK1002,"陈 ""小"" 静",女,{number("20010203", "408")},,"锦屏镇\n彩云社区",{COMMUNITY},死亡,\r\n'
        f"HK1003,赵六,,,1950-07,,,注销,2026-10-02\r\n"
    )
    path.write_bytes(text.encode("utf-8-sig"))


def receipts(path: Path) -> None:
    """Semicolons, two blank lines at the end."""
    rows: list[Row] = [
        ["请求编号", "收到日期", "处理结果", "办结日期", "登记编号", "更新时间"],
        ["QQ0001", "2026-10-12", "已办", "2026-10-15", "LD1001", "2026-10-15"],
        ["qq 0002", "2026/10/20", "", "", "", ""],
        ["", "", "", "", "", ""],
        [],
    ]
    _csv(path, rows, "utf-8", ";")


def rental_groups(path: Path) -> None:
    """The landlord under a group heading and merged down over three houses, page totals, a total of floor areas."""
    book = openpyxl.Workbook()
    sheet = book.active
    _fill(
        sheet,
        [
            ["出租房屋登记表"],
            ["房屋编号", "房屋坐落", "所属网格", "出租人", None, None, "承租人", None, "建筑面积（㎡）", "备案日期", "房屋状态"],
            [None, None, None, "姓名", "身份证号", "联系电话", "姓名", "联系电话"],
            ["FW1001", "彩云路1号彩云雅苑2幢1单元301室", COMMUNITY, "钱多", number("19700101", "338"), 13900000021, "欧阳明华", 13900000001, 88.5, date(2026, 1, 5), "出租中"],
            ["FW1002", "彩云路1号彩云雅苑2幢1单元302室", COMMUNITY, None, None, None, None, None, 90, None, "出租中"],
            ["FW1003", "彩云路1号彩云雅苑2幢1单元303室", COMMUNITY, None, None, None, None, None, 60, None, "停租"],
            ["小计", None, None, None, None, None, None, None, 238.5],
            ["FW1004", "文笔路12号", OTHER, "孙　有", 990101196512123451, "0999-1234567", None, None, None, "2026.2.3", "空置"],
            ["合  计", "4套", None, None, None, None, None, None, 238.5],
        ],
    )  # fmt: skip
    for area in (
        "A1:K1",
        "A2:A3",
        "B2:B3",
        "C2:C3",
        "D2:F2",
        "G2:H2",
        "I2:I3",
        "J2:J3",
        "K2:K3",
        "D4:D6",
        "E4:E6",
        "F4:F6",
        "A9:A9",
    ):
        if area != "A9:A9":
            sheet.merge_cells(area)
    _save(book, path)


def tenancies_utf16(path: Path) -> None:
    """Excel's "Unicode text": UTF-16 with a mark, tabs."""
    rows: list[Row] = [
        ["租住编号", "房屋编号", "房屋地址", "社区代码", "承租人", "性别", "承租人身份证号", "手机号", "起租日期", "到期日期", "退租日期"],
        ["ZZ1001", "FW1001", "彩云路1号彩云雅苑2幢1单元301室", COMMUNITY, "欧阳明华", "男", number("19900101", "001"), "13900000001", "2026-03-01", "2027-02-28", ""],
        ["ZZ1002", "", "文笔路12号", OTHER, "古丽•阿依", "女", number("19951212", "124"), "", "2026/5/1", "长期", ""],
    ]  # fmt: skip
    _csv(path, rows, "utf-16", "\t")


def tenancies_parquet(path: Path) -> None:
    """Typed columns: dates, a timestamp, phones as integers, one identity number column of integers."""
    frame = pl.DataFrame(
        {
            "租住编号": ["ZZ2001", "ZZ2002"],
            "房屋地址": ["彩云路3号", "荷塘大街7号"],
            "承租人姓名": ["王芳", "周舟"],
            "证件号码": [990101198805052340, None],
            "联系电话": [13900000002, 13900000031],
            "起租日期": [date(2026, 11, 1), date(2026, 11, 2)],
            "更新时间": [datetime(2026, 11, 3, 8, 0), datetime(2026, 11, 3)],
        }
    )
    frame.write_parquet(path, compression="uncompressed")


def requests_sheets(path: Path) -> None:
    """The table is on the second visible sheet, after instructions and a hidden list for a drop-down."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "填表说明"
    _fill(notes, [["1. 每行一件请求"], ["2. 同意凭证号不得重复"]])
    codes = book.create_sheet("字典")
    codes.sheet_state = "hidden"
    _fill(
        codes,
        [
            ["请求编号", "租住编号", "事项", "同意凭证号", "同意日期"],
            ["样例", "样例", "登记", "样例", "样例"],
        ],
    )
    sheet = book.create_sheet("请求")
    _fill(
        sheet,
        [
            ["请求编号", "租住编号", "事项", "同意凭证号", "同意日期", "同意期限至", "撤回日期", "更新时间"],
            [
                "QQ0001",
                "ZZ1001",
                "登记",
                "PZ0001",
                date(2026, 10, 10),
                None,
                None,
                datetime(2026, 10, 10, 10, 0),
            ],
            ["QQ0002", "ZZ1002", "变更", 20260002, "2026.10.18", "2027-10-18", None, None],
        ],
    )
    _save(book, path)


def released(path: Path) -> None:
    """A notice form as a prison sends it: nearly everything in it is dropped unread."""
    book = openpyxl.Workbook()
    sheet = book.active
    _fill(
        sheet,
        [
            ["刑满释放人员衔接通知登记表"],
            ["通知书编号", "姓名", "证件号码", "罪名", "刑期", "服刑场所", "释放日期", "衔接地社区代码", "是否封存", "更新时间"],
            ["SF1001", "甲某", number("19800101", "117"), "某罪", "一年", "某监狱", date(2026, 9, 1), COMMUNITY, "否", date(2026, 9, 2)],
            ["SF1002", "乙某", number("20080101", "133"), "某罪", "一年", "某监狱", "2026-09-15", OTHER, "是", None],
            ["SF1003", "丙某", None, None, None, None, "2026-09-20", OTHER, None, None],
        ],
    )  # fmt: skip
    sheet.merge_cells("A1:J1")
    _save(book, path)


def enrolment(path: Path) -> None:
    """Tabs, headings printed again on the second page, a footer."""
    heads = [
        "帮教编号",
        "通知书编号",
        "姓名",
        "身份证号码",
        "联系电话",
        "社区代码",
        "衔接日期",
        "状态",
        "同意日期",
        "同意期限至",
        "约定联系间隔（天）",
        "最近联系日期",
    ]
    rows: list[Row] = [
        heads,
        ["BJ1001", "SF1001", "甲某", number("19800101", "117"), "13900000041", COMMUNITY, "2026-09-03", "在册", "2026-09-03", "2027-09-03", "30", "2026-10-20"],
        heads,
        ["BJ1002", "SF1003", "", "", "", OTHER, "2026-09-25", "已签收", "", "", "", ""],
        ["填表人：窗口丙", "", "", "", "", "", "2026-10-31"],
    ]  # fmt: skip
    _csv(path, rows, "utf-8", "\t", "\n")


def areas(path: Path) -> None:
    """An invented county with one town and two communities."""
    rows: list[Row] = [
        ["区划代码", "名称", "级别", "上级代码"],
        ["990101000000", "青屏县", "县", ""],
        [TOWN, "锦屏镇", "乡镇", "990101000000"],
        [COMMUNITY, "彩云社区", "社区", TOWN],
        [OTHER, "文笔社区", "社区", TOWN],
    ]
    _csv(path, rows, "utf-8")


def with_risk(path: Path) -> None:
    """A column that is never stored: the whole file is refused."""
    book = openpyxl.Workbook()
    _fill(
        book.active,
        [
            ["登记编号", "姓名", "居住地址", "登记日期", "状态", "风险 等级（甲/乙/丙）"],
            ["LD9001", "某某", "彩云路5号", "2026-01-01", "在住", "甲"],
        ],
    )
    _save(book, path)


def census(path: Path) -> None:
    """A census sheet under a register's name."""
    book = openpyxl.Workbook()
    _fill(
        book.active,
        [
            ["第八次全国人口普查 底册"],
            ["户籍编号", "姓名", "状态"],
            ["HK9001", "某某", "正常"],
        ],
    )
    _save(book, path)


def garbled(path: Path) -> None:
    """UTF-8 that some program read as GBK and wrote again."""
    text = "登记编号,姓名,居住地址,登记日期,状态\r\nLD9002,某某,彩云路五号,2026-01-01,在住\r\n"
    path.write_bytes(text.encode("utf-8").decode("gb18030", "replace").encode("utf-8"))


def twice(path: Path) -> None:
    """One heading over two columns."""
    rows: list[Row] = [
        ["租住编号", "房屋地址", "承租人姓名", "起租日期", "联系电话", "联系电话（备用）"],
        ["ZZ9001", "彩云路5号", "某某", "2026-01-01", "13900000051", "13900000052"],
    ]
    _csv(path, rows, "utf-8")


def reheaded(path: Path) -> None:
    """A residence ledger with the housing office's headings put over the columns that it needs."""
    rows: list[Row] = [
        ["租住编号", "房屋地址", "承租人姓名", "起租日期", "来本地日期", "居住证有效期至"],
        ["LD9003", "彩云路5号", "某某", "2026-01-01", "2025-12-01", "2027-01-01"],
    ]
    _csv(path, rows, "utf-8")


FILES = {
    "residence/floating_population_full_20261031_title.xlsx": floating_title,
    "residence/floating_population_delta_20261110_gbk.csv": floating_gbk,
    "residence/resident_population_full_20261031.csv": household,
    "residence/request_receipts_full_20261031.csv": receipts,
    "residence/areas_full_20261031.csv": areas,
    "housing/rental_housing_full_20261031_groups.xlsx": rental_groups,
    "housing/tenancies_full_20261031_utf16.csv": tenancies_utf16,
    "housing/tenancies_delta_20261110.parquet": tenancies_parquet,
    "housing/requests_full_20261031.xlsx": requests_sheets,
    "housing/areas_full_20261031.csv": areas,
    "aftercare/released_persons_full_20261031.xlsx": released,
    "aftercare/assistance_enrolment_full_20261031.csv": enrolment,
    "aftercare/areas_full_20261031.csv": areas,
    "bad/residence/floating_population_full_20261031_risk.xlsx": with_risk,
    "bad/residence/resident_population_full_20261031_census.xlsx": census,
    "bad/residence/floating_population_full_20261031_garbled.csv": garbled,
    "bad/housing/tenancies_full_20261031_twice.csv": twice,
    "bad/housing/tenancies_full_20261031_foreign.csv": reheaded,
}
"""Each file and what writes it. The first folder but ``bad`` is the office that delivers it."""


def write_all(root: Path) -> None:
    """Writes every file under ``root``."""
    for name, write in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)


if __name__ == "__main__":
    write_all(HERE)
