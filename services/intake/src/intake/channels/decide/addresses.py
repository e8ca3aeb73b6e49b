"""Address lists of headers. The address is found before any name is decoded, so that no
encoded name can pretend to be one."""

import re

from intake.channels.decide.headers import one_line, raw_text, words
from intake.channels.model import Address

MOST = 200
_TOKEN = re.compile(
    r'=\?[^?\s]{1,80}\?[BbQq]\?[^?]*\?=|"(?:[^"\\]|\\.)*+"?|[()<>,;:]|[^"()<>,;:=]++|='
)
# ASCII only: to a local part of other letters we could not answer.
_LOCAL = r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}"
_LABEL = r"[\w](?:[\w-]{0,61}[\w])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)*{_LABEL}")
_LONGEST = 254


def addresses(value: bytes) -> tuple[Address, ...]:
    """Every mailbox of a list; groups are opened, comments and what is no address left out."""
    found: list[Address] = []
    name: list[str] = []
    inside: str | None = None
    depth = 0
    for token in _TOKEN.findall(raw_text(value)):
        if token in "()" and inside is None:
            depth = max(0, depth + (1 if token == "(" else -1))
        elif depth:
            continue
        elif token == "<":
            inside = ""
        elif token == ">" and inside is not None:
            found.append(_mailbox(inside, name))
            name, inside = [], None
        elif inside is not None:
            inside += token
        elif token in ",;":
            found.extend(_bare(name))
            name = []
        elif token == ":":
            name = []
        else:
            name.append(token)
        if len(found) >= MOST:
            break
    found.extend(_bare(name))
    return tuple(each for each in found[:MOST] if each.address)


def address_of(text: str) -> str:
    """The address in its one form (small letters, domain in ASCII); empty when it is none."""
    asked = text.strip()
    if len(asked) > _LONGEST or one_line(asked) != asked or not _ADDRESS.fullmatch(asked):
        return ""
    local, _, domain = asked.lower().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return f"{local}@{domain}"


def _mailbox(address: str, name: list[str]) -> Address:
    return Address(address_of(address), display_name(name))


def _bare(name: list[str]) -> list[Address]:
    """`someone@somewhere` without brackets; anything more around it is no address."""
    return [Address(address_of("".join(name)))] if name else []


def display_name(tokens: list[str]) -> str:
    return one_line(words(" ".join(_unquoted(token) for token in tokens)))[:200]


def _unquoted(token: str) -> str:
    if token.startswith('"'):
        return re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"'))
    return token.strip()
