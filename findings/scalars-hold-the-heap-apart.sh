#!/usr/bin/env bash
# How much memory a training's steps take, one after another.
# Packages: TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: in a dispose scope, which frees every tensor of the step, a hundred steps of AdamW take no more memory than ten.
# Behaviour: every arithmetic operation with a number makes a native Scalar of 32 bytes that no scope owns. It is freed by
# its finalizer, and a training makes so little managed memory that the garbage collector hardly runs. The C library puts
# the Scalars between the tensors, where they keep the room of freed tensors apart: the process grows with every step,
# by gigabytes a minute. Where the youngest objects are collected after each step it stays as it was.
# Seen on 2026-11-29:
# > alone: 100 steps take more than twice the memory of 10
# > with a collection after each step: 100 steps take less than twice the memory of 10
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<'END'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

bool collects = args[0] == "collects";
set_num_threads(1);
long[] widths = [512, 768, 896, 640, 1024, 704, 832, 576];
Module<Tensor, Tensor>[] layers = [.. widths.Zip(widths.Skip(1), (from, to) => nn.Linear(from, to))];
using var network = nn.Sequential(layers);
using var optimizer = optim.AdamW(network.parameters());
long afterTen = 0;
for (int step = 1; step <= 100; step++)
{
    using (NewDisposeScope())
    {
        optimizer.zero_grad();
        network.call(randn(64, widths[0])).square().mean().backward();
        optimizer.step();
    }
    if (collects)
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
    if (step == 10)
        afterTen = Resident();
}
long more = Resident();
Console.WriteLine($"({afterTen >> 20} MiB after 10 steps, {more >> 20} after 100)");
Console.WriteLine($"{(collects ? "with a collection after each step" : "alone")}: 100 steps take {(more > 2 * afterTen ? "more" : "less")} than twice the memory of 10");

static long Resident() => Environment.WorkingSet;
END
{
    run app alone
    run app collects
} | as_seen
