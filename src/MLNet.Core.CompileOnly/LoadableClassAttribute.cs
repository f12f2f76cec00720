namespace Microsoft.ML;

/// <summary>Tells ML.NET of a component that it can create by name.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class LoadableClassAttribute : Attribute
{
    /// <summary>Declares the component.</summary>
    /// <param name="instType">Type of what is created.</param>
    /// <param name="loaderType">Type whose static method Create makes it.</param>
    /// <param name="argType">Type of its arguments, or null.</param>
    /// <param name="sigType">Delegate that names the kind of component.</param>
    /// <param name="userName">Name shown to people; empty hides it.</param>
    /// <param name="loadNames">Names that it is found by.</param>
    public LoadableClassAttribute(Type instType, Type loaderType, Type? argType, Type sigType, string userName, params string[] loadNames)
    {
    }
}
