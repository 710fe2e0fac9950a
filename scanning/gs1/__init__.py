"""GS1 data: parse any form into one `Message`, format elements into any form."""

from scanning.gs1.checkdigit import check_digit, has_check_digit
from scanning.gs1.formatting import format_elements as format  # noqa: A004  (reads as `gs1.format`)
from scanning.gs1.message import Element, Form, Message
from scanning.gs1.parsing import join, parse

__all__ = ["Element", "Form", "Message", "check_digit", "format", "has_check_digit", "join", "parse"]
