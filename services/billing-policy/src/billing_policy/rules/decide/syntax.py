"""What a condition may be written with, judged before any engine sees it. Pure.

An allow-list of words and signs: what is not named here is refused, so that an evaluation costs
no more than the length of its text. Limits after cel-rust #212 (long flat terms crash it).
"""

import re
from collections.abc import Iterator

from billing_policy.rules.decide.facts import FACTS_BY_NAME

LONGEST = 2000
DEEPEST = 20
LITERALS = frozenset({"true", "false", "in"})
METHODS = frozenset({"startsWith", "endsWith", "contains"})
MACROS = frozenset({"all", "exists", "exists_one"})
FUNCTIONS = frozenset({"size"})
LARGEST = 2**53

_OPENING = {"(": ")", "[": "]"}
_TOKEN = re.compile(
    r"""(?P<space>[ \t\n]+)
      | (?P<double>\d+\.\d*|\.\d+|\d+[eE][-+]?\d+)
      | (?P<number>\d+)
      | (?P<text>'[^'"\\\n]*'|"[^"'\\\n]*")
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)


def refused(expression: str) -> str | None:
    """Why a condition is not accepted; None when it may be tried."""
    if len(expression) > LONGEST:
        return f"has {len(expression)} characters, at most {LONGEST} are accepted"
    if not expression.strip():
        return "is empty"
    tokens = []
    for kind, value in _tokens(expression):
        problem = _bad_token(kind, value)
        if problem:
            return problem
        tokens.append((kind, value))
    return _bad_brackets(tokens) or _bad_words(tokens)


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            yield "unknown", expression[at]
            return
        at = found.end()
        if found.lastgroup != "space":
            yield str(found.lastgroup), found.group()


def _bad_token(kind: str, value: str) -> str | None:
    if kind == "unknown":
        return f"uses {value!r}, which conditions do not have"
    if kind == "double":
        return f"uses {value}: whole numbers only, money in minor units"
    if kind == "number" and int(value) > LARGEST:
        return f"uses {value}, which is too large"
    return None


def _bad_brackets(tokens: list[tuple[str, str]]) -> str | None:
    waiting: list[str] = []
    for kind, value in tokens:
        if kind != "sign":
            continue
        if value in _OPENING:
            waiting.append(_OPENING[value])
            if len(waiting) > DEEPEST:
                return f"has more than {DEEPEST} brackets inside each other"
        elif value in _OPENING.values() and (not waiting or waiting.pop() != value):
            return f"has a {value!r} that closes nothing"
    return "has a bracket that is not closed" if waiting else None


def _bad_words(tokens: list[tuple[str, str]]) -> str | None:
    """Every word is a fact, a method, or the variable of the one macro it stands in."""
    depth, macro_depth, variable = 0, None, ""
    for index, (kind, value) in enumerate(tokens):
        before = tokens[index - 1] if index else ("", "")
        after = tokens[index + 1] if index + 1 < len(tokens) else ("", "")
        if kind == "sign":
            depth += (value in _OPENING) - (value in _OPENING.values())
            if macro_depth is not None and depth < macro_depth:
                macro_depth, variable = None, ""
            continue
        if kind != "word":
            if before == ("sign", "."):
                return f"has {value} after a dot"
            if kind == "number" and before[0] == "word" and before[1] not in LITERALS:
                return f"has {value} after {before[1]}"
            if kind == "text" and before[0] == "word" and before[1] not in LITERALS:
                return f"uses {before[1]}{value}: plain texts only"
            continue
        if before == ("sign", ".") and value in MACROS:
            if macro_depth is not None:
                return f"has {value!r} inside another of its kind"
            variable = _macro_variable(tokens, index)
            if not variable:
                return f"uses {value!r} without a variable of its own"
            macro_depth = depth + 1
        elif not _known(value, before, after, variable):
            return f"uses {value!r}, which is no fact"
    return None


def _macro_variable(tokens: list[tuple[str, str]], index: int) -> str:
    """`list.all(day, day > 3)`: the word between the bracket and the comma, if it is no fact."""
    following = tokens[index + 1 : index + 4]
    if len(following) < 3 or following[0] != ("sign", "(") or following[2] != ("sign", ","):
        return ""
    kind, value = following[1]
    taken = value in FACTS_BY_NAME or value in LITERALS
    return value if kind == "word" and not taken else ""


def _known(value: str, before: tuple[str, str], after: tuple[str, str], variable: str) -> bool:
    if before == ("sign", "."):
        return value in METHODS
    if value in FUNCTIONS:
        return after == ("sign", "(")
    return value in LITERALS or value in FACTS_BY_NAME or (value == variable and bool(variable))
