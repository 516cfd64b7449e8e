# SPDX-License-Identifier: ISC
"""Builds the site: the manual pages by mandoc(1), the documents by lowdown(1), and a page for
each section of bindchain-errors(7).  Called by ci/site, in the top directory of the tree."""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

# What the navigation calls a document; one that is not here goes by its file name.
LABELS = {
    "docs/platforms.md": "Platforms",
    "docs/conflicts.md": "Conflicts",
    "docs/daemons.md": "Daemons",
    "CHANGELOG.md": "Changes",
}
FIRST = ["README.md", *LABELS]
SECTIONS = {"1": "Commands", "3": "Library", "7": "Background"}
ERRORS = "bindchain-errors.7"
LINE = 90  # the characters of a line that the widest block has room for

LAYOUT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<a class="skip" href="#page-text">Skip to the text</a>
<header>
<nav aria-label="Site">
<ul>
{navigation}
</ul>
</nav>
</header>
<div class="page">
<main id="page-text"{kind}>
{body}
</main>
</div>
<footer>
<p>bindchain {version}, under the <a href="{root}source/LICENSE.html">ISC licence</a></p>
</footer>
</body>
</html>
"""


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def words(fragment):
    """The text of some HTML, as HTML without elements."""
    return " ".join(re.sub(r"<[^>]*>", "", fragment).split())


def marked(body):
    """Marks what the style sheet needs: tables and long lines scroll in boxes of their own, by
    keys too, and no line ends within the first word of an option in text."""
    def code(found):
        text = re.sub(r"(?<![\w-])--?\w+", r'<span class="word">\g<0></span>', found[2])
        return found[1] + text

    def block(found):
        is_long = any(len(html.unescape(line)) > LINE for line in words_of_lines(found[0]))
        return found[0].replace("<pre", '<pre tabindex="0"', 1) if is_long else found[0]

    body = re.sub(r"<table\b(?! class=\"Nm\").*?</table>",
                  r'<div class="table" tabindex="0" role="region" aria-label="Table">\g<0></div>',
                  body, flags=re.S)
    parts = re.split(r"(<pre\b.*?</pre>)", body, flags=re.S)
    for i, part in enumerate(parts):
        parts[i] = block([part]) if i % 2 else re.sub(r"(<code[^>]*>)([^<]*)", code, part)
    return "".join(parts)


def words_of_lines(fragment):
    return re.sub(r"<[^>]*>", "", fragment).splitlines()


def version():
    header = Path("include/bindchain.h").read_text()
    numbers = [re.search(rf"#define BINDCHAIN_VERSION_{part}\s+(\d+)", header)[1]
               for part in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(numbers)


def document_address(name):
    """Of README.md, docs/platforms.md and so on."""
    return "index.html" if name == "README.md" else PurePosixPath(name).stem.lower() + ".html"


def is_outside(path):
    """Of the tree, whatever symbolic links are in the path, or not for everybody, as .git."""
    path = Path(path)
    inside = Path.cwd().resolve() in path.resolve().parents
    return not inside or any(part.startswith(".") for part in path.parts)


def error_address(identifier):
    return "errors/" + identifier.lower().replace("_", "-") + ".html"


def message(text):
    """Of a section of an error: the first line that is printed, without what is before the
    cause."""
    block = re.search(r"<pre>(.*?)</pre>", text, re.S)
    if block:
        found = next(line for line in block[1].splitlines() if not re.match(r"\$ |\s", line))
    else:
        found = words(re.search(r"<code[^>]*>(.*?)</code>", text, re.S)[1])
    return re.sub(r"^(bindchain \w+: )?(fatal|info): ", "", found)


# ---- the manual ----

class Manual:
    """The pages in man/: their addresses by each name that they go by."""

    def __init__(self):
        self.files = sorted(Path("man").glob("*.[1-9]"))
        self.addresses = {}
        self.summaries = {}
        for file in self.files:
            section = file.suffix[1:]
            self.summaries[file.name] = re.search(r"^\.Nd (.*)", file.read_text(), re.M)[1]
            names = re.search(r"^\.Sh NAME\n(.*?)^\.Nd", file.read_text(), re.M | re.S)[1]
            for name in re.findall(r"^\.Nm ([^ \n]+)", names, re.M):
                self.addresses.setdefault(f"{name}.{section}", f"man/{file.name}.html")
        for file in self.files:
            self.addresses[file.name] = f"man/{file.name}.html"

    def render(self, file):
        """What is in the page, with headings from h2 on, and links to other pages by their
        addresses.  A page that is not ours, such as listen(2), is no link."""
        body = output_of("mandoc", "-Thtml", "-Ofragment,man=page:%N.%S", str(file))
        body = re.sub(r'<table class="(head|foot)">.*?</table>', "", body, flags=re.S)
        body = re.sub(r' style="[^"]*"', "", body)
        if '<h1 class="Sh"' in body:
            body = re.sub(r"(</?)h2\b", r"\1h3", body)
            body = re.sub(r"(</?)h1\b", r"\1h2", body)
        return re.sub(r'<a class="Xr" href="page:([^"]*)">(.*?)</a>', self.reference, body,
                      flags=re.S)

    def reference(self, found):
        address = self.addresses.get(found[1])
        kind, target = ("a", f' href="/{address}"') if address else ("span", "")
        return f'<{kind} class="Xr"{target}>{found[2]}</{kind}>'

    def link_names(self, body):
        """Makes links of the names of pages in text and code, outside of other links."""
        def link(found):
            address = self.addresses.get(f"{found[1]}.{found[2]}")
            return f'<a href="/{address}">{found[0]}</a>' if address else found[0]

        parts = re.split(r"(<a\b.*?</a>|<pre\b.*?</pre>|<h\d.*?</h\d>|<[^>]*>)", body, flags=re.S)
        for i in range(0, len(parts), 2):
            parts[i] = re.sub(r"((?:lib)?bindchain[\w-]*)\((\d)\)", link, parts[i])
        return "".join(parts)


# ---- the site ----

class Site:
    def __init__(self, directory):
        self.directory = directory
        self.manual = Manual()
        self.version = version()
        found = [*Path(".").glob("*.md"), *Path("docs").glob("*.md")]
        self.documents = sorted((str(file) for file in found), key=self.rank)
        self.sources = {"LICENSE"}

    @staticmethod
    def rank(name):
        return (FIRST.index(name) if name in FIRST else len(FIRST), name)

    def navigation(self, current, root):
        entries = [("bindchain", "index.html"), ("Manual", "man/index.html"),
                   ("Errors", "errors/index.html")]
        for name in self.documents[1:]:
            entries.append((LABELS.get(name, PurePosixPath(name).stem.capitalize()),
                            document_address(name)))
        return "\n".join(
            f'<li><a href="{root}{address}"{self.mark(address, current)}>{label}</a></li>'
            for label, address in entries)

    @staticmethod
    def mark(address, current):
        """Of the entry of the navigation that leads to the current page, or to its list."""
        if address == current:
            return ' aria-current="page"'
        directory = address.rpartition("/")[0] + "/"
        return ' aria-current="true"' if current.startswith(directory) else ""

    @staticmethod
    def contents(body):
        """Links to the headings, where there are many."""
        headings = re.findall(r'<h([23])\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</h\1>', body, re.S)
        if len(headings) < 4:
            return ""
        entries = "\n".join(
            f'<li class="level{level}"><a href="#{identifier}">{words(text)}</a></li>'
            for level, identifier, text in headings)
        return f'<nav class="contents" aria-label="On this page">\n<ul>\n{entries}\n</ul>\n</nav>\n'

    def write(self, address, title, body):
        """In BODY a link that begins with a slash is from the top of the site."""
        root = "../" * address.count("/")
        body = marked(body).replace('href="/', f'href="{root}')
        contents = self.contents(body)
        file = self.directory / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LAYOUT.format(
            title=title if address == "index.html" else f"{title} - bindchain", root=root,
            navigation=self.navigation(address, root),
            body=body.replace("</h1>\n", "</h1>\n" + contents, 1),
            kind="" if contents else ' class="whole"',
            version=self.version))

    # ---- pages ----

    def write_manual(self):
        lists = ""
        for section, label in SECTIONS.items():
            lists += f'<h2 id="section{section}">{label}: section {section}</h2>\n<dl>\n'
            for file in self.manual.files:
                if file.suffix[1:] != section:
                    continue
                name = f"{file.stem}({section})"
                lists += (f'<dt><a href="/man/{file.name}.html">{name}</a></dt>\n'
                          f"<dd>{html.escape(self.manual.summaries[file.name])}</dd>\n")
                body = self.manual.link_names(self.manual.render(file))
                self.write(f"man/{file.name}.html", name, f"<h1>{name}</h1>\n{body}")
            lists += "</dl>\n"
        self.write("man/index.html", "Manual pages", f"<h1>Manual pages</h1>\n{lists}")

    def write_errors(self):
        """A page for each section between DESCRIPTION and SEE ALSO."""
        body = self.manual.render(Path("man") / ERRORS)
        sections = re.findall(r'<section class="Sh">\s*<h2[^>]*id="([^"]*)"[^>]*>(.*?)</h2>(.*?)'
                              r"</section>", body, re.S)
        sections = [s for s in sections if s[0] not in ("NAME", "DESCRIPTION", "SEE_ALSO")]
        addresses = {identifier: error_address(identifier) for identifier, _, _ in sections}
        index = ""
        for identifier, heading, text in sections:
            title = " ".join(word if "_" in word else word.lower()
                             for word in words(heading).split())
            title = title[0].upper() + title[1:]
            text = re.sub(r'href="#([^"]*)"', lambda found: f'href="/{addresses[found[1]]}"'
                          if found[1] in addresses else found[0], text)
            more = (f'<p>All errors are sections of '
                    f'<a href="/man/{ERRORS}.html#{identifier}">bindchain-errors(7)</a>.</p>')
            self.write(addresses[identifier], title,
                       f"<h1>{title}</h1>\n{self.manual.link_names(text)}\n{more}")
            index += (f'<dt><a href="/{addresses[identifier]}">{title}</a></dt>\n'
                      f"<dd><code>{message(text)}</code></dd>\n")
        self.write("errors/index.html", "Errors",
                   "<h1>Errors</h1>\n<p>The last line of an error message names a section of "
                   f'<a href="/man/{ERRORS}.html">bindchain-errors(7)</a>. '
                   "Each section is a page here.</p>\n"
                   f"<dl>\n{index}</dl>\n")

    def write_document(self, name):
        body = output_of("lowdown", "-Thtml", "--out-no-smarty", "--parse-no-metadata",
                         "--parse-no-super", "--parse-no-ext-attrs", "--parse-no-deflists",
                         "--parse-no-autolink", name)
        body = re.sub(r'href="([^"]*)"',
                      lambda found: self.target(name, html.unescape(found[1])), body)
        title = words(re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)[1])
        self.write(document_address(name), title, self.manual.link_names(body))

    def target(self, name, link):
        """The attribute of a link in the document NAME: to another site, or to a file of the
        tree, which is then part of this one."""
        scheme = re.match(r"[^/#]*:", link)
        if scheme:
            if scheme[0] not in ("https:", "http:", "mailto:"):
                sys.exit(f"{name}: links to {link}, which is neither a file nor an address of "
                         "https, http or mailto")
            return f'href="{html.escape(link)}"'
        path, _, fragment = link.partition("#")
        fragment = html.escape(fragment)
        if not path:
            return f'href="#{fragment}"'
        path = os.path.normpath(os.path.join(os.path.dirname(name), path))
        if is_outside(path):
            sys.exit(f"{name}: links to {link}, which is outside of the tree or hidden")
        if path in self.documents:
            return f'href="/{document_address(path)}' + (f'#{fragment}"' if fragment else '"')
        if not os.path.exists(path):
            sys.exit(f"{name}: links to {link}, which does not exist")
        self.sources.add(path)
        return f'href="/source/{html.escape(path)}.html"'

    def write_source(self, path):
        """A file of the tree that a document links to; of a directory, its files."""
        if Path(path).is_dir():
            files = sorted(str(file) for file in Path(path).rglob("*")
                           if file.is_file() and "__pycache__" not in file.parts
                           and not is_outside(file))
            entries = "\n".join(f'<li><a href="/source/{file}.html">{file}</a></li>'
                                for file in map(html.escape, files))
            body = f"<ul>\n{entries}\n</ul>"
            for file in files:
                self.write_source(file)
        else:
            text = html.escape(Path(path).read_text())
            body = f"<pre>{text}</pre>" if text else "<p>This file is empty.</p>"
        title = html.escape(path)
        self.write(f"source/{path}.html", title, f"<h1>{title}</h1>\n{body}")

    def build(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        shutil.copy("site/style.css", self.directory)
        self.write_manual()
        self.write_errors()
        for name in self.documents:
            self.write_document(name)
        for path in sorted(self.sources):
            self.write_source(path)


if __name__ == "__main__":
    Site(Path(sys.argv[1])).build()
