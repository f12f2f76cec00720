namespace MLNet.ResNetFamily;

// Where a training by several processes differs from that of one.
internal sealed partial class TrainingLoop
{
    private void Resume()
    {
        var isResumed = _checkpoints?.TryResume(_state) == true;
        using var copy = _parallel?.Checkpoint(isResumed ? _checkpoints!.Newest : null);
        if (copy is not null)
            Checkpoint.Read(copy.Path, _state, _fingerprint!);
        if (isResumed)
            _log($"Training goes on from '{_checkpoints!.Newest}': epoch {_state.Epoch}, after {_state.BatchCount} batches.");
    }

    private IEnumerable<ITrainingBatch> Batches(IDataset train, EpochSampler order, int epoch) =>
        _parallel?.Read(train, order, _state.BatchCount, epoch)
        ?? train.Read(order.Indices[Math.Min(order.Indices.Length, _state.BatchCount * order.BatchSize)..], order.BatchSize, epoch);

    // All processes' images; those that turned out to be broken are not counted anew.
    private int ImageCount(ITrainingBatch batch, EpochSampler order) => _parallel is null
        ? batch.Indices.Length
        : Math.Min(order.BatchSize, order.Indices.Length - (_state.BatchCount - 1) * order.BatchSize);

    private void FinishStep()
    {
        if (_parallel is not null)
        {
            var sums = _step.Exchange(Admit);
            if (sums.DivergedCount > 0 || sums.Totals.Count > 0)
                NoteLoss(sums.DivergedCount > 0 ? double.NaN : sums.Totals.Loss);
        }
        _step.Finish();
    }

    // Several processes may find the same image, where classes of few are balanced or each sees them all.
    private void Admit(FoundBadImage found)
    {
        if (_state.BadImages.Any(known => (known.Index, known.IsValidation) == (found.Index, found.IsValidation)))
            return;
        (found.IsValidation ? _validation : _train)!.Know(found.Index, found.Image);
        Report(found);
    }

    // Every process throws it.
    private T Agreed<T>(T error) where T : Exception => _parallel?.Agreed(error) ?? error;
}
