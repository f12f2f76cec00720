namespace Microsoft.ML;

/// <summary>Says how the component catalog makes instances of a class, by the signature and the name that a saved model gives.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : Attribute
{
    public LoadableClassAttribute(Type instType, Type argType, Type sigType, string userName, params string[] loadNames)
        : this(instType, instType, argType, sigType, userName, loadNames)
    {
    }

    public LoadableClassAttribute(Type instType, Type loaderType, Type argType, Type sigType, string userName, params string[] loadNames)
    {
        Contracts.CheckValue(instType, nameof(instType));
        Contracts.CheckValue(loaderType, nameof(loaderType));
        Contracts.CheckValue(sigType, nameof(sigType));
        Contracts.CheckParam(sigType.BaseType == typeof(MulticastDelegate), nameof(sigType), "LoadableClass signature type must be a delegate type");

        InstanceType = instType;
        LoaderType = loaderType;
        SignatureType = sigType;
        LoadNames = loadNames is { Length: > 0 } ? loadNames : [userName];
        Contracts.CheckParam(
            !LoadNames.Any(string.IsNullOrWhiteSpace), nameof(loadNames), "LoadableClass loadName parameter can't be empty");

        var parameters = sigType.GetMethod("Invoke").GetParameters().Select(parameter => parameter.ParameterType);
        ParameterTypes = (argType is null ? parameters : parameters.Prepend(argType)).ToArray();
    }

    public Type InstanceType { get; }

    public Type LoaderType { get; }

    public Type SignatureType { get; }

    public string[] LoadNames { get; }

    public Type[] ParameterTypes { get; }
}

internal delegate void SignatureLoadModel(ModelLoadContext ctx);
