namespace MLNet.ResNetFamily;

// Images that cannot be read, and weights that are no numbers any more.
internal sealed partial class TrainingLoop
{
    /// <summary>
    /// The places of the images that were thought readable when the epoch began, also where it began before a checkpoint.
    /// </summary>
    private IReadOnlyList<int> ReadableAtTheStart(TrainingPhase phase, int epoch)
    {
        if (phase.Train != _train)
            return phase.Train.ReadableIndices;
        return [.. phase.Train.ReadableIndices.Union(_state.BadImages.Where(bad => bad.Epoch == epoch && !bad.IsValidation)
            .Select(bad => bad.Index)).Order()];
    }

    private void WriteCheckpoint()
    {
        if (!DivergenceCheck.IsFinite(_network))
            throw WeightsDiverged();
        _checkpoints!.Write(_state);
    }

    private void RequireFiniteWeights()
    {
        if (!DivergenceCheck.IsFinite(_network))
            throw Agreed(WeightsDiverged());
    }

    private InvalidOperationException WeightsDiverged() =>
        DivergenceCheck.Error("A weight is no finite number any more", _state, _options, _checkpoints?.Newest);

    private void LeaveOut(int index, BadImage bad, bool isValidation)
    {
        var found = new FoundBadImage(bad, index, isValidation, _state.Epoch);
        if (_parallel is null)
            Report(found);
        else
            _parallel.Found(found);
    }

    private void Report(FoundBadImage found)
    {
        _state.BadImages.Add(found);
        _log($"'{found.Image.Origin}' is left out: {found.Image.Reason}");
    }
}
