using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>
/// A training's history as a model file keeps it: without anything that a clock has measured, so that the same training gives the same
/// file.
/// </summary>
internal sealed record SavedHistory(
    IReadOnlyList<SavedHistory.Entry> Epochs, int EpochCount, IReadOnlyList<BadImage> BadImages, int? BestEpoch, int? ModelEpoch,
    bool IsCanceled, bool IsStoppedEarly)
{
    public static SavedHistory From(TrainingHistory history) => new(
        [.. history.Epochs.Select(epoch => new Entry(
            epoch.TrainLoss, epoch.TrainAccuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.ValidationTop5Accuracy,
            epoch.ValidationMacroF1, epoch.LearningRate) { ValidationMeanAveragePrecision = epoch.ValidationMeanAveragePrecision })],
        history.Epochs.Count > 0 ? history.Epochs[0].EpochCount : 0, history.BadImages, history.BestEpoch, history.ModelEpoch,
        history.IsCanceled, history.IsStoppedEarly);

    public TrainingHistory ToHistory() => new()
    {
        Epochs =
        [
            .. Epochs.Select((epoch, place) => new TrainingProgress
            {
                Epoch = place + 1,
                EpochCount = EpochCount,
                TrainLoss = epoch.TrainLoss,
                TrainAccuracy = epoch.TrainAccuracy,
                ValidationLoss = epoch.ValidationLoss,
                ValidationAccuracy = epoch.ValidationAccuracy,
                ValidationTop5Accuracy = epoch.ValidationTop5Accuracy,
                ValidationMacroF1 = epoch.ValidationMacroF1,
                ValidationMeanAveragePrecision = epoch.ValidationMeanAveragePrecision,
                LearningRate = epoch.LearningRate,
                ImagesPerSecond = double.NaN,
                Seconds = double.NaN,
            }),
        ],
        BadImages = BadImages,
        BestEpoch = BestEpoch,
        ModelEpoch = ModelEpoch,
        IsCanceled = IsCanceled,
        IsStoppedEarly = IsStoppedEarly,
    };

    internal sealed record Entry(
        double TrainLoss, double TrainAccuracy, double? ValidationLoss, double? ValidationAccuracy, double? ValidationTop5Accuracy,
        double? ValidationMacroF1, double LearningRate)
    {
        /// <summary>Of a classifier that may give an image several labels; not before format 6.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public double? ValidationMeanAveragePrecision { get; init; }
    }
}
