"""The demo ERP's page: plain HTML of the order book and the newest messages, in English, Dutch and Chinese."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

from backend.demo.erp_orders import Order, OrderLine
from backend.kernel.quantity import plain

ORDERS: Final = 100
MESSAGES: Final = 60
_ELSEWHERE: Final = {"number", "at"}  # shown in columns of their own

Words = Mapping[str, str]
_WORDS: Final[dict[str, Words]] = {
    "en": {
        "lang": "en", "title": "Demo ERP", "orders": "Orders", "messages": "What the floor told",
        "counts": "{orders} orders. {messages} messages, each taken once; {repeats} came again and were passed over.",
        "order": "Order", "customer": "Customer", "line": "Line", "item": "Item", "requested": "Requested",
        "picked": "Picked", "shorted": "Short", "shipped": "Shipped", "state": "State", "when": "When (UTC)",
        "what": "What", "document": "Document", "says": "Says", "none": "Nothing yet. Pick something.",
        "state-asked": "requested", "state-picking": "being picked", "state-picked": "picked", "state-shipped": "shipped",
        "lines": "{count} lines", "more": "{count} more orders are not shown.",
        "line_picked": "line picked", "pick_undone": "pick undone", "shorted_": "short", "short_undone": "short undone", "picked_": "order picked",
        "shipped_": "order shipped", "adjusted": "stock adjusted",
    },
    "nl": {
        "lang": "nl", "title": "Demo-ERP", "orders": "Orders", "messages": "Wat de vloer meldde",
        "counts": "{orders} orders. {messages} berichten, elk één keer verwerkt; {repeats} kwamen nog eens en zijn overgeslagen.",
        "order": "Order", "customer": "Klant", "line": "Regel", "item": "Artikel", "requested": "Gevraagd",
        "picked": "Gepickt", "shorted": "Tekort", "shipped": "Verzonden", "state": "Status", "when": "Tijd (UTC)",
        "what": "Wat", "document": "Document", "says": "Inhoud", "none": "Nog niets. Pick eerst iets.",
        "state-asked": "gevraagd", "state-picking": "wordt gepickt", "state-picked": "gepickt", "state-shipped": "verzonden",
        "lines": "{count} regels", "more": "Nog {count} orders zijn niet getoond.",
        "line_picked": "regel gepickt", "pick_undone": "pick teruggedraaid", "shorted_": "tekort", "short_undone": "tekort teruggedraaid", "picked_": "order gepickt",
        "shipped_": "order verzonden", "adjusted": "voorraad gecorrigeerd",
    },
    "zh": {
        "lang": "zh", "title": "演示 ERP", "orders": "订单", "messages": "现场回报的消息",
        "counts": "共 {orders} 张订单。收到 {messages} 条消息，每条只处理一次；另有 {repeats} 条重复消息已忽略。",
        "order": "订单", "customer": "客户", "line": "行", "item": "物料", "requested": "需求", "picked": "已拣",
        "shorted": "缺货", "shipped": "已发", "state": "状态", "when": "时间 (UTC)", "what": "类型", "document": "单据",
        "says": "内容", "none": "还没有消息。请先拣货。",
        "state-asked": "已下达", "state-picking": "拣货中", "state-picked": "已拣完", "state-shipped": "已发货",
        "lines": "{count} 行", "more": "另有 {count} 张订单未显示。",
        "line_picked": "拣货", "pick_undone": "撤销拣货", "shorted_": "缺货", "short_undone": "撤销缺货", "picked_": "订单已拣完",
        "shipped_": "订单已发货", "adjusted": "库存调整",
    },
}  # fmt: skip


def words(accepted: str) -> Words:
    """The words in the language a browser likes best of those we have (RFC 9110, 12.5.4); English if it likes none."""
    wishes = []
    for place, part in enumerate(accepted.lower().split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, tag.split("-")[0]))
        except ValueError:
            continue
    return next(
        (_WORDS[tag] for weight, _, tag in sorted(wishes) if tag in _WORDS and weight < 0), _WORDS["en"]
    )


def render(text: Words, book: Sequence[Order], messages: Sequence[dict[str, Any]], *, repeats: int) -> str:
    """The whole page. It asks for itself again every five seconds, so that it can hang on a wall."""
    counts = text["counts"].format(orders=len(book), messages=len(messages), repeats=repeats)
    orders = "".join(_order(text, order) for order in book[:ORDERS])
    hidden = len(book) - ORDERS
    more = f"<p>{escape(text['more'].format(count=hidden))}</p>" if hidden > 0 else ""
    newest = "".join(_message(text, message) for message in messages[: -MESSAGES - 1 : -1])
    empty = "" if newest else f'<tr><td colspan="4">{escape(text["none"])}</td></tr>'
    return f"""<!doctype html>
<html lang="{text["lang"]}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>{escape(text["title"])}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>{escape(text["title"])}</h1><p>{escape(counts)}</p>
<div class="halves"><section><h2>{escape(text["orders"])}</h2>
<div class="wide"><table><thead><tr>{_heads(text, "line", "item", "#requested", "#picked", "#shorted", "#shipped")}</tr></thead>
{orders}</table></div>{more}</section>
<section><h2>{escape(text["messages"])}</h2>
<div class="wide"><table><thead><tr>{_heads(text, "when", "what", "document", "says")}</tr></thead>
<tbody>{newest}{empty}</tbody></table></div></section></div></main></body></html>
"""


def _heads(text: Words, *names: str) -> str:
    return "".join(
        f'<th scope="col"{" class=number" if name.startswith("#") else ""}>{escape(text[name.lstrip("#")])}</th>'
        for name in names
    )


def _order(text: Words, order: Order) -> str:
    state = f'<span class="state {order.state}">{escape(text[f"state-{order.state}"])}</span>'
    head = f'<th scope="rowgroup" colspan="6">{escape(order.number)} <small>{escape(order.customer)}</small> {state}</th>'
    lines = "".join(_line(order.lines[number]) for number in sorted(order.lines))
    return f'<tbody><tr class="order">{head}</tr>{lines}</tbody>'


def _line(line: OrderLine) -> str:
    requested = "" if line.requested is None else f"{plain(line.requested)} {line.requested_unit}"
    cells = [
        f"<td>{line.line}</td><td>{escape(line.sku)}</td>",
        f'<td class="number">{escape(requested)}</td>',
    ]
    for name, value in (("picked", line.picked), ("shorted", line.shorted), ("shipped", line.shipped)):
        cells.append(f'<td class="number {name if value else "zero"}">{_amount(value, line.unit)}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _amount(value: Decimal, unit: str) -> str:
    return f"{plain(value)} {escape(unit)}" if value else "0"


def _message(text: Words, message: Mapping[str, Any]) -> str:
    kind = str(message["type"]).removeprefix("gemba.").rsplit(".", 1)[0].split(".")[-1]
    what = text.get(f"{kind}_") or text.get(kind) or kind
    when = str(message.get("time") or "")[11:19]
    cells = (when, what, str(message["subject"]), _says(text, message["data"]))
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _says(text: Words, data: Mapping[str, Any]) -> str:
    """A message in few words: its plain members, and how many lines it has."""
    told = [
        f"{name} {value}"
        for name, value in data.items()
        if value and isinstance(value, str | int) and name not in _ELSEWHERE
    ]
    lines = data.get("lines")
    return ", ".join([*told, *([text["lines"].format(count=len(lines))] if lines else [])])


STYLE: Final = """
:root { color-scheme: light dark; --paper: #fff; --ground: #f3f4f1; --ink: #11161c; --ink-2: #3c454f; --edge: #c9cec8;
  --ok: #0a6b33; --ok-wash: #e2f3e8; --ask: #7a4300; --ask-wash: #fdf0d8; --mute: #e8ebe7; }
@media (prefers-color-scheme: dark) { :root { --paper: #161b21; --ground: #0b0e12; --ink: #f4f6f3; --ink-2: #b9c1c8;
  --edge: #353d46; --ok: #7ee0a4; --ok-wash: #10301e; --ask: #ffc46b; --ask-wash: #352408; --mute: #20262d; } }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 100rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 1rem 0 .5rem; }
p { color: var(--ink-2); margin: 0 0 .5rem; }
.halves { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
@media (max-width: 70rem) { .halves { grid-template-columns: minmax(0, 1fr); } }
.wide { overflow-x: auto; border: 1px solid var(--edge); border-radius: .6rem; background: var(--paper); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .4rem .7rem; border-top: 1px solid var(--edge); vertical-align: top; }
thead th { border-top: 0; font-size: .85rem; color: var(--ink-2); font-weight: 600; }
.order th { background: var(--mute); font-size: 1.05rem; }
.order small { font-weight: 400; color: var(--ink-2); margin: 0 .5rem; }
.state { float: right; font-size: .85rem; padding: .05rem .6rem; border-radius: 1rem; border: 1px solid currentColor; }
.state.picked, .state.shipped { color: var(--ok); background: var(--ok-wash); }
.state.picking { color: var(--ask); background: var(--ask-wash); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.zero { color: var(--ink-2); } .shorted { color: var(--ask); font-weight: 700; }
.picked, .shipped { font-weight: 700; }
@media (max-width: 40rem) { main { padding: .6rem; } th, td { padding: .3rem .28rem; font-size: .8rem; }
  thead th { font-size: .68rem; } .order th { font-size: .95rem; } .state { float: none; margin-left: .2rem; } }
td:nth-child(2) { white-space: nowrap; }
section:last-child td:nth-child(-n+3) { white-space: nowrap; font-variant-numeric: tabular-nums; }
"""
