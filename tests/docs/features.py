#!/usr/bin/env python3
"""Checks that the documentation says which feature each item needs.

    features.py ALL CORE

ALL is the documentation with all features and `--cfg docsrs`, and CORE the one without any feature.
An item that only ALL has needs a feature. It must have a badge, "Available on crate feature X only",
and one of its first two paragraphs must name the feature. Implementations of traits need only the badge.
"""

import re
import sys
from pathlib import Path

BADGE = re.compile(r'<div class="stab portability">(.*?)</div>', re.S)
# A part of a page: its heading and its badge, then its documentation.
PART = re.compile(r'id="([^"]+)" class="([^"]*)"(.*)', re.S)
REEXPORT = re.compile(r'<dt id="(reexport\.[^"]+)">(.*?)</dt>', re.S)


def page(path):
    """Returns the part of a page that is about its item, without what holds for all types."""
    text = path.read_text(encoding="utf-8")
    text = text.partition('id="main-content"')[2]
    return re.split(r'<h2 id="(?:synthetic|blanket)-implementations"', text)[0]


def features(badge):
    """Returns the features that a badge names."""
    badge = re.sub(r"</?code>", "`", badge)
    for group in re.findall(r"\([^)]*\)", badge):
        # In a module that needs one of two features, `(a or b) and a` is just `a`.
        rest = badge.replace(group, "")
        if set(re.findall(r"`(.*?)`", group)) & set(re.findall(r"`(.*?)`", rest)):
            badge = rest
    return set(re.findall(r"`(.*?)`", badge))


def unnamed(needed, words):
    """Returns the features that the first two paragraphs do not name."""
    paragraphs = [text for text in re.findall(r"<p>(.*?)</p>", words, re.S)[:2] if "feature" in text]
    named = set(re.findall(r"<code>(.*?)</code>", " ".join(paragraphs)))
    return [f"does not name {name}" for name in sorted(needed - named)]


def split(text):
    """Returns the badge of an item, and its documentation."""
    head, _, words = text.partition('<div class="docblock">')
    badge = BADGE.search(head)
    return badge[1] if badge else "", words


def check(path, core):
    """Yields each item of a page that needs a feature, with its faults."""
    top, *parts = page(path).split("<section ")
    if not top:
        return  # It leads to another page.
    is_new = not core.exists()
    known = set() if is_new else set(re.findall(r'id="([^"]+)"', page(core)))
    of_page, words = split(top)
    if is_new:
        yield "", unnamed(features(of_page), words) if of_page else ["has no badge"]
    for part, kind, rest in (PART.match(part).groups() for part in parts):
        badge, words = split(rest)
        more = features(badge) - features(of_page)
        # What stands in the implementation of a trait has no badge of its own, and methods have one each.
        if part.startswith("impl-") and "-for-" not in part or "trait-impl" in kind:
            continue
        if part in known or is_new and not more:
            continue
        if not badge:
            yield part, ["has no badge"]
        else:
            yield part, [] if "impl" in kind else unnamed(more, words)
    for name, line in REEXPORT.findall(top):
        if not is_new and name not in known:
            yield name, [] if "stab portability" in line else ["has no badge"]


def main(everything, core):
    checked, wrong = 0, []
    for path in sorted(everything.rglob("*.html")):
        relative = path.relative_to(everything)
        for item, faults in check(path, core / relative):
            checked += 1
            wrong.extend(f"{relative} {item}: {fault}" for fault in faults)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{checked} items need a feature; {len(wrong)} faults")
    return 1 if wrong or checked < 80 else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
