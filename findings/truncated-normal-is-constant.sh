#!/usr/bin/env bash
# Initialising weights as a vision transformer's are: a normal distribution cut off at both ends.
# Packages: TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: torch.nn.init.trunc_normal_(t, mean: 0, std: 0.02) gives random numbers with that mean and deviation, as
# PyTorch's function of that name does; ones outside a and b are drawn again or cut off.
# Behaviour: every element gets the value std. The native code multiplies by the mean and adds the deviation, the two
# swapped. With the usual mean 0 nothing random is left, and a network so initialised has all weights alike.
# Seen on 2026-11-28 (least and greatest of 100,000):
# > normal_ mean 0, std 0.02: spread True
# > trunc_normal_ mean 0, std 0.02: 0.02 to 0.02
# > trunc_normal_ mean 0, std 1: 1 to 1
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<'END'
using TorchSharp;
using static TorchSharp.torch;

using Tensor weight = zeros(100_000);
nn.init.normal_(weight, 0, 0.02);
Console.WriteLine($"normal_ mean 0, std 0.02: spread {weight.max().item<float>() - weight.min().item<float>() > 0.05}");
foreach (double std in new[] { 0.02, 1 })
{
    nn.init.trunc_normal_(weight, 0, std);
    Console.WriteLine($"trunc_normal_ mean 0, std {std}: {weight.min().item<float>()} to {weight.max().item<float>()}");
}
END
run app | as_seen
