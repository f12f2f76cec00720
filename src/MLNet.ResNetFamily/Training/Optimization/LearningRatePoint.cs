namespace MLNet.ResNetFamily;

/// <summary>One step of a <see cref="LearningRateCurve"/>.</summary>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="Loss">The loss of the step's batch, before the step.</param>
/// <param name="SmoothedLoss">Running mean of the losses so far.</param>
public sealed record LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);
