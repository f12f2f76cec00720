namespace MLNet.ResNetFamily.Comparison;

/// <summary>A contestant failed, or did not understand what was asked of it.</summary>
/// <param name="message">What it said.</param>
/// <param name="isRefusal">Whether it does not know what its command line asks for.</param>
internal sealed class ContestantException(string message, bool isRefusal) : Exception(message)
{
    public bool IsRefusal => isRefusal;
}
