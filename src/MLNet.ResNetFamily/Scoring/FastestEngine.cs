namespace MLNet.ResNetFamily;

/// <summary>Which engine was faster in float32 on a processor like this one.</summary>
internal static class FastestEngine
{
    public static ScoringEngine Of(string family) => ScoringEngine.OnnxRuntime;
}
