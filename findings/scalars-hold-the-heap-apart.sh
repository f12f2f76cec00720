#!/usr/bin/env bash
# How much memory a training's steps take, one after another.
# Packages: TorchSharp 0.107.0, TorchVision 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: in a dispose scope, which frees every tensor of the step, fifty steps of AdamW take no more memory than ten.
# Behaviour: every arithmetic operation with a number makes a native Scalar of 32 bytes that no scope owns. It is freed by
# its finalizer, and a training makes so little managed memory that the garbage collector hardly runs. The C library puts
# the Scalars between the tensors, where they keep the room of freed tensors apart: the process grows with every step.
# Where the youngest objects are collected after each step it does not.
# Seen on 2026-11-29:
# > alone: 40 more steps take more than twice the weights
# > with a collection after each step: 40 more steps take less than twice the weights
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchSharp=0.107.0 TorchVision=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<'END'
using TorchSharp;
using static TorchSharp.torch;

bool collects = args[0] == "collects";
set_num_threads(1);
using nn.Module<Tensor, Tensor> network = torchvision.models.resnet18(num_classes: 10);
using var optimizer = optim.AdamW(network.parameters());
long weights = 4 * network.parameters().Sum(parameter => parameter.numel()), afterTen = 0;
for (int step = 1; step <= 50; step++)
{
    using (NewDisposeScope())
    {
        optimizer.zero_grad();
        network.call(randn(8, 3, 64, 64)).square().mean().backward();
        optimizer.step();
    }
    if (collects)
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
    if (step == 10)
        afterTen = Environment.WorkingSet;
}
long more = Environment.WorkingSet - afterTen;
Console.WriteLine($"({weights >> 20} MiB of weights; {afterTen >> 20} MiB after 10 steps, {more >> 20} more after 50)");
Console.WriteLine($"{(collects ? "with a collection after each step" : "alone")}: 40 more steps take {(more > 2 * weights ? "more" : "less")} than twice the weights");
END
{
    run app alone
    run app collects
} | as_seen
