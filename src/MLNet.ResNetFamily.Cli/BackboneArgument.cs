namespace MLNet.ResNetFamily.Cli;

/// <summary>Finds the backbone that a command line names.</summary>
internal static class BackboneArgument
{
    /// <exception cref="CommandLineException">No backbone has this name; the message lists those that exist.</exception>
    public static BackboneSpec Named(string name)
    {
        try
        {
            return Backbones.Named(name);
        }
        catch (ArgumentException error)
        {
            throw new CommandLineException(error.Text());
        }
    }
}
