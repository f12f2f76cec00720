using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>
/// The members of ML.NET that it keeps to itself and an estimator from outside cannot do without. They are reached here and nowhere else.
/// </summary>
internal static class MLNetInternals
{
    private const BindingFlags NonPublicInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The environment behind one of the catalogs of an MLContext.</summary>
    /// <param name="catalog">A catalog such as <c>mlContext.Transforms</c>.</param>
    public static IHostEnvironment Environment(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return (IHostEnvironment)(InterfaceProperty(catalog, "Microsoft.ML.Data.IInternalCatalog", "Environment")
            ?? throw Missing("Microsoft.ML.Data.IInternalCatalog.Environment"));
    }

    /// <summary>The seed that the MLContext was made with, or null.</summary>
    public static int? Seed(IHostEnvironment environment) =>
        (int?)InterfaceProperty(environment, "Microsoft.ML.Runtime.IHostEnvironmentInternal", "Seed");

    /// <summary>The GPU that the MLContext asks for, or null.</summary>
    public static int? GpuDeviceId(IHostEnvironment environment) =>
        (int?)InterfaceProperty(environment, "Microsoft.ML.Runtime.IHostEnvironmentInternal", "GpuDeviceId");

    /// <summary>Whether the MLContext allows the processor when its GPU is missing.</summary>
    public static bool FallbackToCpu(IHostEnvironment environment) =>
        (bool)InterfaceProperty(environment, "Microsoft.ML.Runtime.IHostEnvironmentInternal", "FallbackToCpu")!;

    /// <summary>A column of a schema's shape; the struct's constructor is internal.</summary>
    public static SchemaShape.Column ShapeColumn(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey = false, SchemaShape? annotations = null) =>
        NewShapeColumn(name, kind, itemType, isKey, annotations);

    /// <summary>Saves one binary stream and what ML.NET needs to find the loader again.</summary>
    /// <param name="context">What ML.NET hands to a model that is saved.</param>
    /// <param name="modelSignature">Eight ASCII characters that tell kinds of models apart.</param>
    /// <param name="loaderSignature">Name of the loader as its assembly attribute has it; at most 24 ASCII characters.</param>
    /// <param name="formatVersion">Version of the stream's format.</param>
    /// <param name="streamName">Name of the stream in the saved archive.</param>
    /// <param name="write">Writes the stream's content.</param>
    public static void Save(
        ModelSaveContext context, string modelSignature, string loaderSignature, uint formatVersion, string streamName,
        Action<BinaryWriter> write)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckAtModel(context);

        var core = typeof(ModelSaveContext).Assembly;
        var versionType = core.GetType("Microsoft.ML.VersionInfo") ?? throw Missing("Microsoft.ML.VersionInfo");
        // The assembly's simple name: a version in it would keep an older library from reaching the check of the format version.
        var version = Activator.CreateInstance(
            versionType, NonPublicInstance, null,
            [
                modelSignature, formatVersion, formatVersion, 1u, typeof(MLNetInternals).Assembly.GetName().Name, loaderSignature, null,
            ], null);
        var setVersionInfo = typeof(ModelSaveContext).GetMethod("SetVersionInfo", NonPublicInstance, [versionType])
            ?? throw Missing("Microsoft.ML.ModelSaveContext.SetVersionInfo");
        setVersionInfo.Invoke(context, BindingFlags.DoNotWrapExceptions, null, [version], null);

        SaveBinaryStream(context, streamName, write);
    }

    /// <summary>Reads a stream that <see cref="Save"/> wrote.</summary>
    /// <param name="context">What ML.NET hands to a loader: a Microsoft.ML.ModelLoadContext.</param>
    /// <param name="streamName">Name of the stream in the saved archive.</param>
    /// <param name="read">Reads the stream's content.</param>
    /// <returns>Whether the archive holds the stream.</returns>
    public static bool TryLoad(object context, string streamName, Action<BinaryReader> read)
    {
        ArgumentNullException.ThrowIfNull(context);
        var method = context.GetType().GetMethod("TryLoadBinaryStream", NonPublicInstance, [typeof(string), typeof(Action<BinaryReader>)])
            ?? throw Missing("Microsoft.ML.ModelLoadContext.TryLoadBinaryStream");
        return (bool)method.Invoke(context, BindingFlags.DoNotWrapExceptions, null, [streamName, read], null)!;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SchemaShape.Column NewShapeColumn(
        string name, SchemaShape.Column.VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape? annotations);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void CheckAtModel(ModelSaveContext context);

    /// <summary>Saves one more binary stream beside that of <see cref="Save"/>; read by <see cref="TryLoad"/>.</summary>
    /// <param name="context">What ML.NET hands to a model that is saved.</param>
    /// <param name="name">Name of the stream in the saved archive.</param>
    /// <param name="action">Writes the stream's content.</param>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern void SaveBinaryStream(ModelSaveContext context, string name, Action<BinaryWriter> action);

    /// <summary>Saves a model as a part of another; read by <see cref="LoadModel"/>.</summary>
    /// <param name="context">What ML.NET hands to a model that is saved.</param>
    /// <param name="value">The model of that part.</param>
    /// <param name="name">Name of the part in the saved archive.</param>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern void SaveModel<T>(ModelSaveContext context, T value, string name) where T : class;

    /// <summary>Loads a model that is a part of another.</summary>
    /// <param name="environment">Where messages go.</param>
    /// <param name="context">What ML.NET hands to a loader: a Microsoft.ML.ModelLoadContext.</param>
    /// <param name="name">Name of the part in the saved archive.</param>
    /// <exception cref="InvalidDataException">The archive has no such part.</exception>
    public static ITransformer LoadModel(IHostEnvironment environment, object context, string name)
    {
        const string Method = "LoadModelOrNull";
        var signature = typeof(ModelSaveContext).Assembly.GetType("Microsoft.ML.SignatureLoadModel")
            ?? throw Missing("Microsoft.ML.SignatureLoadModel");
        var method = context.GetType().GetMethods(NonPublicInstance)
            .FirstOrDefault(candidate => candidate.Name == Method && candidate.GetParameters()[2].ParameterType == typeof(string))
            ?? throw Missing($"Microsoft.ML.ModelLoadContext.{Method}");
        object?[] arguments = [environment, null, name, Array.Empty<object>()];
        method.MakeGenericMethod(typeof(ITransformer), signature)
            .Invoke(context, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        return (ITransformer?)arguments[1] ?? throw new InvalidDataException(
            $"The saved model has no part '{name}'. Save the model again, or take another copy of the file.");
    }

    private static object? InterfaceProperty(object instance, string interfaceName, string propertyName)
    {
        var face = instance.GetType().GetInterfaces().FirstOrDefault(i => i.FullName == interfaceName)
            ?? throw Missing($"{interfaceName} on {instance.GetType().FullName}");
        var property = face.GetProperty(propertyName) ?? throw Missing($"{interfaceName}.{propertyName}");
        return property.GetValue(instance, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    private static InvalidOperationException Missing(string member) => new(
        $"This version of ML.NET ({typeof(ModelSaveContext).Assembly.GetName().Version}) has no '{member}', " +
        "which MLNet.ResNetFamily needs. Use the version of Microsoft.ML that MLNet.ResNetFamily names as its dependency.");
}
