"""Writes what python-escpos sends, for the tests to hold our encoder against.

    pip install python-escpos==3.1
    python3 python_escpos.py > python_escpos.json
"""

import importlib.metadata
import json

from escpos.printer import Dummy

LINK = "https://soban.example/r/0192f0c1-7d4e-7000-8000-000000000001"


def sent(act):
    """The bytes of one call."""
    printer = Dummy()
    act(printer)
    return printer.output.hex()


def size(width, height):
    """The size of letters, as multiples of the printer's own."""
    return sent(lambda p: p.set(custom_size=True, width=width, height=height))


def qr(text, module):
    """A symbol by the printer's own command, with level M."""
    act = lambda p: p.qr(text, native=True, size=module, ec=1)
    return {"text": text, "module": module, "bytes": sent(act)}


print(
    json.dumps(
        {
            "made_by": "python-escpos " + importlib.metadata.version("python-escpos"),
            "initialise": sent(lambda p: p.hw("INIT")),
            "cut": sent(lambda p: p.cut(mode="PART", feed=False)),
            "drawer": sent(lambda p: p.cashdraw(2)),
            "left": sent(lambda p: p.set(align="left")),
            "centre": sent(lambda p: p.set(align="center")),
            "right": sent(lambda p: p.set(align="right")),
            "bold": [sent(lambda p: p.set(bold=on)) for on in (False, True)],
            "underline": [sent(lambda p: p.set(underline=n)) for n in (0, 1)],
            "invert": [sent(lambda p: p.set(invert=on)) for on in (False, True)],
            "sizes": [size(1, 1), size(1, 2), size(2, 2), size(3, 3)],
            "qr": [qr("A1", 6), qr(LINK, 6), qr(LINK * 5, 6), qr("x" * 700, 5)],
        },
        indent=2,
    )
)
