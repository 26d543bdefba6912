"""What can be wrong with a delivery as a whole: a closed list of codes, each with a sentence in zh and en.

``delivery.reason`` holds one of these codes. What is wrong with a single row belongs to
``quality.screening``; this module knows files only and imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One code. ``outcome``: what becomes of the file (``set_aside``, ``refused``, ``waiting``, ``duplicate``)."""

    code: str
    outcome: str
    zh: str
    en: str


_REASONS = (
    # the name, decided without opening the file
    Reason(
        "bad_name",
        "set_aside",
        "文件名不符合“表名_full或delta_年月日”的格式，请改名后重新放入。",
        "The name is not FEED_full_YYYYMMDD or FEED_delta_YYYYMMDD with a real date; rename the file.",
    ),
    Reason(
        "unknown_feed",
        "set_aside",
        "文件名中的表名不在本单位的清单内，请核对后改名。",
        "The name begins with no feed that this office has; check the name.",
    ),
    Reason(
        "foreign_feed",
        "refused",
        "这是其他单位的台账，本单位不接收，未保留任何内容。",
        "This is another office's ledger; it is not taken in and nothing of it was kept.",
    ),
    Reason(
        "later_than_as_of",
        "waiting",
        "文件日期晚于截止日，届时再装载。",
        "The file is dated after the as-of day; it waits for that day.",
    ),
    Reason(
        "parts_missing",
        "waiting",
        "分批文件尚未到齐，请补交其余部分。",
        "Not all parts of the snapshot are here; deliver the others.",
    ),
    Reason(
        "parts_disagree",
        "set_aside",
        "同一批分件的总数或序号互相矛盾，请重新导出整批。",
        "The parts of this snapshot disagree about how many there are; export the whole set again.",
    ),
    Reason(
        "same_bytes",
        "duplicate",
        "内容与本台账的上一份文件完全相同，未重复装载。",
        "The file before it in this ledger has the same bytes; they are not loaded again.",
    ),
    # the entry as a file
    Reason(
        "folder", "set_aside", "这是文件夹而不是文件，请移走。", "This is a folder, not a file; move it away."
    ),
    Reason(
        "not_a_file",
        "set_aside",
        "这不是普通文件，请换成普通文件。",
        "This is not an ordinary file; put an ordinary file here.",
    ),
    Reason(
        "permissions",
        "set_aside",
        "没有读取权限，请修改文件权限。",
        "The file may not be read; give this user permission to read it.",
    ),
    Reason(
        "vanished",
        "set_aside",
        "读取时文件已不在，请重新放入。",
        "The file went away while it was read; put it back.",
    ),
    Reason("empty_file", "set_aside", "文件是空的，请重新导出。", "The file is empty; export it again."),
    Reason(
        "too_large",
        "set_aside",
        "文件过大或展开后过大，请分批或改用CSV导出。",
        "The file, or what it unpacks to, is too large; deliver it in parts or as CSV.",
    ),
    Reason(
        "wrong_format",
        "set_aside",
        "文件内容与扩展名不符，请另存为CSV或XLSX。",
        "The content is not what the extension says; save it as csv or xlsx.",
    ),
    Reason(
        "encrypted",
        "set_aside",
        "工作簿设有打开密码，请取消密码后重新放入。",
        "The workbook asks for a password; save it without one.",
    ),
    Reason(
        "unreadable",
        "set_aside",
        "文件损坏或无法读取，请重新导出。",
        "The file is damaged or cannot be read; export it again.",
    ),
    Reason(
        "mojibake",
        "set_aside",
        "文字是乱码，请用UTF-8或GB18030编码重新导出。",
        "The text is garbled by a wrong encoding; export it again as UTF-8 or GB18030.",
    ),
    # the table in it
    Reason(
        "no_header",
        "set_aside",
        "前三十行内找不到表头，请核对列名。",
        "No row of headings was found in the first thirty rows; check the headings.",
    ),
    Reason(
        "hidden_sheet",
        "set_aside",
        "表头只在隐藏的工作表中，请取消隐藏。",
        "The headings are on a hidden sheet only; show that sheet.",
    ),
    Reason(
        "mandatory_missing",
        "set_aside",
        "缺少必需的列，请补上后重新导出。",
        "A mandatory column is missing; export it with that column.",
    ),
    Reason(
        "duplicate_heading",
        "set_aside",
        "同一列名出现两次，请删去多余的一列。",
        "One heading stands twice; remove the column that is too much.",
    ),
    Reason(
        "nested_column",
        "set_aside",
        "列中含有嵌套数据，请改为普通文本列。",
        "A column holds nested values; write it as plain text.",
    ),
    # never stored
    Reason(
        "refused_heading",
        "refused",
        "含有禁止收集的列，整份文件拒收，未保留任何内容。",
        "A heading is on the list of what is never stored; nothing of the file was kept.",
    ),
    Reason(
        "refused_title",
        "refused",
        "普查或统计调查资料只用于统计，整份文件拒收，未保留任何内容。",
        "Census and survey material serves statistics only; nothing of the file was kept.",
    ),
    Reason(
        "other_ledger",
        "refused",
        "表内是其他单位台账的列，整份文件拒收，未保留任何内容。",
        "Two or more headings belong to another office's ledger; nothing of the file was kept.",
    ),
    # decided by the stations
    Reason(
        "withdraws_too_much",
        "set_aside",
        "全量文件将撤下过多记录，须由管理员用 registry accept 确认。",
        "The snapshot would withdraw too much of the feed; a steward has to take it with registry accept.",
    ),
    # mail: "mail_" and the code of ``assets.mail``
    Reason(
        "mail_misnamed",
        "set_aside",
        "信件名与签名内容不符，请对方重发。",
        "The mail's name is not what was signed; have it sent again.",
    ),
    Reason(
        "mail_unreadable",
        "set_aside",
        "信件无法读取，请核对密钥和权限。",
        "The mail cannot be read with this home's key; have it sent again.",
    ),
    Reason(
        "mail_too_large",
        "set_aside",
        "信件过大，请询问对方。",
        "The mail is larger than any mail can be; ask the sender.",
    ),
    Reason(
        "mail_unsigned",
        "set_aside",
        "信件没有签名，请对方重发。",
        "The mail is not signed; have the sender send it again.",
    ),
    Reason(
        "mail_forged",
        "set_aside",
        "信件签名不是该单位的，请另行核实。",
        "The signature is not that office's; ask the sender by another way.",
    ),
    Reason(
        "mail_wrong_schema",
        "set_aside",
        "信件含有不得交换的内容，请询问对方。",
        "The mail holds what may not cross; ask the sender for a new one.",
    ),
    Reason(
        "mail_replayed",
        "set_aside",
        "信件编号已收过，无须处理。",
        "Mail with this number was taken before; nothing to do.",
    ),
    Reason(
        "mail_foreign",
        "set_aside",
        "信件不是写给本单位的，请转交。",
        "The mail is for another office; give it to that office.",
    ),
    Reason(
        "mail_unknown_peer",
        "set_aside",
        "未登记该单位的公钥，请先执行 registry peer add。",
        "The sender is no peer of this home; add it with registry peer add.",
    ),
)

REASONS: dict[str, Reason] = {reason.code: reason for reason in _REASONS}
"""Every code that a delivery may have as its reason."""


class FileProblem(Exception):
    """A file that is not loaded. ``outcome`` is set_aside or refused, ``code`` a key of ``REASONS``.

    ``heading`` is a heading of the contract or of the refusal list, never text of the file; ``message``
    is one plain line with the remedy and holds no value of the file either.
    """

    def __init__(
        self, outcome: str, code: str, message: str | None = None, heading: str | None = None
    ) -> None:
        reason = REASONS[code]
        self.outcome = outcome
        self.code = code
        self.heading = heading
        self.message = message or (f"{reason.en} ({heading})" if heading else reason.en)
        super().__init__(self.message)


def file_problem(code: str, heading: str | None = None) -> FileProblem:
    """The problem with ``code`` in its usual outcome; KeyError for a code that is not on the list."""
    return FileProblem(REASONS[code].outcome, code, heading=heading)
