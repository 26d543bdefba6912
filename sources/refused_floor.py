"""The floor of what is never stored, held in code: a list that lacks one of these does not load.

A copy of the shipped ``refused_columns.toml`` on purpose. Whoever takes an entry out of the data file
has to take it out here as well, in a reviewed change of code and of the tests that hold it.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FLOOR_DROP_IS = _words(
    "民族 族别 宗教信仰 宗教 信仰 政治面貌 党派 婚姻状况 婚育情况 计生情况 节育措施 健康状况 病史 残疾情况 血型 DNA 指纹 "
    "虹膜 人像 照片 相片 罪名 原罪名 案由 刑期 原判刑期 服刑场所 社交账号 车牌号"
)

FLOOR_REFUSE_HAS = _words(
    "危险性 风险等级 风险评 关注级别 关注程度 重点人员 重点关注 积分 评分 信用分 标签 累犯 重新犯罪 再犯 前科 违法记录 "
    "处罚记录 犯罪记录 涉疆 涉恐 轨迹 行踪"
)

FLOOR_REFUSE_TITLE_HAS = _words("普查 统计调查 人口抽样")

FLOOR_OTHER_LEDGER = {
    "residence": _words(
        "租住编号 承租人姓名 承租人 起租日期 止租日期 退租日期 备案日期 出租人证件号码 同意凭证号 通知书编号 释放日期 帮教编号"
    ),
    "housing": _words("户籍编号 来本地日期 居住证有效期至 居住证号 办结日期 通知书编号 释放日期 帮教编号"),
    "aftercare": _words("登记编号 户籍编号 居住证有效期至 租住编号 承租人姓名 起租日期 退租日期 房屋编号"),
}
