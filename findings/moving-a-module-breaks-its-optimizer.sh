#!/usr/bin/env bash
# Changing a module's number type after its optimizer was made.
# Packages: TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: as in PyTorch, module.to(...) changes the parameters in place: a variable that holds one still holds it, and an
# optimizer made earlier goes on training them.
# Behaviour: the module gets new parameters and disposes of the old ones. A variable that holds one is an empty handle,
# and the optimizer throws a KeyNotFoundException about a number at its first step. Make the optimizer after the move.
# Seen on 2026-11-28:
# > optimizer made before the move: KeyNotFoundException
# > optimizer made after the move: weight changed
# > weight held from before the move: InvalidOperationException
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<'END'
using TorchSharp;
using static TorchSharp.torch;

foreach (bool before in new[] { true, false })
{
    using var module = nn.Linear(1, 1);
    optim.Optimizer optimizer = before ? Optimizer(module) : null;
    module.to(ScalarType.Float64);
    optimizer ??= Optimizer(module);
    module.call(ones(1, 1, dtype: ScalarType.Float64)).sum().backward();
    Console.WriteLine($"optimizer made {(before ? "before" : "after")} the move: " + Try(() =>
    {
        double old = module.weight.item<double>();
        optimizer.step();
        return module.weight.item<double>() != old ? "weight changed" : "weight as before";
    }));
}
using var other = nn.Linear(1, 1);
Tensor weight = other.weight;
other.to(ScalarType.Float64);
Console.WriteLine("weight held from before the move: " + Try(() => $"{weight.dtype}"));

static optim.Optimizer Optimizer(nn.Module module) => optim.Adam(module.parameters());

static string Try(Func<string> action)
{
    try { return action(); }
    catch (Exception e) { return e.GetType().Name; }
}
END
run app | as_seen
