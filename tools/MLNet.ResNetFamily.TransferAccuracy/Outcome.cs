namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>What a run achieved.</summary>
/// <param name="Accuracy">Part of the test images that is right, from 0 to 1.</param>
/// <param name="Seconds">How long the training took, with all that it reads and without the test.</param>
internal sealed record Outcome(double Accuracy, double Seconds)
{
    public override string ToString() => FormattableString.Invariant($"{Accuracy:P1} right, {Seconds:F1} s");
}
