namespace MLNet.ResNetFamily;

/// <summary>A training whose loss or weights are no finite numbers any more; a search goes on with other recipes.</summary>
internal sealed class DivergedException(string message) : InvalidOperationException(message);
