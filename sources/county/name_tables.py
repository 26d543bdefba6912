"""What invented names are put together from: characters, syllables, look-alikes. Data only.

Every table is a list of common parts; no list of people's names is used, and a name that comes out is
nobody's in particular.
"""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in text.split()}


SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜"
    "崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙史陶黎贺毛郝龚邵万覃武钱戴莫孔向常温康施牛洪龙"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "皇甫", "慕容", "尉迟", "令狐", "司徒", "夏侯")
MALE = tuple(
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆龙林海峰宁亮东彬志新国建文祥云天成晨昊轩博哲睿泽瑞宏毅"
    "康栋震锋松柏川源清泉岩岭山河江湖春秋冬夏立正直诚信义仁礼智安庆丰年发达永兴家学良贵福禄寿喜根生金木水火土"
)
FEMALE = tuple(
    "芳娜敏静丽艳娟霞秀兰英玲红梅桂凤琴玉素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉倩婷姣婉娴瑾颖露瑶怡婵雁蓓"
    "纨仪荷丹蓉眉君蕊薇菁梦岚苑筠柔竹霭凝晓欢霄枫芸菲寒欣滢伊亚宜可姬舒影荔枝思丽美秋冰春花"
)
# Parts of names that are written with a middle dot: (given parts, ending parts), by style of transliteration.
DOTTED_STYLES: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "艾力",
            "买买提",
            "卡米力",
            "吐尔逊",
            "依明",
            "热合曼",
            "木合塔尔",
            "阿不都",
            "帕尔哈提",
            "库尔班",
            "亚森",
            "玉素甫",
        ),
        ("古丽", "阿依", "热依汗", "帕提", "米热", "祖丽", "再娜", "迪丽", "塔吉", "努尔", "玛依", "海日"),
        ("", "巴哈尔", "古丽", "江", "尼牙孜", "拜尔", "夏提", "木"),
    ),
    (
        ("扎西", "次仁", "尼玛", "多吉", "洛桑", "丹增", "平措", "旺堆", "格桑", "贡布", "边巴", "索朗"),
        ("白玛", "卓玛", "央金", "拉姆", "曲珍", "德吉", "措姆", "梅朵", "仓决", "央宗", "旺姆", "群宗"),
        ("", "次仁", "顿珠", "罗布", "加措", "班觉", "坚赞", "旺久"),
    ),
    (
        (
            "巴图",
            "朝鲁",
            "苏和",
            "哈斯",
            "那顺",
            "宝音",
            "乌力吉",
            "布和",
            "特木尔",
            "阿古拉",
            "额尔德",
            "孟和",
        ),
        ("其其格", "娜仁", "萨仁", "托娅", "高娃", "琪琪", "阿茹娜", "乌云", "斯琴", "塔娜", "苏日", "敖登"),
        ("", "巴雅尔", "图雅", "白乙拉", "毕力格", "其木格", "达来", "青"),
    ),
    (
        ("木呷", "阿木", "拉则", "吉火", "尔古", "沙马", "曲比", "阿鲁", "子拉", "俄底", "惹古", "阿力"),
        ("阿依", "阿果", "依洛", "阿呷", "尔西", "阿芝", "日嘎", "阿支", "依扎", "阿妞", "阿乌", "尔果"),
        ("", "木", "子", "布", "莫", "惹", "洛", "哈"),
    ),
)
# Latin names: (family parts, male given parts, female given parts); Burmese names have no family part.
LATIN_STYLES: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "NGUYEN",
            "TRAN",
            "LE",
            "PHAM",
            "HOANG",
            "VU",
            "VO",
            "DANG",
            "BUI",
            "DO",
            "NGO",
            "DUONG",
            "LY",
            "MAI",
        ),
        (
            "VAN AN",
            "QUOC BAO",
            "DUC MINH",
            "HUU NAM",
            "XUAN HAI",
            "MINH TUAN",
            "THANH LONG",
            "VAN HUNG",
            "CONG SON",
        ),
        (
            "THI HOA",
            "THI LAN",
            "THU HA",
            "NGOC ANH",
            "THI MAI",
            "KIM CHI",
            "BICH NGA",
            "HONG NHUNG",
            "THANH TAM",
        ),
    ),
    (
        ("AUNG", "KYAW", "MIN", "ZAW", "THEIN", "SOE", "HTET", "MYO", "NAING", "TUN", "WIN", "KHIN"),
        (
            "KO LATT",
            "ZIN OO",
            "THU RA",
            "HTUN LIN",
            "MOE KYAW",
            "SWE LWIN",
            "PHYO WAI",
            "YE MYINT",
            "NYI NYI",
        ),
        (
            "KHIN HLA",
            "MYA SEIN",
            "SU WAI",
            "THIDA AYE",
            "EI PHYU",
            "NANDAR OO",
            "YIN MON",
            "HNIN SI",
            "SANDA MOE",
        ),
    ),
    (
        (
            "SMITH",
            "MILLER",
            "BROWN",
            "MARTIN",
            "GARCIA",
            "ROSSI",
            "NOVAK",
            "SILVA",
            "WEBER",
            "DUBOIS",
            "KOVACS",
        ),
        (
            "JOHN",
            "PETER ALAN",
            "MARCO",
            "DAVID LEE",
            "THOMAS",
            "ANDRE",
            "LUKAS",
            "PAUL HENRY",
            "IVAN",
            "OSCAR",
        ),
        (
            "ANNA",
            "MARIA ELENA",
            "JULIA",
            "SARAH JANE",
            "CLAIRE",
            "NINA",
            "LAURA",
            "EVA MARIE",
            "SOFIA",
            "HELEN",
        ),
    ),
    (
        ("SOUK", "KHAM", "VANG", "SOMCHAI", "PHONG", "KEO", "BOUN", "SIRI", "THONG", "CHAN"),
        ("SAY", "PHET", "NOI SAVAN", "KHAMLA", "VIENG", "SOMSAK", "BOUNMY", "THAVY", "LEK", "CHAI"),
        ("DAO", "MALI", "NALIN", "SENG DEUAN", "PHONE", "LADA", "MANY", "KETSANA", "NOY", "VILAY"),
    ),
)
MIDDLE_DOTS = ("·", "•", "・", "∙", "‧", "．", "●", ".", " ", "")
TRADITIONAL = dict(
    zip(
        "张刘陈杨黄赵吴孙马罗郑谢韩邓冯萧苏吕卢钟陆贾邹闫龙陶贺龚万钱韦谭叶许伟强军杰涛刚辉鹏华飞浩凯亮东国云轩泽瑞栋震锋"
        "岭义礼庆丰达兴学贵寿丽艳娟兰红凤莲环荣爱莺琼贞娴颖瑶蓓纨仪荔",
        "張劉陳楊黃趙吳孫馬羅鄭謝韓鄧馮蕭蘇呂盧鐘陸賈鄒閆龍陶賀龔萬錢韋譚葉許偉強軍傑濤剛輝鵬華飛浩凱亮東國雲軒澤瑞棟震鋒"
        "嶺義禮慶豐達興學貴壽麗艷娟蘭紅鳳蓮環榮愛鶯瓊貞嫻穎瑤蓓紈儀荔",
        strict=True,
    )
)
HOMOPHONES = _pairs(
    "伟玮 强羌 磊蕾 军君 勇永 涛韬 明铭 平萍 辉晖 华桦 飞菲 波博 斌彬 浩昊 健建 俊骏 海亥 志智 新欣 国帼 文雯 云芸 成诚 晨辰 宏鸿 康慷"
    " 芳方 敏闵 静净 丽莉 艳雁 秀绣 英瑛 玲岭 红虹 梅媒 琴勤 玉钰 素愫 雪学 香湘 月悦 珍真 倩茜 婷亭 颖影 瑶遥 怡宜 张章 吴武 徐许 何和 林琳"
)
LOOK_ALIKES = _pairs(
    "伟炜 勇恿 涛祷 明朋 刚钢 鹏朋 波坡 斌武 浩洁 林木 宁宇 东车 彬林 志忘 天夫 晨震 玲铃 玉王 素索 莉利 颖颗 刘列 李季 王玉 于干 思恩 清请"
    " 峰蜂 洋样 建健 凤风 陈阵 徐除 洪供"
)
TITLES = ("先生", "女士", "（户主）", "(小)")
STAND_INS = ("□", "?", "＊", "（龙天）", "䶮", "\ue863")
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE record; --",
    '=HYPERLINK("http://example.invalid","点击")',
    "@SUM(1+1)*cmd",
    "+86证明|'!A1",
    "Robert'); DELETE FROM exception;--",
    "-2+3+cmd|' /C x'!A1",
    "<script>alert(1)</script>",
)
