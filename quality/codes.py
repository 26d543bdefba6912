"""Issue codes and rejection reasons: the closed lists, with the text that officers read.

An issue is said about a value of an accepted row; a rejection names the first reason why a row could not be
used at all. Codes are published, so a code once released keeps its meaning. No text holds a value.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """What a code says, in both languages."""

    zh: str
    en: str


ISSUES: dict[str, Text] = {
    "value_placeholder": Text("填的是占位内容，按空白处理", "a placeholder stands here; read as blank"),
    "nul_dropped": Text("含空字节，已去除", "a NUL byte was dropped from the cell"),
    "name_missing": Text("没有可用的姓名", "no usable name"),
    "id_invalid": Text("号码校验不通过", "the identity number fails its check"),
    "id_damaged": Text(
        "号码被表格软件损坏，不作修复", "the identity number was cut by a spreadsheet; it is not repaired"
    ),
    "doc_type_mismatch": Text("证件类型与号码不符", "the document type and the number do not fit"),
    "date_unreadable": Text("日期无法识别", "the date cannot be read"),
    "date_sentinel": Text("日期是系统默认值，按空白处理", "the date is a system's default; read as blank"),
    "date_open": Text(
        "此处不能为“长期”，按空白处理", "an open date (长期) makes no sense here; read as blank"
    ),
    "date_out_of_range": Text("日期超出合理范围", "the date is outside any likely range"),
    "birth_out_of_range": Text("出生日期不可能，按空白处理", "the birth date is impossible; read as blank"),
    "birth_not_to_the_day": Text("出生日期只到年或月", "the birth date is known to the month or year only"),
    "phone_invalid": Text("电话号码无法识别", "the phone number cannot be read"),
    "address_missing": Text("没有地址", "no address"),
    "address_unlocatable": Text("地址不可定位", "the address names no place or no number"),
    "area_unreadable": Text("社区代码不是十二位数字", "the area code does not have twelve digits"),
    "code_unknown": Text("填写内容不在代码表内", "the text is not on the list of codes"),
    "number_unreadable": Text("数值无法识别", "the number cannot be read"),
    "number_out_of_range": Text(
        "数值超出合理范围，按空白处理", "the number is outside any likely range; read as blank"
    ),
    "record_id_personal": Text(
        "编号是证件号码或手机号的样式", "the record number has the form of an identity or mobile number"
    ),
    "identity_without_consent": Text(
        "没有同意日期或不在册，身份栏目未保存",
        "no consent date or not enrolled: identity columns were not kept",
    ),
    "value_outside_contract": Text("内容不符合台账约定", "the value does not fit the feed's contract"),
}
"""Everything that ``record_issue.issue_code`` can be, as far as a single row shows it."""

REJECTIONS: dict[str, Text] = {
    "cell_oversized": Text("单元格超过一万个字符", "a cell holds more than 10,000 characters"),
    "record_id_missing": Text("没有编号", "no record number"),
    "number_personal": Text(
        "请求或通知书编号是证件号码或手机号的样式",
        "the request or notice number has the form of an identity or mobile number",
    ),
    "number_missing": Text("必填的编号为空", "a number that must be there is blank"),
    "person_missing": Text("既无姓名也无可用号码", "neither a name nor a usable number"),
    "date_missing": Text("必填的日期为空", "a date that must be there is blank"),
    "date_unreadable": Text("必填的日期无法识别", "a date that must be there cannot be read"),
    "code_missing": Text("必填的状态或事项为空", "a status or kind that must be there is blank"),
    "code_unknown": Text("必填的状态或事项无法识别", "a status or kind that must be there cannot be read"),
    "value_outside_contract": Text("内容不符合台账约定", "the row does not fit the feed's contract"),
}
"""Everything that ``rejected_record.reason_code`` can be."""
