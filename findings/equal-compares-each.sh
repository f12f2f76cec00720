#!/usr/bin/env bash
# Asking whether two tensors are the same, with the function that PyTorch has for it.
# Packages: TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0.
# Guess: torch.equal(a, b) gives one answer, as in PyTorch: true where the shapes and all values are the same.
# Behaviour: Tensor.equal is another name of eq. It compares value by value and gives as many answers, so that item<bool>()
# on it fails for all tensors but those of one value; and it repeats the smaller tensor, so that tensors of different
# shapes are "equal". allclose with both tolerances 0 gives one answer, but repeats the smaller one too: the shapes have
# to be compared apart.
# Seen on 2026-11-30:
# > of two vectors of 3: 3 answers
# > of [1] and [1, 1]: True
# > of [1] and [2, 2]: 4 answers
# > allclose of [1] and [2, 2]: True
source "$(dirname "$0")/project.sh"
source "$here/torchsharp.sh"

project app TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0 <<'END'
using TorchSharp;
using static TorchSharp.torch;

using Tensor three = ones(3), one = ones(1), square = ones(1, 1), four = ones(2, 2);
Console.WriteLine($"of two vectors of 3: {three.equal(ones(3)).numel()} answers");
Console.WriteLine($"of [1] and [1, 1]: {one.equal(square).item<bool>()}");
Console.WriteLine($"of [1] and [2, 2]: {one.equal(four).numel()} answers");
Console.WriteLine($"allclose of [1] and [2, 2]: {one.allclose(four, rtol: 0, atol: 0)}");
END
run app | as_seen
