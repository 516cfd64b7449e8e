# SPDX-License-Identifier: ISC
"""Shows each page of a site that build.py has made in a headless browser, as wide as a
telephone's and a desk's window: text that is wider than the window would have to be scrolled
sideways.  Called by ci/checks/site."""

import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTHS = (360, 1280)
SECONDS = 120

# Every page in a frame of each width; when all are loaded, those that do not fit are listed.
# What a frame says of its document is what a window of its size would say.
FRAMES = """<!DOCTYPE html>
<meta charset="utf-8">
<title>widths</title>
{frames}
<pre id="wide"></pre>
<script>
addEventListener("load", () => {{
	const found = [];
	for (const frame of document.querySelectorAll("iframe")) {{
		const shown = frame.contentDocument;
		const wide = [...shown.querySelectorAll("body *")].filter(element =>
			element.getBoundingClientRect().right > frame.clientWidth
			&& !element.parentElement.closest("pre, .table, .contents"));
		found.push({{ page: frame.dataset.page, width: frame.clientWidth,
			wants: shown.documentElement.scrollWidth, styled: shown.styleSheets.length,
			elements: wide.slice(0, 3).map(element => element.outerHTML.slice(0, 90)) }});
	}}
	document.getElementById("wide").textContent = JSON.stringify(found);
}});
</script>
"""


def measure(site, browser):
    """What the browser says of each page and width."""
    frames = "\n".join(
        f'<iframe src="{page.as_uri()}" data-page="{html.escape(str(page.relative_to(site)))}"'
        f' width="{width}" height="800" style="border: 0"></iframe>'
        for page in sorted(site.rglob("*.html")) for width in WIDTHS)
    with tempfile.TemporaryDirectory() as directory:
        start = Path(directory) / "widths.html"
        start.write_text(FRAMES.format(frames=frames))
        # The pages are our own and have no scripts; root has no sandbox, nor have containers.
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu",
                   "--disable-dev-shm-usage", "--hide-scrollbars", "--allow-file-access-from-files",
                   f"--user-data-dir={directory}/profile", "--dump-dom", start.as_uri()]
        shown = subprocess.run(command, check=True, capture_output=True, text=True,
                               stdin=subprocess.DEVNULL, timeout=SECONDS).stdout
    answer = re.search(r'<pre id="wide">(.*?)</pre>', shown, re.S)
    return json.loads(html.unescape(answer[1])) if answer and answer[1] else []


def check(site, browser):
    measured = measure(site, browser)
    wanted = len(list(site.rglob("*.html"))) * len(WIDTHS)
    if len(measured) != wanted:
        yield f"{browser} showed {len(measured)} of {wanted} pages"
    for found in measured:
        name = f"{found['page']}, at {found['width']} pixels"
        if not found["styled"]:
            yield f"{name}: no style sheet"
        if found["wants"] > found["width"] or found["elements"]:
            yield f"{name}: {found['wants']} wide: {' '.join(found['elements'])}"
    print(f"{len(measured)} pages shown, {' and '.join(map(str, WIDTHS))} pixels wide")


if __name__ == "__main__":
    wrong = list(check(Path(sys.argv[1]).resolve(), sys.argv[2]))
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(bool(wrong))
