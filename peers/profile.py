"""Where a workload's cycles go: samples of perf, grouped by kernel family, one row of a table a workload.

usage: profile.py BAEUM_CLI_DLL GLOB   (see docs/performance.md)
"""
import json
import os
import re
import subprocess
import sys
import tempfile

FAMILIES = [
    ("product", r"GemmTile::|Gemm\+TileBody"),
    ("packing", r"Gemm\+PackBody|Gemm::|PackedWeight"),
    ("attention", r"AttentionKernels"),
    ("convolution", r"DirectConv|ConvKernels|WindowKernels|PoolKernels|PlaneKernels"),
    ("recurrence", r"LstmCell|GruCell|TanhCell|ReluCell|RnnKernels|RecurrentOp"),
    ("element-wise", r"Elementwise|VectorMath|LossKernels|DropoutKernels|Philox"),
    ("rows", r"Softmax|CrossEntropy|NormKernels|RowStatistics|ReduceKernels"),
    ("optimiser", r"OptimizerKernels"),
    ("copies", r"ContiguousCopy|CopyKernels|Memmove|memmove|EmbeddingKernels"),
    ("objects", r"Baeum"),
]
WAITING = r"SpinWait|SpinOnce|sched_yield|pause"


def family(dso, symbol):
    if re.search(WAITING, symbol) or "kernel" in dso:
        return "runtime"
    for name, pattern in FAMILIES:
        if re.search(pattern, symbol):
            return name
    return "runtime"


def names(cli, glob):
    return [w["name"] for w in map(json.loads, subprocess.run(["dotnet", cli, "bench", "--json", "--threads", "1", "--only", glob], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()) if "us" in w]


def profile(cli, name, folder):
    data = os.path.join(folder, "perf.data")
    # the first second is the JIT's
    subprocess.run(["perf", "record", "-q", "-F", "999", "-D", "1200", "-o", data, "dotnet", cli, "bench", "--threads", "1", "--only", name],
                   env={**os.environ, "DOTNET_PerfMapEnabled": "1", "DOTNET_EnableWriteXorExecute": "0"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    report = subprocess.run(["perf", "report", "-i", data, "--stdio", "--no-children", "-F", "overhead,comm,dso,sym", "-t", "\t"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    shares = {}
    for line in report.splitlines():
        parts = line.split("\t")
        if line.startswith("#") or len(parts) < 4 or ".NET" in parts[1]:
            continue
        kind = family(parts[2].strip(), parts[3].strip())
        shares[kind] = shares.get(kind, 0) + float(parts[0].strip().rstrip("%"))
    return shares


cli, glob = sys.argv[1:3]
columns = [name for name, _ in FAMILIES] + ["runtime"]
print("| workload | " + " | ".join(columns) + " |\n|---|" + "---:|" * len(columns))
with tempfile.TemporaryDirectory() as folder:
    for name in names(cli, glob):
        shares = profile(cli, name, folder)
        whole = sum(shares.values())
        if whole == 0:
            print(f"| `{name}` | no samples: it was over before the first second; run it again on a quiet machine |", flush=True)
            continue
        print(f"| `{name}` | " + " | ".join(f"{100 * shares[c] / whole:.0f}" if shares.get(c, 0) >= whole / 200 else "" for c in columns) + " |", flush=True)
