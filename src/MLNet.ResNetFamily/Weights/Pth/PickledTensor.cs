namespace MLNet.ResNetFamily;

/// <summary>A block of elements that one or more pickled tensors look into.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Type of its elements; null where it is said by the tensors alone.</param>
/// <param name="BlockLength">Number of elements, or of bytes where the type is null.</param>
/// <param name="Start">
/// First element that tensors may use: 0, except in very old files, where a storage can be a part of another one.
/// </param>
/// <param name="Length">Number of elements from there on that they may use.</param>
internal sealed record PickledStorage(string Key, DataTypeNames? Type, long BlockLength, long Start, long Length)
{
    /// <summary>Stands for one of a type that is not read, so that what looks into it counts as a tensor.</summary>
    public static PickledStorage Unreadable { get; } = new("", null, 0, 0, 0);

    /// <summary>Bytes of one element as far as the storage itself knows them.</summary>
    public int ElementBytes => Type?.ByteCount ?? 1;
}

/// <summary>A tensor as a pickle describes it: a storage, and where each element stands in it.</summary>
/// <param name="Storage">The block of elements.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Offset">Place of the first element, in elements.</param>
/// <param name="Shape">Size of each dimension.</param>
/// <param name="Strides">How many elements lie between neighbours of each dimension; 0 where one value stands for all.</param>
internal sealed record PickledTensor(
    PickledStorage Storage, DataTypeNames Type, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides)
{
    /// <summary>Whether the elements lie one after another in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var axis = Shape.Count - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != expected)
                    return false;
                expected *= Shape[axis];
            }
            return true;
        }
    }

    /// <summary>Number of elements between the first and the last one used, both included; null when nonsense.</summary>
    public long? Reach
    {
        get
        {
            var reach = 1L;
            for (var axis = 0; axis < Shape.Count; axis++)
            {
                if (Shape[axis] == 0)
                    return 0;
                if (Shape[axis] < 0 || Strides[axis] < 0)
                    return null;
                var extended = reach + (Int128)(Shape[axis] - 1) * Strides[axis];
                if (extended > long.MaxValue)
                    return null;
                reach = (long)extended;
            }
            return reach;
        }
    }

    /// <summary>Copies the elements out of the stretch of storage that begins at <see cref="Offset"/>, into row-major order.</summary>
    public void Gather(ReadOnlySpan<byte> stretch, Span<byte> destination)
    {
        if (destination.Length == 0)
            return;
        if (Shape.Count == 0)
        {
            stretch[..Type.ByteCount].CopyTo(destination);
            return;
        }
        var index = new long[Shape.Count - 1];
        var (width, stride) = (Type.ByteCount, checked((int)(Strides[^1] * Type.ByteCount)));
        for (var rowStart = 0L; destination.Length > 0; rowStart = NextRow(index, rowStart))
        {
            var from = checked((int)(rowStart * width));
            for (var column = 0L; column < Shape[^1]; column++, from += stride)
            {
                stretch.Slice(from, width).CopyTo(destination);
                destination = destination[width..];
            }
        }
    }

    private long NextRow(long[] index, long rowStart)
    {
        for (var axis = index.Length - 1; axis >= 0; axis--)
        {
            if (++index[axis] < Shape[axis])
                return rowStart + Strides[axis];
            index[axis] = 0;
            rowStart -= (Shape[axis] - 1) * Strides[axis];
        }
        return rowStart;
    }
}
