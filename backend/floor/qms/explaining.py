"""Why a lot is inspected at the severity it is, in the languages of the floor."""

from typing import Final

from backend.floor.qms.switching import NEEDED_SCORE, WINDOW, Standing

LANGUAGES: Final = ("en", "nl", "zh")

_WORDS: Final[dict[str, dict[str, str]]] = {
    "start": {
        "en": "Normal: no earlier lot has given reason for anything else",
        "nl": "Normaal: geen eerdere partij gaf reden tot iets anders",
        "zh": "正常检验：此前的批次没有转移的理由",
    },
    "two_of_five": {
        "en": "Tightened since lot {since}: {count} of {among} not accepted ({lots})",
        "nl": "Verscherpt sinds partij {since}: {count} van {among} niet goedgekeurd ({lots})",
        "zh": "自批 {since} 起加严：{among} 批中 {count} 批不接收（{lots}）",
    },
    "five_accepted": {
        "en": "Normal again since lot {since}: {count} tightened lots in a row accepted",
        "nl": "Weer normaal sinds partij {since}: {count} verscherpte partijen op rij goedgekeurd",
        "zh": "自批 {since} 起恢复正常：加严检验连续 {count} 批接收",
    },
    "five_refused": {
        "en": "Discontinued since lot {since}: {among} lots not accepted under tightened inspection",
        "nl": "Gestaakt sinds partij {since}: {among} partijen niet goedgekeurd bij verscherpte keuring",
        "zh": "自批 {since} 起暂停检验：加严检验累计 {among} 批不接收",
    },
    "score": {
        "en": "Reduced since lot {since}: switching score reached {needed}, production steady, authorised",
        "nl": "Verlicht sinds partij {since}: schakelscore bereikte {needed}, productie stabiel, toegestaan",
        "zh": "自批 {since} 起放宽：转移得分达到 {needed}，生产稳定，且已批准",
    },
    "not_accepted": {
        "en": "Normal again since lot {since}: a lot was not accepted under reduced inspection",
        "nl": "Weer normaal sinds partij {since}: een partij werd bij verlichte keuring niet goedgekeurd",
        "zh": "自批 {since} 起恢复正常：放宽检验时有一批不接收",
    },
    "irregular": {
        "en": "Normal again since lot {since}: production is no longer steady",
        "nl": "Weer normaal sinds partij {since}: de productie is niet meer stabiel",
        "zh": "自批 {since} 起恢复正常：生产不再稳定",
    },
    "resumed": {
        "en": "Tightened since lot {since}: inspection resumed after corrective action",
        "nl": "Verscherpt sinds partij {since}: keuring hervat na corrigerende maatregel",
        "zh": "自批 {since} 起加严：纠正措施后恢复检验",
    },
}
_AHEAD: Final[dict[str, dict[str, str]]] = {
    "normal": {
        "en": "switching score {score} of {needed}",
        "nl": "schakelscore {score} van {needed}",
        "zh": "转移得分 {score}/{needed}",
    },
    "tightened": {
        "en": "{good} of {window} accepted in a row",
        "nl": "{good} van {window} op rij goedgekeurd",
        "zh": "已连续接收 {good}/{window} 批",
    },
    "reduced": {
        "en": "one lot not accepted ends it",
        "nl": "één afgekeurde partij beëindigt dit",
        "zh": "一批不接收即恢复正常",
    },
    "discontinued": {
        "en": "waits for corrective action",
        "nl": "wacht op een corrigerende maatregel",
        "zh": "等待纠正措施",
    },
}


def explain(standing: Standing, language: str) -> str:
    """The present severity with its reason, and what would change it."""
    facts = {
        "since": standing.since,
        "count": len(standing.because),
        "among": standing.among,
        "lots": ", ".join(map(str, standing.because)),
        "needed": NEEDED_SCORE,
        "score": standing.score,
        "window": WINDOW,
        "good": _in_a_row(standing),
    }
    reason = _WORDS[standing.why or "start"][language].format(**facts)
    return f"{reason} · {_AHEAD[standing.severity][language].format(**facts)}"


def explained(standing: Standing) -> dict[str, str]:
    """The same in every language."""
    return {language: explain(standing, language) for language in LANGUAGES}


def _in_a_row(standing: Standing) -> int:
    row = 0
    for _, accepted in reversed(standing.recent):
        if not accepted:
            break
        row += 1
    return row
