#!/usr/bin/env python3
"""How time and size grow with the archive: one, four and sixteen times the same articles, with other words.

    python3 benches/growth.py LINES [--work DIR] [--times 1 4 16] [-- OPTION ...]

LINES is a file of JSON lines with `id`, `title` and `text`. Each further copy of it has ids of its own, and each
of its words is another word that is about as frequent, so that no two copies tell the same story or name the
same people, while the words are as frequent as before. Each archive is indexed by one thread in a process of its
own, whose processor time counts, with the options behind `--`, and asked for the ids of the ten best; p50 and
p99 are the geometric mean over the classes of `dateline bench`.
"""

import argparse
import collections
import json
import random
import re
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "rivals"))
from compare import size, spent  # noqa: E402

SEED = 7
# Words next to each other by frequency that may stand for one another.
ALIKE = 64
WORD = re.compile(r"[A-Za-z]{3,}")


def words_by_frequency(lines):
    counts = collections.Counter()
    with open(lines, encoding="utf-8") as file:
        for line in file:
            counts.update(word.lower() for word in WORD.findall(json.loads(line)["text"]))
    return [word for word, _ in counts.most_common()]


def others(words, copy):
    """For each word the one that stands for it in a copy; the very frequent ones, which are grammar, stay."""
    dice = random.Random(SEED + copy)
    stands_for = {}
    for start in range(ALIKE, len(words), ALIKE):
        alike = words[start : start + ALIKE]
        stands_for.update(zip(alike, dice.sample(alike, len(alike))))
    return stands_for


def changed(text, stands_for):
    def one(match):
        word = match[0]
        other = stands_for.get(word.lower(), word)
        return other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other

    return WORD.sub(one, text)


def write_copies(lines, words, times, path):
    total = 0
    with open(path, "w", encoding="utf-8") as out:
        for copy in range(times):
            stands_for = others(words, copy) if copy else {}
            with open(lines, encoding="utf-8") as file:
                for line in file:
                    record = json.loads(line)
                    record["id"] = f"{copy}-{record['id']}"
                    for field in ("title", "text"):
                        record[field] = changed(record.get(field) or "", stands_for)
                    record.pop("url", None)
                    total += len(record["title"].encode()) + len(record["text"].encode())
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return total / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--work", type=Path, help="where copies and indexes go [a new folder]")
    parser.add_argument("--times", type=int, nargs="*", default=[1, 4, 16])
    parser.add_argument("--dateline", type=Path, default=HERE / "../target/release/dateline")
    own = sys.argv[1:]
    behind = own.index("--") if "--" in own else len(own)
    options, extra = parser.parse_args(own[:behind]), own[behind + 1 :]
    if options.work:
        options.work.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="growth-", dir=options.work))
    words = words_by_frequency(options.lines)
    print("| times | MB | CPU s | CPU s/MB | index / text | ids p50, us | p99, us |\n|---|---|---|---|---|---|---|")
    for times in options.times:
        copies, index = work / f"{times}.jsonl", work / f"index{times}"
        megabytes = write_copies(options.lines, words, times, copies)
        program = [options.dateline, "-i", index]
        cpu, _, _ = spent(program + ["index", "--quiet", "--threads", "1", *extra, copies])
        bench = ["bench", "--what", "top10", "--json", "--threads", "1", "--cold-starts", "0", "--strict"]
        _, _, told = spent(program + bench)
        classes = [one["wall_ns"] for one in json.loads(told)["classes"]]
        p50, p99 = (statistics.geometric_mean(one[at] for one in classes) / 1e3 for at in ("p50", "p99"))
        print(f"| {times} | {megabytes:.0f} | {cpu:.1f} | {cpu / megabytes:.3f} | {size(index) / 1e6 / megabytes:.2f} | {p50:.0f} | {p99:.0f} |")
        copies.unlink()


if __name__ == "__main__":
    main()
