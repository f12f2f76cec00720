using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Where a command's words go: results to standard output, progress and warnings to standard error.</summary>
/// <param name="isJson">Whether results are JSON objects, one a line, instead of text for people.</param>
internal sealed class Results(bool isJson)
{
    /// <summary>How a result becomes a line of JSON, and a line a result again.</summary>
    public static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteNumbers() },
    };

    private readonly IAnsiConsole _output = Create(Console.Out, Console.IsOutputRedirected);

    public bool IsJson => isJson;

    /// <summary>The console for progress and warnings.</summary>
    public IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Prints one result as a line of JSON; nothing where the reader is a person.</summary>
    public void Json(object result)
    {
        if (isJson)
            Console.Out.WriteLine(Line(result));
    }

    /// <summary>A result as a line of JSON.</summary>
    public static string Line(object result) => JsonSerializer.Serialize(result, OneLine);

    /// <summary>Prints one result for a person; nothing where the reader is a program.</summary>
    public void Text(string line)
    {
        if (!isJson)
            Console.Out.WriteLine(line);
    }

    /// <summary>Prints a table or the like for a person; nothing where the reader is a program.</summary>
    public void Show(IRenderable image)
    {
        if (isJson)
            return;
        // A pipe has no width, and a table must not be cut there.
        if (Console.IsOutputRedirected)
            _output.Profile.Width = 400;
        _output.Write(image);
    }

    /// <summary>Says something about the work that is not its result.</summary>
    public static void Note(string line) => Console.Error.WriteLine(line);

    // Colors and moving bars are for terminals: files and pipes get plain text.
    private static IAnsiConsole Create(TextWriter writer, bool isRedirected) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });

    /// <summary>NaN and infinity have no JSON form: they become null.</summary>
    private sealed class FiniteNumbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
