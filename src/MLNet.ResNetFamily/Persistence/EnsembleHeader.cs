using System.Text.Json;

namespace MLNet.ResNetFamily;

/// <summary>What a saved ensemble says about itself; its members are models of their own beside it.</summary>
/// <param name="Format">Version of the format.</param>
/// <param name="Weights">Part of each member in the mean.</param>
internal sealed record EnsembleHeader(int Format, IReadOnlyList<double> Weights)
{
    public const int CurrentFormat = 1;

    /// <summary>Name of a member's part of the saved archive.</summary>
    public static string MemberName(int index) => FormattableString.Invariant($"Member_{index:000}");

    public void Write(BinaryWriter writer) => writer.Write(JsonSerializer.Serialize(this, RecordJson.CamelCase));

    /// <exception cref="InvalidDataException">The stream is damaged, or a newer library wrote it.</exception>
    public static EnsembleHeader Read(BinaryReader reader)
    {
        try
        {
            var header = JsonSerializer.Deserialize<EnsembleHeader>(reader.ReadString(), RecordJson.CamelCase);
            if (header?.Format > CurrentFormat)
            {
                throw new InvalidDataException(
                    $"The ensemble was saved in format {header.Format}, but this version of MLNet.ResNetFamily reads formats up to " +
                    $"{CurrentFormat}. Update MLNet.ResNetFamily.");
            }
            if (header is { Format: >= 1, Weights.Count: >= 2 } && header.Weights.All(weight => weight is > 0 and <= 1))
                return header;
            throw new JsonException("it has not a weight above 0 for each of two members or more");
        }
        catch (Exception error) when (error is JsonException or EndOfStreamException or FormatException)
        {
            throw new InvalidDataException(
                $"The header of {SavedModel.Origin} is damaged: {error.Message} Save the model again, or take another copy of the file.",
                error);
        }
    }
}
