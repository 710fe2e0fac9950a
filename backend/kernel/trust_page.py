"""The page that tells a phone's owner how to trust this installation's certificate authority, in three languages.

It is served over plain HTTP (a device that does not trust us yet cannot read it otherwise), so it shows the authority's
fingerprint to compare with the one in the terminal. Nothing inline: it works under the same content security policy
as the app.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import zint

CA_FILE = "gemba-ca.crt"

TRUST_CSS = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 40rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-block-start: 2rem; }
a.button { display: inline-block; min-height: 3.5rem; line-height: 3.5rem; padding: 0 1.5rem; border-radius: .5rem;
  background: #0b57d0; color: #fff; text-decoration: none; font-weight: 600; }
img { width: 12rem; height: 12rem; background: #fff; padding: .5rem; border-radius: .5rem; }
code { overflow-wrap: anywhere; font-size: .9rem; }
nav a { display: inline-block; min-height: 3rem; line-height: 3rem; margin-inline-end: 1rem; }
li { margin-block: .4rem; }
"""


@dataclass(frozen=True)
class _Words:
    title: str
    why: str
    download: str
    scan: str
    compare: str
    open_app: str
    remove: str
    steps: Mapping[str, tuple[str, ...]]


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        title="Let this device trust Gemba",
        why="The camera and working without network need a connection that your device trusts. Do this once for each device.",
        download="Download the certificate",
        scan="On another device, scan this code to open this page:",
        compare="Before you install it, compare its SHA-256 fingerprint with the one that the terminal shows:",
        open_app="Then open Gemba:",
        remove="Installed like this, the certificate lets whoever holds this server's key vouch for any site. "
        "Remove it from the device when you no longer use this server.",
        steps={
            "Android": (
                "Tap “Download the certificate”.",
                "Open Settings and search for “CA certificate” (Security, Encryption and credentials, Install a certificate).",
                "Choose “CA certificate”, then “Install anyway”, and pick gemba-ca.crt from the downloads.",
                "Close the browser fully and open Gemba again.",
            ),
            "iPhone, iPad": (
                "Open this page in Safari, tap “Download the certificate” and allow the profile.",
                "Open Settings, tap “Profile Downloaded” at the top, then “Install”.",
                "Open Settings, General, About, Certificate Trust Settings, and switch Gemba on.",
            ),
            "Windows": (
                "Download the certificate and double-click it, then choose “Install Certificate”.",
                "Choose “Current User”, then “Place all certificates in the following store”.",
                "Choose “Trusted Root Certification Authorities”, finish, and start the browser again.",
            ),
        },
    ),
    "nl": _Words(
        title="Laat dit apparaat Gemba vertrouwen",
        why="De camera en werken zonder netwerk vragen om een verbinding die uw apparaat vertrouwt. Dit hoeft één keer per apparaat.",
        download="Certificaat downloaden",
        scan="Scan deze code met een ander apparaat om deze pagina te openen:",
        compare="Vergelijk vóór het installeren de SHA-256-vingerafdruk met die in de terminal:",
        open_app="Open daarna Gemba:",
        remove="Met dit certificaat kan wie de sleutel van deze server heeft voor elke site instaan. "
        "Verwijder het van het apparaat als u deze server niet meer gebruikt.",
        steps={
            "Android": (
                "Tik op “Certificaat downloaden”.",
                "Open Instellingen en zoek naar “CA-certificaat” (Beveiliging, Versleuteling, Certificaat installeren).",
                "Kies “CA-certificaat”, dan “Toch installeren”, en kies gemba-ca.crt bij de downloads.",
                "Sluit de browser helemaal en open Gemba opnieuw.",
            ),
            "iPhone, iPad": (
                "Open deze pagina in Safari, tik op “Certificaat downloaden” en sta het profiel toe.",
                "Open Instellingen, tik bovenaan op “Profiel gedownload” en dan op “Installeer”.",
                "Open Instellingen, Algemeen, Info, Vertrouwensinstellingen certificaten, en zet Gemba aan.",
            ),
            "Windows": (
                "Download het certificaat, dubbelklik erop en kies “Certificaat installeren”.",
                "Kies “Huidige gebruiker”, dan “Alle certificaten in het onderstaande archief opslaan”.",
                "Kies “Vertrouwde basiscertificeringsinstanties”, voltooi, en start de browser opnieuw.",
            ),
        },
    ),
    "zh": _Words(
        title="让此设备信任 Gemba",
        why="相机和离线工作需要设备信任的连接。每台设备只需操作一次。",
        download="下载证书",
        scan="用另一台设备扫描此码即可打开本页：",
        compare="安装前，请将证书的 SHA-256 指纹与终端中显示的指纹核对：",
        open_app="然后打开 Gemba：",
        remove="安装此证书后，持有本服务器密钥的人可以为任何网站作担保。不再使用本服务器时，请从设备中删除此证书。",
        steps={
            "Android": (
                "点按“下载证书”。",
                "打开“设置”，搜索“CA 证书”（安全 → 加密与凭据 → 安装证书）。",
                "选择“CA 证书”，再选“仍然安装”，然后在下载内容中选择 gemba-ca.crt。",
                "完全关闭浏览器，再重新打开 Gemba。",
            ),
            "iPhone, iPad": (
                "用 Safari 打开本页，点按“下载证书”并允许下载描述文件。",
                "打开“设置”，点按顶部的“已下载描述文件”，然后点按“安装”。",
                "打开“设置 → 通用 → 关于本机 → 证书信任设置”，为 Gemba 打开开关。",
            ),
            "Windows": (
                "下载证书并双击打开，选择“安装证书”。",
                "选择“当前用户”，再选择“将所有的证书都放入下列存储”。",
                "选择“受信任的根证书颁发机构”，完成后重新启动浏览器。",
            ),
        },
    ),
}
LOCALES = tuple(_WORDS)
_NAMES = {"en": "English", "nl": "Nederlands", "zh": "中文"}


def render_trust_page(locale: str, *, page_url: str, app_url: str, fingerprint: str) -> str:
    """The whole HTML page in `en`, `nl` or `zh` (English for any other).

    It links to `trust.css`, `trust-qr.svg` (a QR code of `page_url`) and the authority's file, all beside the page.
    """
    locale = locale if locale in _WORDS else "en"
    words = _WORDS[locale]
    languages = "".join(f'<a href="?lang={code}" lang="{code}">{name}</a>' for code, name in _NAMES.items())
    return f"""<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(words.title)}</title>
<link rel="stylesheet" href="trust.css">
</head>
<body>
<nav>{languages}</nav>
<main>
<h1>{escape(words.title)}</h1>
<p>{escape(words.why)}</p>
<p><a class="button" href="{CA_FILE}" download>{escape(words.download)}</a></p>
<p>{escape(words.compare)}<br><code>{escape(fingerprint)}</code></p>
{"".join(_section(device, steps) for device, steps in words.steps.items())}
<p>{escape(words.open_app)} <a href="{escape(app_url)}">{escape(app_url)}</a></p>
<p>{escape(words.scan)}</p>
<p><img src="trust-qr.svg" alt="{escape(page_url)}"></p>
<p>{escape(words.remove)}</p>
</main>
</body>
</html>
"""


def _section(device: str, steps: tuple[str, ...]) -> str:
    items = "".join(f"<li>{escape(step)}</li>" for step in steps)
    return f"<h2>{escape(device)}</h2>\n<ol>{items}</ol>\n"


def qr_svg(text: str) -> bytes:
    """A QR code as an SVG file, with the quiet zone that readers need."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.output_options = zint.OutputOptions.BARCODE_MEMORY_FILE | zint.OutputOptions.BARCODE_QUIET_ZONES
    symbol.outfile = "qr.svg"  # its ending chooses the format; with the memory option no file is written
    symbol.encode(text)
    symbol.print()
    return bytes(symbol.memfile or b"")
