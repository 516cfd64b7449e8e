# SPDX-License-Identifier: ISC
"""Checks a site that build.py has made: its links and fragments, that every page is reachable,
and that nothing is loaded or wider than a window.  Called by ci/checks/site."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

LOADING = {"script", "img", "iframe", "object", "embed", "video", "audio", "source", "style"}
# What CSS makes narrow, or lets scroll in a box of its own.
NARROW_TABLES = {"Nm"}


class Page(HTMLParser):
    def __init__(self, file):
        super().__init__()
        self.links, self.identifiers, self.complaints = [], [], []
        self.divisions = []  # the classes of those that are open
        self.navigation = ""
        self.in_header = False
        self.headings, self.is_title, self.is_titled, self.language = [], False, False, None
        self.feed(file.read_text())
        self.check_structure()

    def check_structure(self):
        """What readers and programs that read aloud find their way by."""
        if not self.language or not self.is_titled:
            self.complaints.append("no language or no title")
        if self.headings.count(1) != 1 or self.headings[:1] != [1]:
            self.complaints.append("not one <h1>, before the other headings")
        for before, after in zip(self.headings, self.headings[1:]):
            if after > before + 1:
                self.complaints.append(f"<h{after}> follows <h{before}>")

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if attributes.get("id"):
            self.identifiers.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "header":
            self.in_header = True
        if tag == "html":
            self.language = attributes.get("lang")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.is_title = tag == "title"
        if tag in LOADING or "style" in attributes or "width" in attributes:
            self.complaints.append(f"<{tag}> with a style, a width or something to load")
        if tag == "link" and not attributes["href"].endswith(("style.css", "data:,")):
            self.complaints.append(f"loads {attributes['href']}")
        if tag == "div":
            self.divisions.append(attributes.get("class", ""))
        if tag == "table" and attributes.get("class") not in NARROW_TABLES \
                and "table" not in self.divisions:
            self.complaints.append("a table without a box to scroll in")

    def handle_endtag(self, tag):
        if tag == "div":
            self.divisions.pop()
        if tag == "header":
            self.in_header = False

    def handle_data(self, data):
        if self.in_header:
            self.navigation += data
        self.is_titled = self.is_titled or (self.is_title and bool(data.strip()))


def check(site):
    """Yields a line for each thing that is wrong."""
    pages = {file: Page(file) for file in sorted(site.rglob("*.html"))}
    reached, waiting = set(), [site / "index.html"]
    external = set()

    for file, page in pages.items():
        name = file.relative_to(site)
        yield from (f"{name}: {complaint}" for complaint in page.complaints)
        if page.navigation != pages[site / "index.html"].navigation:
            yield f"{name}: another navigation"
        for identifier in {i for i in page.identifiers if page.identifiers.count(i) > 1}:
            yield f"{name}: id {identifier} twice"
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                external.add(link)
                continue
            path, _, fragment = link.partition("#")
            target = (file.parent / unquote(path)).resolve() if path else file
            if target not in pages:
                yield f"{name}: dead link {link}"
            elif fragment and unquote(fragment) not in pages[target].identifiers:
                yield f"{name}: dead fragment {link}"
    while waiting:
        file = waiting.pop()
        if file in reached or file not in pages:
            continue
        reached.add(file)
        waiting += [(file.parent / unquote(link.partition("#")[0])).resolve()
                    for link in pages[file].links
                    if not re.match(r"[a-z]+:|#", link)]
    for file in pages.keys() - reached:
        yield f"{file.relative_to(site)}: no way to it from index.html"
    yield from expected(site, pages)
    print(f"{len(pages)} pages; links elsewhere, not followed: {' '.join(sorted(external))}")


def expected(site, pages):
    """What has to have a page."""
    for file in Path("man").glob("*.[1-9]"):
        if site / "man" / f"{file.name}.html" not in pages:
            yield f"{file}: no page"
    sections = re.findall(r'NAME\("([^"]*)"\)', Path("src/tools/error_section.c").read_text())
    if not sections:
        yield "no sections in src/tools/error_section.c"
    for section in sections:
        slug = re.sub("[ _]", "-", section.lower())
        if site / "errors" / f"{slug}.html" not in pages:
            yield f"messages name {section}, which has no page"


if __name__ == "__main__":
    wrong = list(check(Path(sys.argv[1]).resolve()))
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(bool(wrong))
