namespace System.Runtime.CompilerServices;

/// <summary>Read by the runtime, by name: this assembly may use the internal types of the named one.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
