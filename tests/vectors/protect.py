#!/usr/bin/env python3
"""Makes the test vectors of sealed cookies from the format's description alone, without the crate.

    python3 tests/vectors/protect.py            writes protect.tsv and protect-refused.tsv
    python3 tests/vectors/protect.py --check    compares them with what is here, and opens them
    python3 tests/vectors/protect.py open SECRET NAME TEXT [NOW]

It needs the package `cryptography` (48 made what is here). Secrets, nonces and values are in
hexadecimal, times in seconds since 1970; `-` is none.
"""

import base64
import hashlib
import hmac
import pathlib
import re
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
NEVER = 2**48 - 1
LEEWAY = 60
# RFC 6265bis, section 4.1.1, without `%`.
PLAIN = {0x21, *range(0x23, 0x2C), *range(0x2D, 0x3B), *range(0x3C, 0x5C), *range(0x5D, 0x7F)} - {0x25}


def b64(bytes):
    return base64.urlsafe_b64encode(bytes).rstrip(b"=").decode()


def unb64(text):
    """Strict: what this writes is all that it reads."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise Refused("malformed")
    bytes = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(bytes) != text:
        raise Refused("malformed")
    return bytes


class Refused(Exception):
    pass


def derive(secret, what):
    info = f"gingersnap 1 {what}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


def key_id(secret):
    return derive(secret, "key id")[:6]


def head(purpose, secret, issued, expires):
    binary = key_id(secret) + issued.to_bytes(6, "big")
    binary += (NEVER if expires is None else expires).to_bytes(6, "big")
    return f"1{purpose[0]}{b64(binary)}."


def context(name, start, fill=0):
    binary = unb64(start[2:26])
    name = name.encode()
    return start[:2].encode() + binary[:6] + bytes(fill) + len(name).to_bytes(4, "big") + name + binary[6:]


def sign(secret, name, start, value):
    message = context(name, start, fill=56) + value
    return hmac.new(derive(secret, "signed"), message, hashlib.sha256).digest()


def percent(value):
    return "".join(chr(byte) if byte in PLAIN else f"%{byte:02X}" for byte in value)


def unpercent(text):
    return re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())


def seal(purpose, secret, name, issued, expires, nonce, value):
    start = head(purpose, secret, issued, expires)
    if purpose == "signed":
        tag = sign(secret, name, start, percent(value).encode())
        return f"{start}{percent(value)}.{b64(tag)}"
    sealed = AESGCMSIV(derive(secret, "encrypted")).encrypt(nonce, value, context(name, start))
    return start + b64(nonce + sealed)


def open_sealed(purpose, secret, name, text, now):
    if len(text) < 27 or text[:2] != "1" + purpose[0] or text[26] != ".":
        raise Refused("malformed")
    start, rest = text[:27], text[27:]
    binary = unb64(start[2:26])
    key, issued, expires = (binary[at : at + 6] for at in (0, 6, 12))
    issued, expires = int.from_bytes(issued, "big"), int.from_bytes(expires, "big")
    if key != key_id(secret):
        raise Refused("unknown key")
    if purpose == "signed":
        if len(rest) < 44 or rest[-44] != ".":
            raise Refused("malformed")
        value, tag = rest[:-44], unb64(rest[-43:])
        if not hmac.compare_digest(sign(secret, name, start, value.encode()), tag):
            raise Refused("tampered")
        value = unpercent(value)
    else:
        bytes = unb64(rest)
        if len(bytes) < 28:
            raise Refused("malformed")
        try:
            cipher = AESGCMSIV(derive(secret, "encrypted"))
            value = cipher.decrypt(bytes[:12], bytes[12:], context(name, start))
        except InvalidTag:
            raise Refused("tampered") from None
    if issued > now + LEEWAY:
        raise Refused("future")
    if expires != NEVER and expires <= now:
        raise Refused("expired")
    return value


SECRETS = [bytes(range(32)), hashlib.sha256(b"a").digest() + b"\xff", hashlib.sha512(b"b").digest() * 2]
NAMES = ["sid", "__Host-user", "x", "!#$%&'*+-.^_`|~", "n" * 300]
TIMES = [(0, None), (0, 1), (1_700_000_000, 1_700_086_400), (1_764_000_000, None), (NEVER - 2, NEVER - 1)]
VALUES = [
    "",
    "7",
    "dark",
    "Zoë",
    "100 % off; \"quoted\", back\\slash",
    "=.=.=",
    "%41",
    "".join(map(chr, range(0x20))) + "\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff",
    "".join(map(chr, range(0x20, 0x7F))),
    "0123456789abcdef" * 2,
    "v" * 512,
    "w" * 1001,
]


def vectors():
    """Each secret, name, pair of times and value several times, in various company."""
    for number in range(30):
        secret, name = SECRETS[number % 3], NAMES[number % 5]
        (issued, expires), value = TIMES[number // 2 % 5], VALUES[number % 12].encode()
        nonce = hashlib.sha256(b"nonce %d" % number).digest()[:12]
        for purpose in ("signed", "encrypted"):
            used = nonce if purpose == "encrypted" else None
            text = seal(purpose, secret, name, issued, expires, used, value)
            yield purpose, secret, b64(key_id(secret)), name, issued, expires, used, value, text


def refused():
    """What must not open, and why: under the name `sid`, at 1764000100."""
    secret, other, now = SECRETS[0], SECRETS[1], 1_764_000_100
    nonce = hashlib.sha256(b"nonce").digest()[:12]
    for purpose in ("signed", "encrypted"):
        other_purpose = "encrypted" if purpose == "signed" else "signed"

        def sealed(secret=secret, name="sid", issued=now, expires=now + 600, value=b"7 nuts"):
            return seal(purpose, secret, name, issued, expires, nonce, value)

        good = sealed()
        last = good[-1]
        # The two lowest bits of the last byte of 43, and of a text of 2 bytes more than 3n, are 0.
        loose = chr(ord(last) + 1)
        cases = [
            ("malformed", ""),
            ("malformed", "7 nuts"),
            ("malformed", good[:26]),
            ("malformed", good[:27]),
            ("malformed", "2" + good[1:]),
            ("malformed", good[0] + other_purpose[0] + good[2:]),
            ("malformed", good[:26] + "-" + good[27:]),
            ("malformed", good[:5] + "=" + good[6:]),
            ("malformed", good + "="),
            ("malformed", seal(other_purpose, secret, "sid", now, now + 600, nonce, b"7 nuts")),
            ("unknown key", sealed(secret=other)),
            ("unknown key", good[:2] + sealed(secret=other)[2:10] + good[10:]),
            ("tampered", sealed(name="si")),
            ("tampered", sealed(name="sidd")),
            ("tampered", sealed(name="SID")),
            ("tampered", good[:10] + sealed(issued=now - 1)[10:18] + good[18:]),
            ("tampered", good[:18] + sealed(expires=None)[18:26] + good[26:]),
            ("tampered", good[:30] + ("A" if good[30] != "A" else "B") + good[31:]),
            ("future", sealed(issued=now + 61)),
            ("expired", sealed(expires=now)),
            ("expired", sealed(issued=now, expires=now - 1)),
        ]
        if purpose == "signed":
            cases += [
                ("malformed", good[:-1] + loose),
                ("tampered", good.replace("%20", "%2x")),
                ("tampered", good.replace("%20", "+")),
                ("tampered", good[:27] + "." + good[27:]),
            ]
        for why, text in cases:
            yield why, purpose, secret, "sid", now, text


def table(columns, rows):
    def cell(what):
        return "-" if what is None else what.hex() if isinstance(what, bytes) else str(what)

    lines = ["# " + "\t".join(columns.split()), *("\t".join(map(cell, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def main():
    if sys.argv[1:2] == ["open"]:
        secret, name, text = bytes.fromhex(sys.argv[2]), sys.argv[3], sys.argv[4]
        purpose = {"s": "signed", "e": "encrypted"}[text[1]]
        now = int(sys.argv[5]) if len(sys.argv) > 5 else 0
        print(open_sealed(purpose, secret, name, text, now).decode())
        return
    made = {
        "protect.tsv": table("purpose secret key_id name issued expires nonce value text", vectors()),
        "protect-refused.tsv": table("why purpose secret name now text", refused()),
    }
    for purpose, secret, _, name, issued, _, _, value, text in vectors():
        assert open_sealed(purpose, secret, name, text, issued) == value
    for why, purpose, secret, name, now, text in refused():
        try:
            open_sealed(purpose, secret, name, text, now)
        except Refused as refusal:
            assert str(refusal) == why, (why, refusal, text)
        else:
            raise AssertionError(f"it opens: {text}")
    for file, content in made.items():
        if sys.argv[1:2] == ["--check"]:
            assert (HERE / file).read_text() == content, f"{file} is not what this makes"
        else:
            (HERE / file).write_text(content)
    print("; ".join(f"{file}: {content.count(chr(10)) - 1} rows" for file, content in made.items()))


main()
