using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>How records are written as JSON: without what is computed from the rest, enumerations and infinities by name.</summary>
internal static class RecordJson
{
    /// <summary>With names in camelCase.</summary>
    public static readonly JsonSerializerOptions CamelCase = Make(JsonSerializerDefaults.Web);

    /// <summary>With the names of the properties as they are.</summary>
    public static readonly JsonSerializerOptions AsNamed = Make(JsonSerializerDefaults.General);

    private static JsonSerializerOptions Make(JsonSerializerDefaults defaults) => new(defaults)
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };
}
