"""The words of mails to suppliers, in their language: plain text and HTML of the same content. Pure."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

import msgspec


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail is about."""

    number: str
    version: int
    buyer: str
    supplier: str
    lines: int
    open_lines: int
    url: str
    expires_at: datetime
    reason: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail's subject and its two bodies."""

    subject: str
    text: str
    html: str


# kind → (subject, what it is about, what to do). {names} are of Facts.
_EN: Final[Mapping[str, tuple[str, str, str]]] = {
    "order": (
        "Order {number} from {buyer}: please confirm",
        "{buyer} has placed order {number} with you: {lines}.",
        "Please confirm it, or tell us another date or quantity. It takes a minute, on your phone, without an account.",
    ),
    "changed": (
        "Order {number} from {buyer} has changed (version {version})",
        "Order {number} now stands at version {version}. To be answered again: {open_lines}; the others stay as agreed.",
        "Please look at what changed and confirm it.",
    ),
    "reminder": (
        "Reminder: order {number} from {buyer} waits for your answer",
        "Not answered yet of order {number}: {open_lines}.",
        "Please confirm them, or tell us another date or quantity.",
    ),
    "cancelled": (
        "Order {number} from {buyer} is cancelled",
        "{buyer} has cancelled order {number}. {reason}",
        "Please send nothing more for it. You need not answer.",
    ),
    "agreed": (
        "Order {number} from {buyer}: your answer is accepted",
        "{buyer} accepts your answer to order {number}.",
        "When the goods leave, tell us on the same page; you can print the labels there.",
    ),
}
_NL: Final[Mapping[str, tuple[str, str, str]]] = {
    "order": (
        "Order {number} van {buyer}: graag bevestigen",
        "{buyer} heeft bij u order {number} geplaatst: {lines}.",
        "Bevestig de order, of geef een andere datum of hoeveelheid op. Dat kost een minuut, op uw telefoon, zonder account.",
    ),
    "changed": (
        "Order {number} van {buyer} is gewijzigd (versie {version})",
        "Order {number} heeft nu versie {version}. Opnieuw te beantwoorden: {open_lines}; de andere blijven zoals afgesproken.",
        "Bekijk wat er is gewijzigd en bevestig het.",
    ),
    "reminder": (
        "Herinnering: order {number} van {buyer} wacht op uw antwoord",
        "Van order {number} nog niet beantwoord: {open_lines}.",
        "Bevestig ze, of geef een andere datum of hoeveelheid op.",
    ),
    "cancelled": (
        "Order {number} van {buyer} is geannuleerd",
        "{buyer} heeft order {number} geannuleerd. {reason}",
        "Stuur hiervoor niets meer. U hoeft niet te antwoorden.",
    ),
    "agreed": (
        "Order {number} van {buyer}: uw antwoord is akkoord",
        "{buyer} gaat akkoord met uw antwoord op order {number}.",
        "Meld op dezelfde pagina wanneer de goederen vertrekken; u kunt er ook de etiketten afdrukken.",
    ),
}
_ZH: Final[Mapping[str, tuple[str, str, str]]] = {
    "order": (
        "{buyer} 的订单 {number}：请确认",
        "{buyer} 向贵公司下达了订单 {number}，共 {lines}。",
        "请确认，或告知其他日期或数量。在手机上一分钟即可完成，无需账户。",
    ),
    "changed": (
        "{buyer} 的订单 {number} 已变更（版本 {version}）",
        "订单 {number} 现为版本 {version}。{open_lines}需要重新答复，其余保持原约定。",
        "请查看变更内容并确认。",
    ),
    "reminder": (
        "提醒：{buyer} 的订单 {number} 等待您的答复",
        "订单 {number} 还有 {open_lines}未答复。",
        "请确认，或告知其他日期或数量。",
    ),
    "cancelled": (
        "{buyer} 的订单 {number} 已取消",
        "{buyer} 已取消订单 {number}。{reason}",
        "请不要再为此订单发货。无需答复。",
    ),
    "agreed": (
        "{buyer} 的订单 {number}：您的答复已被接受",
        "{buyer} 接受了您对订单 {number} 的答复。",
        "发货时请在同一页面告知我们，您也可以在那里打印标签。",
    ),
}
# greeting, button, (what the link is)
_FRAME: Final[Mapping[str, tuple[str, str, str]]] = {
    "en": (
        "To {supplier}",
        "Open the order",
        "This link is yours alone and works until {until}. Do not pass it on. It opens only your orders with {buyer}.",
    ),
    "nl": (
        "Aan {supplier}",
        "Order openen",
        "Deze link is alleen voor u en werkt tot {until}. Geef hem niet door. Hij opent alleen uw orders van {buyer}.",
    ),
    "zh": (
        "{supplier}：",
        "打开订单",
        "此链接仅供您使用，有效期至 {until}，请勿转发。它只能打开您与 {buyer} 的订单。",
    ),
}
_WORDS: Final = {"en": _EN, "nl": _NL, "zh": _ZH}
# one line, several lines, and the months
_LINES: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("{n} line", "{n} lines"),
    "nl": ("{n} regel", "{n} regels"),
    "zh": ("{n} 行", "{n} 行"),
}
_MONTHS: Final[Mapping[str, str]] = {
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
LANGUAGES: Final = tuple(_WORDS)
KINDS: Final = tuple(_EN)


def write(kind: str, language: str, facts: Facts) -> Letter:
    """A mail of a kind, in en, nl or zh; another language gets English."""
    spoken = language if language in _WORDS else "en"
    filling = {name: str(value) for name, value in msgspec.structs.asdict(facts).items()}
    filling |= {
        "until": _day(spoken, facts.expires_at),
        "lines": _lines(spoken, facts.lines),
        "open_lines": _lines(spoken, facts.open_lines),
    }
    subject, about, ask = (part.format(**filling).strip() for part in _WORDS[spoken][kind])
    greeting, button, small = (part.format(**filling) for part in _FRAME[spoken])
    text = f"{greeting}\n\n{about}\n{ask}\n\n{button}:\n{facts.url}\n\n{small}\n"
    html = _HTML.format(
        language=spoken,
        subject=escape(subject),
        buyer=escape(facts.buyer),
        greeting=escape(greeting),
        about=escape(about),
        ask=escape(ask),
        url=escape(facts.url, quote=True),
        button=escape(button),
        small=escape(small),
    )
    return Letter(subject=" ".join(subject.split()), text=text, html=html)


def _lines(language: str, count: int) -> str:
    return _LINES[language][count != 1].format(n=count)


def _day(language: str, at: datetime) -> str:
    if language == "zh":
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {_MONTHS[language].split()[at.month - 1]} {at.year}"


_HTML: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{subject}</title></head>
<body style="margin:0;background:#f3f4f1;font:16px/1.5 system-ui,'Segoe UI',sans-serif;color:#11161c">
<div style="max-width:560px;margin:0 auto;padding:24px 16px">
<p style="margin:0 0 16px;font-weight:700;color:#0a4bc8">{buyer}</p>
<div style="background:#fff;border:1px solid #c9cec8;border-radius:14px;padding:24px">
<p style="margin:0 0 12px;color:#3c454f">{greeting}</p>
<p style="margin:0 0 12px;font-size:20px;line-height:1.3;font-weight:700">{about}</p>
<p style="margin:0 0 24px">{ask}</p>
<p style="margin:0"><a href="{url}" style="display:block;background:#0a4bc8;color:#fff;text-align:center;text-decoration:none;
font-weight:700;font-size:18px;padding:18px 16px;border-radius:14px">{button}</a></p>
</div>
<p style="margin:16px 0 0;font-size:14px;color:#3c454f">{small}</p>
</div></body></html>
"""
