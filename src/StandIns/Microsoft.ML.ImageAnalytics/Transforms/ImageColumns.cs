using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>What the estimators that take pictures ask of their input.</summary>
internal static class ImageColumns
{
    public static void CheckIsImage(this IExceptionContext context, SchemaShape inputSchema, string inputColumnName)
    {
        if (!inputSchema.TryFindColumn(inputColumnName, out var input))
            throw context.ExceptSchemaMismatch(nameof(inputSchema), "input", inputColumnName);
        if (input.ItemType is not ImageDataViewType || input.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw context.ExceptSchemaMismatch(nameof(inputSchema), "input", inputColumnName, new ImageDataViewType().ToString(), input.GetTypeString());
    }
}
