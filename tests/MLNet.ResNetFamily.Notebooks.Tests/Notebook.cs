using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>A notebook as a file: cells with code, and their outputs.</summary>
internal sealed class Notebook
{
    private static readonly JsonSerializerOptions AsJupyterWritesIt = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonNode _json;

    private Notebook(JsonNode json)
    {
        _json = json;
        Cells =
        [
            .. json["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select((cell, i) => new Cell(i + 1, cell!)),
        ];
    }

    /// <summary>The cells with code.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>What all cells have printed.</summary>
    public string Printed => string.Concat(Cells.Select(cell => cell.Printed));

    public static Notebook Open(string path) => Parse(File.ReadAllText(path));

    public static Notebook Parse(string json) => new(JsonNode.Parse(json)!);

    public void Save(string path) => File.WriteAllText(path, _json.ToJsonString(AsJupyterWritesIt) + "\n");

    /// <summary>A cell with code.</summary>
    /// <param name="number">From 1: the number that Jupyter writes beside it.</param>
    /// <param name="json">The cell in the file.</param>
    internal sealed class Cell(int number, JsonNode json)
    {
        public int Number => number;

        public string Name => (string?)json["id"] ?? "";

        public string Code
        {
            get => Text(json["source"]!);
            set => json["source"] = Lines(value);
        }

        /// <summary>
        /// The outputs' kinds in their order, those in a row as one: what is shown in one run and split in another is the same.
        /// </summary>
        public IReadOnlyList<string> OutputKinds =>
            [.. Outputs.Select(output => (string)output["output_type"]!).Aggregate(new List<string>(), (kinds, kind) =>
        {
            if (kinds.LastOrDefault() != kind)
                kinds.Add(kind);
            return kinds;
        })];

        public string Printed =>
            string.Concat(Outputs.Where(output => (string?)output["name"] == "stdout").Select(output => Text(output["text"]!)));

        /// <summary>What was shown as HTML.</summary>
        public string Html => string.Concat(Outputs.Select(output => output["data"]?["text/html"]).OfType<JsonNode>().Select(Text));

        private IEnumerable<JsonNode> Outputs => json["outputs"]!.AsArray().OfType<JsonNode>();

        public void Clear()
        {
            json["execution_count"] = number;
            json["outputs"] = new JsonArray();
        }

        public void Print(string text)
        {
            if (Outputs.LastOrDefault() is { } last && (string?)last["name"] == "stdout")
                last["text"] = Lines(Text(last["text"]!) + text);
            else
                json["outputs"]!.AsArray().Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(text) });
        }

        public void Show(string mimeType, string content) => json["outputs"]!.AsArray().Add(
            new JsonObject
            {
                ["data"] = new JsonObject { [mimeType] = Lines(content) },
                ["metadata"] = new JsonObject(),
                ["output_type"] = "display_data",
            });

        // A text is one string, or its lines.
        private static string Text(JsonNode text) =>
            text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!;

        private static JsonArray Lines(string text)
        {
            var lines = text.Split('\n');
            return
            [
                .. lines.Select((line, i) => i < lines.Length - 1 ? line + '\n' : line).Where(line => line.Length > 0)
                    .Select(line => JsonValue.Create(line)),
            ];
        }
    }
}
