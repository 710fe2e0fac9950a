"""What one scan says: itself, and the keys inside its GS1 elements, each as it would stand in our books."""

from scanning import gs1

# Application Identifiers whose value names a thing we keep: SSCC, GTIN, content GTIN, lot, serial.
_KEYS = ("00", "01", "02", "10", "21")
MAX_SCAN = 512
_RETAIL = {8, 12, 13, 14}


def codes_in(scanned: str) -> list[str]:
    """The codes to look up for a scan: the text without a symbology identifier, a GTIN padded to 14, GS1 keys."""
    identifier, text = split_identifier(scanned)
    codes = [text]
    if text.isdigit() and len(text) in _RETAIL:
        codes.append(text.zfill(14))
    message = gs1.parse(text, symbology_id=identifier) if len(text) <= MAX_SCAN else None
    if message is not None:
        codes += [element.value for element in message.elements if element.ai in _KEYS]
    return list(dict.fromkeys(codes))


def split_identifier(scanned: str) -> tuple[str, str]:
    """The AIM symbology identifier (`]C1`) a scanner may put first, and the text."""
    if len(scanned) > 3 and scanned[0] == "]" and scanned[1].isalpha() and scanned[2].isalnum():
        return scanned[:3], scanned[3:]
    return "", scanned
