namespace TorchSharp.Utils;

/// <summary>Gives a field another name in state dictionaries than its own.</summary>
public class ComponentNameAttribute : Attribute
{
    public string Name { get; set; } = "";
}
