#!/usr/bin/env python3
"""Draws what `stele bench --json` has measured, as SVG.

    bench/plot.py results.json [more.json ...] --out docs/images

One picture for each kind of load (throughput of the ledger and of its yardsticks), one of latencies, and, given results at
several sizes of the ledger, one that shows what history costs. With --table, prints the figures as Markdown. Needs Python
alone.
"""
import argparse
import html
import json
import pathlib

WIDTH, BAR, GAP, LEFT, RIGHT = 800, 17, 12, 170, 200
CLASSES = {"stele": "s", "kestrel": "k", "postgresql": "p"}
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f } .t { font-weight: 600; font-size: 15px } .m { fill: #57606a }
.s { fill: #0a6c74 } .k { fill: #b8c0c8 } .p { fill: #7a8fb8 } .g { stroke: #d0d7de } .q { stroke: #c2410c; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .m { fill: #9198a1 } .s { fill: #35b5bf } .k { fill: #59626c } .p { fill: #5573ad }
  .g { stroke: #3d444d } .q { stroke: #fb923c }
}
"""


def number(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def text(x, y, content, kind="", anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{html.escape(content)}</text>'


def bar(x, y, width, kind):
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{max(width, 1):.1f}" height="{BAR}" rx="2" class="{kind}"/>'


def picture(height, title, subtitle, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">'
    top = [f"<title>{html.escape(title)}</title>", f"<style>{STYLE}</style>", text(16, 26, title, "t"), text(16, 46, subtitle, "m")]
    return "\n".join([head, *top, *parts, "</svg>", ""])


def name(row):
    size = f", {row['bytes']:,} B" if row["bytes"] else ""
    return f"{row['connections']} connection{'s' if row['connections'] > 1 else ''}{size}"


def subtitle(report):
    machine = report["machine"]
    return f"{machine['cpu']}, {machine['cores']} cores with the load; {report['entries']:,} entries in the ledger"


def bars(groups):
    """Bars in groups: [(group's name, [(class, value, label, target)])]; a target is a line across the bar."""
    top = max(value for _, entries in groups for _, value, _, _ in entries)
    scale = (WIDTH - LEFT - RIGHT) / top
    parts, y = [], 66
    for group, entries in groups:
        parts.append(text(LEFT - 10, y + BAR - 4, group, anchor="end"))
        for kind, value, label, target in entries:
            parts.append(bar(LEFT, y, value * scale, kind))
            if target:
                x = LEFT + target * scale
                parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{y - 2}" y2="{y + BAR + 2}" class="q"/>')
            end = max(value, target or 0)
            parts.append(text(LEFT + end * scale + 8, y + BAR - 4, label, "m"))
            y += BAR + 3
        y += GAP
    return parts, y


def throughput(report, kind):
    """The ledger and its yardsticks side by side; the line on the ledger's bar is what is asked of it."""
    groups = []
    for row in (row for row in report["rows"] if row["kind"] == kind):
        asked = [other["target"] * other["figures"]["perSecond"] for other in row["yardsticks"] if other["target"]]
        entries = [("s", row["stele"]["perSecond"], f"stele {number(row['stele']['perSecond'])}", max(asked, default=None))]
        for other in row["yardsticks"]:
            label = f"{other['name']} {number(other['figures']['perSecond'])} (ratio {other['ratio']:.2f})"
            entries.append((CLASSES[other["name"]], other["figures"]["perSecond"], label, None))
        groups.append((name(row), entries))
    parts, height = bars(groups)
    return picture(height, f"{kind}: requests a second", subtitle(report) + "; line: what is asked", parts)


def latency(report):
    """The ledger's median and 99th percentile, where nothing is so large that its transport is all."""
    groups = []
    for row in (row for row in report["rows"] if (row["bytes"] or 0) <= 1024):
        figures = row["stele"]
        half, most = figures["p50"] / 1000, figures["p99"] / 1000
        size = f" {row['bytes']:,} B" if row["bytes"] else ""
        entries = [("s", half, f"p50 {half:.2f} ms", None), ("k", most, f"p99 {most:.2f} ms", None)]
        groups.append((f"{row['kind']}{size}, {row['connections']}", entries))
    parts, height = bars(groups)
    return picture(height, "Latency by load and number of connections", subtitle(report), parts)


def history(reports):
    """The same load on ledgers of different sizes, as shares of the smallest one's throughput relative to its yardstick."""
    reports = sorted(reports, key=lambda report: report["entries"])
    ratios = [{(row["kind"], name(row)): row["yardsticks"][0]["ratio"] for row in report["rows"]} for report in reports]
    shared = [key for key in ratios[0] if all(key in other for other in ratios)]
    groups = []
    for key in shared:
        entries = []
        for place, report in enumerate(reports):
            share = ratios[place][key] / ratios[0][key]
            entries.append(("s" if place else "k", share, f"{report['entries']:,} entries: {share:.0%}", 0.8 if place else None))
        groups.append((f"{key[0]}, {key[1].replace(' connections', '')}", entries))
    if not groups:
        return None
    parts, height = bars(groups)
    sizes = " and ".join(f"{report['entries']:,}" for report in reports)
    return picture(height, "What history costs: throughput beside Kestrel's, smallest ledger = 100 %", f"at {sizes} entries", parts)


def asked(value, met, bound):
    return "" if value is None else f"{bound} {value:g}: {'met' if met else 'falls short'}"


def table(report):
    """All figures as two tables of Markdown."""
    print(f"{subtitle(report)}; {report['rounds']} rounds of {report['seconds']:g} s; {report['machine']['date'][:10]}\n")
    print("| load | connections | server | per second | p50 µs | p99 µs | p99.9 µs | ratio | asked |")
    print("|---|--:|---|--:|--:|--:|--:|--:|---|")
    for row in report["rows"]:
        size = f" {row['bytes']:,} B" if row["bytes"] else ""
        servers = [("stele", row["stele"], "", "")]
        for other in row["yardsticks"]:
            judged = asked(other["target"], other["met"], "at least")
            servers.append((other["name"], other["figures"], f"{other['ratio']:.2f}", judged))
        for server, figures, ratio, judged in servers:
            numbers = " | ".join(f"{figures[column]:,.0f}" for column in ("perSecond", "p50", "p99", "p999"))
            print(f"| {row['kind']}{size} | {row['connections']} | {server} | {numbers} | {ratio} | {judged} |")
    print("\n| figure | value | asked | note |\n|---|--:|---|---|")
    for figure in report["figures"]:
        value = "-" if figure["value"] is None else f"{number(figure['value'])} {figure['unit']}"
        judged = asked(figure["target"], figure["met"], "at least" if figure["moreIsBetter"] else "at most")
        print(f"| {figure['name']} | {value} | {judged} | {figure['note'] or ''} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("results", nargs="+", type=pathlib.Path, help="what `stele bench --json` wrote; the first one is drawn whole")
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path("docs/images"), help="the folder for the pictures")
    arguments.add_argument("--table", action="store_true", help="print the first one's figures as Markdown instead")
    given = arguments.parse_args()
    reports = [json.loads(path.read_text()) for path in given.results]
    if given.table:
        table(reports[0])
        return
    pictures = {f"bench-{kind}.svg": throughput(reports[0], kind) for kind in dict.fromkeys(row["kind"] for row in reports[0]["rows"])}
    if reports[0]["rows"]:
        pictures["bench-latency.svg"] = latency(reports[0])
    if len(reports) > 1:
        pictures["bench-history.svg"] = history(reports)
    given.out.mkdir(parents=True, exist_ok=True)
    for file, svg in pictures.items():
        if svg:
            (given.out / file).write_text(svg)
            print(given.out / file)


if __name__ == "__main__":
    main()
