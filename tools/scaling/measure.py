#!/usr/bin/env python3
"""What docs/scaling.md says of speed, measured here: python3 tools/scaling/measure.py FOLDER [PAIRS]

FOLDER has a sub-folder of images for each class, 320 images or more. The machine should have two idle cores and nothing else to do.
Needs Open MPI with mpicc, and the built command (dotnet build -c Release)."""
import json, os, statistics, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMMAND = ["dotnet", os.path.join(ROOT, "artifacts/bin/MLNet.ResNetFamily.Cli/release/resnetfamily.dll")]
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "core"]
FIGURES = []


def start(arguments):
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def rate(process):
    """Images a second in the epochs after the first, by the lines of JSON of a training."""
    lines = [json.loads(line) for line in process.communicate()[0].splitlines() if line.startswith("{")]
    if process.returncode != 0:
        sys.exit(f"{process.args} ended with {process.returncode}")
    return statistics.median(line["imagesPerSecond"] for line in lines if line["event"] == "epoch" and line["epoch"] > 1)


def training(folder, out, batch, threads, name):
    return COMMAND + ["train", folder, "--model", "resnet18", "--image-size", "64", "--epochs", "3", "--batch-size", str(batch),
                      "--threads", str(threads), "--device", "cpu", "--augment", "none", "--json", "--out", os.path.join(out, name)]


def on_core(core, arguments):
    return ["taskset", "-c", str(core)] + arguments


def main():
    folder, pairs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as out:
        for pair in range(pairs):
            together = rate(start(MPIRUN + ["-n", "2"] + training(folder, out, 16, 1, "together.zip")))
            apart = [start(on_core(core, training(folder, out, 16, 1, f"apart{core}.zip"))) for core in (0, 1)]
            joint = sum(rate(process) for process in apart)
            one = rate(start(on_core(0, training(folder, out, 16, 1, "one.zip"))))
            two = rate(start(training(folder, out, 16, 2, "two.zip")))
            FIGURES.append((together / joint, together / one, together / two))
            print(f"pair {pair + 1}: two processes {together:.1f}, two apart {joint:.1f}, one thread {one:.1f}, two threads {two:.1f} images/s")
        for name, values in zip(("two apart", "one process of one thread", "one process of two threads"), zip(*FIGURES)):
            print(f"median of two processes against {name}: {statistics.median(values):.3f}")
        program = os.path.join(out, "allreduce")
        subprocess.run(["mpicc", "-O2", os.path.join(ROOT, "tools/scaling/allreduce.c"), "-o", program], check=True)
        ratios = []
        for _ in range(pairs):
            own = subprocess.run(MPIRUN + ["-n", "2"] + COMMAND + ["bench", "--mode", "allreduce", "--model", "resnet50", "--json"],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout
            own = json.loads([line for line in own.splitlines() if line.startswith("{")][-1])
            other = json.loads(subprocess.run(MPIRUN + ["-n", "2", program, str(own["floats"])],
                                              stdout=subprocess.PIPE, text=True, check=True).stdout)
            ratios.append(own["median_ms"] / other["median_ms"])
            print(f"all-reduce of resnet50: library {own['median_ms']} ms, C {other['median_ms']} ms")
        print(f"median of the ratio: {statistics.median(ratios):.3f}")


main()
