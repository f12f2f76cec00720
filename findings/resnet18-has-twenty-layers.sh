#!/usr/bin/env bash
# The network in the package Microsoft.ML.DnnImageFeaturizer.ResNet18, by its convolutions and its largest filters.
# Package: Microsoft.ML.DnnImageFeaturizer.ResNet18 0.24.0.
# Guess: a ResNet-18 without its classifier: 17 convolutions and 3 in the shortcuts, 20 in all, and torchvision's plan of
# 2, 2, 2, 2 blocks fits its weights.
# Behaviour: its last stage has a third block, so that there are 22 convolutions and five filters of 512 by 512 channels
# instead of three. With the classifier that was cut away it would have 20 layers, and no library's ResNet-18 takes the
# weights.
# Seen on 2026-11-29:
# > convolutions: 22
# > of them with filters of 512 x 512 x 3 x 3: 5
source "$(dirname "$0")/project.sh"

project app Microsoft.ML.DnnImageFeaturizer.ResNet18=0.24.0 <<'END'
// In the protobuf of ONNX an operator's name is field 4 of its node, and a tensor's sizes are field 1, one number each.
byte[] model = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx"));
Console.WriteLine($"convolutions: {Count([0x22, 4, .. "Conv"u8])}");
Console.WriteLine($"of them with filters of 512 x 512 x 3 x 3: {Count([0x08, 0x80, 0x04, 0x08, 0x80, 0x04, 0x08, 3, 0x08, 3])}");

int Count(byte[] pattern)
{
    int count = 0;
    for (int at = model.AsSpan().IndexOf(pattern); at >= 0; count++)
    {
        int next = model.AsSpan(at + 1).IndexOf(pattern);
        at = next < 0 ? -1 : at + 1 + next;
    }
    return count;
}
END
run app | as_seen
