"""The table of ./bench from JSON lines: the median of the rounds, beside the peer's and beside a stored run.

usage: table.py OWN PEER STORED ONNXRUNTIME   (files that are empty or absent give no column; the last gives rows of its own)
"""
import json
import os
import statistics
import sys


def read(path):
    rounds = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if "name" in line:
                    rounds.setdefault(line["name"], []).append(line)
    return rounds


def median(lines, key):
    return statistics.median(line[key] for line in lines)


own, peer, stored, second = map(read, sys.argv[1:5])
columns = ["workload", "Baeum, µs", "GFLOP/s"] + (["peer, µs", "times as fast", "peak, MB", "peer's peak"] if peer else []) + (["stored, µs", "now / stored"] if stored else [])
print("| " + " | ".join(columns) + " |\n|---|" + "---:|" * (len(columns) - 1))
for name, lines in own.items():
    if "us" not in lines[0]:
        continue
    us = median(lines, "us")
    for title, peers in [(f"`{name}`", peer)] + [(f"`{name}` (ONNX Runtime)", second)] * (name in second):
        row = [title, f"{us:,.1f}", f"{median(lines, 'gflops'):.1f}" if "gflops" in lines[0] else ""]
        for other, ratio in ((peers, lambda o: o / us), (stored, lambda o: us / o)):
            if other:
                theirs = median(other[name], "us") if name in other else None
                row += [f"{theirs:,.1f}", f"{ratio(theirs):.2f}"] if theirs else ["", ""]
                if other is peers:
                    row += [f"{median(side[name], 'peak_mb'):.0f}" if name in side and "peak_mb" in side[name][0] else "" for side in (own, peers)]
        print("| " + " | ".join(row) + " |")
for name, unit in (("peak_fma", "gflops"), ("peak_read", "gb_per_s")):
    if name in own:
        print(f"\n{name}: {max(line[unit] for line in own[name])} {'GFLOP/s' if unit == 'gflops' else 'GB/s'}")
