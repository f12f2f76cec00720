namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<bool>)[scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<bool>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(bool[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(bool)), dtype, device, requires_grad, names);

    public static Tensor tensor(bool[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(bool)), dtype, device,
            requires_grad, names);

    public static Tensor tensor(bool[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(bool)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<bool>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<bool> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<bool>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<bool> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<bool>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<bool> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<bool>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<bool> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<bool>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<byte>)[scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<byte>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<byte>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(byte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(byte)), dtype, device, requires_grad, names);

    public static Tensor tensor(byte[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(byte)), dtype, device,
            requires_grad, names);

    public static Tensor tensor(byte[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(byte)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<byte>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<byte>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<byte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<byte>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<byte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<byte>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<byte> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<byte>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<sbyte>)[scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<sbyte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(sbyte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<sbyte>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<sbyte>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(sbyte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(sbyte)), dtype, device, requires_grad,
            names);

    public static Tensor tensor(sbyte[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(sbyte)), dtype,
            device, requires_grad, names);

    public static Tensor tensor(sbyte[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(sbyte)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<sbyte>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<sbyte>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<sbyte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<sbyte>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<sbyte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<sbyte>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<sbyte> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<sbyte>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<short>)[scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<short>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(short[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<short>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<short>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(short[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(short)), dtype, device, requires_grad,
            names);

    public static Tensor tensor(short[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(short)), dtype,
            device, requires_grad, names);

    public static Tensor tensor(short[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(short)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<short>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<short>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<short> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<short>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<short> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<short>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<short> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<short>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<int>)[scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<int>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<int>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<int>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(int[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(int)), dtype, device, requires_grad, names);

    public static Tensor tensor(int[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(int)), dtype, device,
            requires_grad, names);

    public static Tensor tensor(int[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(int)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<int>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<int>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<int> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<int>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<int> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<int>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<long>)[scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<long>(dataArray, [dataArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<long>(dataArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<long>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(long)), dtype, device, requires_grad, names);

    public static Tensor tensor(long[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(long)), dtype, device,
            requires_grad, names);

    public static Tensor tensor(long[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(long)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<long>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<long>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<long> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<long>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<long> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<long>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<long> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<long>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<float>)[scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<float>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<float>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<float>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(float)), dtype, device, requires_grad,
            names);

    public static Tensor tensor(float[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(float)), dtype,
            device, requires_grad, names);

    public static Tensor tensor(float[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(float)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<float>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<float>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<float> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<float>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<float> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<float>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<float> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<float>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copied((ReadOnlySpan<double>)[scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<double>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<double>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<double>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(double)), dtype, device, requires_grad,
            names);

    public static Tensor tensor(double[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(double)), dtype,
            device, requires_grad, names);

    public static Tensor tensor(double[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(double)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<double>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<double> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<double>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<double> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<double>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<double> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<double>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(Half[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<Half>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(Half[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<Half>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Memory<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<Half>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(Half[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1)], ScalarTypes.Of(typeof(Half)), dtype, device, requires_grad, names);

    public static Tensor tensor(Half[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2)], ScalarTypes.Of(typeof(Half)), dtype, device,
            requires_grad, names);

    public static Tensor tensor(Half[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied(rawArray, [rawArray.GetLength(0), rawArray.GetLength(1), rawArray.GetLength(2), rawArray.GetLength(3)],
            ScalarTypes.Of(typeof(Half)), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<Half> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copied<Half>(rawArray.ToArray(), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<Half>(rawArray.ToArray(), dimensions.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(IList<Half> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<Half>(rawArray.ToArray(), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<Half> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Copied<Half>(rawArray.ToArray(), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(IList<Half> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied<Half>(rawArray.ToArray(), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);
}
