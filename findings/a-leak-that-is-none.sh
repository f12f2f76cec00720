#!/usr/bin/env bash
# Looking for leaked tensors with Tensor.TotalCount before and after modules that are made and disposed of.
# Packages: TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: a hundred Linear modules, each disposed of, leave the count where it was, at least once the garbage collector
# has run its finalizers.
# Behaviour: each parameter stays in the count for good. It takes the native tensor over from the tensor that it is made
# of, whose disposal then has nothing left to free and does not count. TotalCount, and the peak that comes of it, are
# right for plain tensors only.
# Seen on 2026-11-28:
# > 100 tensors, made and disposed of: 0 left
# > 100 Linear modules, made and disposed of: 200 left
# > 100 parameters of a tensor each, made and disposed of: 100 left
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<'END'
using TorchSharp;
using static TorchSharp.torch;

Count("100 tensors", () => zeros(2, 2).Dispose());
Count("100 Linear modules", () => nn.Linear(2, 2).Dispose());
Count("100 parameters of a tensor each", () =>
{
    using Tensor tensor = zeros(2, 2);
    using var parameter = new TorchSharp.Modules.Parameter(tensor);
});

static void Count(string name, Action action)
{
    long before = Tensor.TotalCount;
    for (int i = 0; i < 100; i++)
        action();
    GC.Collect();
    GC.WaitForPendingFinalizers();
    Console.WriteLine($"{name}, made and disposed of: {Tensor.TotalCount - before} left");
}
END
run app | as_seen
