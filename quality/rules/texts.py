"""Every word that a finding, a case or an answer is shown with, Chinese and English.

Belongs here: closed vocabularies, code → sentence. Sentences speak of records and offices, never of what a
person is; the words 嫌疑, 危险, 重点, 失控, 脱管 occur nowhere (a test says so). Nothing here is filled in
from a row: a sentence is the same for every finding that has its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


MAY_DO: Mapping[str, Text] = {
    "correct_row": Text("更正登记行", "correct the row"),
    "merge_rows": Text("合并重复行", "merge the rows"),
    "ask_in_writing": Text("书面询问本人", "ask the person in writing"),
    "serve_request": Text("办理请求", "serve the request"),
    "acknowledge": Text("签收", "acknowledge"),
    "keep_promise": Text("履行约定", "keep the promise"),
    "delete": Text("删除", "delete"),
}
"""The closed list of what an office may do about a finding (contract, 0.3)."""

REASONS: Mapping[str, Text] = {
    "not_taken_up": Text("请求仍有效，登记窗口尚未签收。", "The request runs and the desk has not taken it up."),
    "mail_overdue": Text(
        "请求仍有效；登记窗口的回执邮件尚未到达或已过期，暂不列出。",
        "The request runs; the desk's mail has not come or is overdue, so it is not listed yet.",
    ),
    "not_finished": Text("已签收的请求尚无处理结果。", "The desk took the request up and has no result yet."),
    "not_finished_again": Text(
        "补正之后仍无处理结果，期限自补正文件之日起算。",
        "After an addition the request has no result again; days count from the day of that file.",
    ),
    "row_not_named": Text("结果为已办，但没有填写登记编号。", "The result is done, but no residence row is named."),
    "row_unknown": Text(
        "结果为已办，但所填登记编号在台账中不存在。",
        "The result is done, but the row that is named is not in the ledger.",
    ),
    "row_closed": Text(
        "结果为已办，但所指登记行在收到请求时已经注销。",
        "The result is done, but the row that is named was closed when the request came.",
    ),
    "row_still_active": Text(
        "注销请求的结果为已办，但所指登记行仍为在住。",
        "The result of a request to close is done, but the row that is named is still active.",
    ),
    "older_row_open": Text(
        "同一人另有较晚的在住登记，较早的一行似未注销；两处居住可能合法，请书面询问。",
        "A later active row of the same person is at another dwelling, so this one looks left open; "
        "two homes may be lawful: ask in writing.",
    ),
    "household_row_normal": Text(
        "登记行为在住，而户籍台账中已有正常的户籍行。",
        "The row is active, and the household register has a row in force.",
    ),
    "household_row_deceased": Text(
        "登记行为在住，而户籍台账中已登记死亡。",
        "The row is active, and the household register records a death.",
    ),
    "not_locatable": Text(
        "居住地址缺少道路、小区或村名，或缺少门牌号。",
        "The address names no road, estate or village, or no number of any kind.",
    ),
    "registered_twice": Text(
        "同一人在同一住处有两行以上在住登记。", "One person has several active rows at one dwelling."
    ),
    "let_without_row": Text(
        "住处有有效租约，但没有出租中的房屋登记。",
        "There is an active tenancy and no active rental row for the dwelling or the whole house.",
    ),
    "let_without_filing": Text(
        "住处已出租并有有效租约，但没有备案日期。",
        "There is an active rental row with an active tenancy and no filing date.",
    ),
    "term_over": Text(
        "租约已到期，既无退租日期，也无后续租约。",
        "The tenancy's term is over, with neither a leaving date nor a later tenancy.",
    ),
    "tenancy_twice": Text("同一人在同一住处有两份以上有效租约。", "One person has several active tenancies here."),
    "several_rental_rows": Text(
        "同一住处有两行以上出租中的登记。", "One dwelling has two or more active rental rows."
    ),
    "not_acknowledged": Text("衔接通知尚未签收。", "No desk has acknowledged the notice."),
    "contact_overdue": Text("距最近一次联系已超过约定间隔。", "The last contact is older than the agreed interval."),
    "consent_over": Text(
        "同意期限已过，登记行仍为在册；其中的身份信息已于当日删除。",
        "The consent has ended and the row is still open; the identity in it is deleted that day.",
    ),
    "enrolled_twice": Text("同一人有两行以上在册登记。", "One person has several rows with consent running."),
    "number_damaged": Text(
        "证件号码在制表时受损，不作识别之用。", "The number was damaged when the table was made; it identifies nobody."
    ),
    "number_invalid": Text("证件号码未通过校验。", "The number fails its check."),
    "number_shared": Text(
        "同一有效号码出现在不同人的登记行上。", "One valid number is on rows of people who are not the same."
    ),
    "numbers_differ": Text(
        "人工认定为同一人，但登记行的号码不同。", "A clerk decided that the rows are one person's, but their numbers differ."
    ),
    "facts_contradict": Text(
        "登记行中的资料互相矛盾，见所列各项。", "Facts of the row contradict each other, as listed."
    ),
}  # fmt: skip
"""Why a finding was made."""

CONTRADICTIONS: Mapping[str, Text] = {
    "birth_date": Text("出生日期与有效号码不符", "birth date against a valid number"),
    "sex": Text("性别与有效号码不符", "sex against a valid number"),
    "date_order": Text("结束日期早于开始日期", "the end is before the start"),
    "arrival": Text("来本地日期早于出生", "arrival is before birth"),
}
"""What contradicts in a DQ-03 finding."""

CLOSE_REASONS: Mapping[str, Text] = {
    "record_changed": Text(
        "登记已改变，情形不再存在。", "A record changed and the condition no longer holds."
    ),
    "row_withdrawn": Text("登记行已不在台账中。", "The row is no longer in the ledger."),
    "taken_up": Text("登记窗口已签收。", "The desk took the request up."),
    "answered": Text("已有处理结果。", "A result was recorded."),
    "acknowledged": Text("已签收。", "A desk acknowledged the notice."),
    "filed": Text("已登记或备案。", "The dwelling was registered or filed."),
    "contacted": Text("已按约定联系。", "The contact was made."),
    "row_closed": Text("登记行已注销或解除。", "The row was closed."),
    "decided": Text("人工已判定。", "A clerk decided the pair."),
    "consent_ended": Text("同意已到期或撤回。", "The consent ended or was withdrawn."),
    "request_ended": Text("请求已终止。", "The request ended."),
    "request_void": Text("请求无效。", "The request is void."),
    "tenancy_ended": Text("租约已到期。", "The tenancy's term ended."),
    "no_longer_due": Text("已过应办期限。", "It is no longer due."),
    "dwelling_merged": Text(
        "住处编号已并入另一住处。", "The dwelling's key now belongs to another dwelling."
    ),
    "untrue": Text("经核查不属实。", "The office found it untrue."),
    "no_reminder": Text("不再提醒。", "The office wants no further reminder."),
}
"""Why a case was closed: by a record (cured), by time or consent (expired), by the office (dismissed)."""

CASE_REASONS: Mapping[str, Text] = {
    "disputed": Text("所据事实有争议，暂不列出。", "A fact it rests on is disputed, so it is held back."),
    "dispute_closed": Text("争议已办结。", "The dispute is closed."),
    "undone": Text("归并已撤销，恢复原状。", "A merge was undone, and it is as it was."),
}
"""Why a case was held back or came back, where no rule says it."""

STATUS: Mapping[str, Text] = {
    "held": Text("待定", "held"),
    "open": Text("待办", "open"),
    "confirmed": Text("属实", "confirmed"),
    "dismissed": Text("已排除", "dismissed"),
    "cured": Text("已消除", "cured"),
    "expired": Text("已过期", "expired"),
}
"""The life of a case."""

EVENTS: Mapping[str, Text] = {
    "held": Text("暂不列出", "held back"),
    "opened": Text("列出", "listed"),
    "confirmed": Text("核查属实", "confirmed"),
    "dismissed": Text("核查排除", "dismissed"),
    "cured": Text("登记消除", "cured by a record"),
    "expired": Text("因时间或同意终止而结束", "ended by time or the end of a consent"),
    "reopened": Text("重新列出", "listed again"),
}
"""What happened to a case."""

ANSWERS: Mapping[str, str] = {
    "已更正": "corrected",
    "已办理": "handled",
    "已书面询问": "asked_in_writing",
    "属实": "found_true",
    "不属实": "untrue",
    "不再提醒": "no_reminder",
}
"""核查结果 → reason code of the event. The first four confirm, 不属实 dismisses, 不再提醒 ends it for good."""

HANDLED: Mapping[str, Text] = {
    "applied": Text("已采用", "applied"),
    "repeated": Text("与先前送达的同一答复", "the same answer came before"),
    "unknown_id": Text("没有此编号", "no exception or letter has that number"),
    "already_closed": Text("该项已结束", "the case was already closed"),
    "superseded": Text("另有较晚的答复", "a later answer came with it"),
    "no_answer": Text("不是可用的答复", "not one of the answers"),
    "letter_ended": Text("不再寄送", "no further letter"),
    "letter_noted": Text("已记录", "noted for the letter"),
}
"""What became of an answer that an office returned."""

FORBIDDEN_WORDS = ("嫌疑", "危险", "重点", "失控", "脱管")
