using System.Buffers.Binary;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>Writes a state_dict as PyTorch's zip form, which <c>torch.load(path, weights_only=True)</c> reads.</summary>
internal static class PthWriter
{
    private const string Folder = "archive";
    private const string Version = "3\n";

    /// <summary>Writes tensors under their keys, in the given order.</summary>
    /// <param name="stream">An empty file.</param>
    /// <param name="tensors">The tensors; a key must not come twice.</param>
    public static void Write(Stream stream, IReadOnlyList<TensorToWrite> tensors)
    {
        var keys = tensors.Select(tensor => tensor.Description.Key);
        if (keys.GroupBy(key => key).FirstOrDefault(group => group.Count() > 1) is { Key: var key })
            throw new ArgumentException($"A state_dict cannot hold two tensors named '{key}'.", nameof(tensors));

        var zip = new ZipWriter(stream);
        zip.Add($"{Folder}/data.pkl", Pickle(tensors));
        zip.Add($"{Folder}/byteorder", "little"u8);
        for (var index = 0; index < tensors.Count; index++)
            tensors[index].Provide(elements => zip.Add($"{Folder}/data/{index}", elements));
        zip.Add($"{Folder}/version", Encoding.ASCII.GetBytes(Version));
        zip.Finish();
    }

    // OrderedDict() filled with key: _rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict()).
    private static byte[] Pickle(IReadOnlyList<TensorToWrite> tensors)
    {
        var pickle = new PickleWriter();
        pickle.Op(PickleOpcode.Proto, 2);
        pickle.EmptyOrderedDict();
        pickle.Op(PickleOpcode.Mark);
        for (var index = 0; index < tensors.Count; index++)
        {
            var description = tensors[index].Description;
            pickle.Text(description.Key);
            pickle.Global("torch._utils", "_rebuild_tensor_v2");
            pickle.Op(PickleOpcode.Mark);
            WriteStorage(pickle, description, index);
            pickle.Integer(0);
            pickle.Integers(description.Shape);
            pickle.Integers(RowMajorStrides(description.Shape));
            pickle.Op(PickleOpcode.NewFalse);
            pickle.EmptyOrderedDict();
            pickle.Op(PickleOpcode.Tuple);
            pickle.Op(PickleOpcode.Reduce);
        }
        pickle.Op(PickleOpcode.SetItems);
        pickle.Op(PickleOpcode.Stop);
        return pickle.ToArray();
    }

    private static void WriteStorage(PickleWriter pickle, StoredTensor description, int index)
    {
        pickle.Op(PickleOpcode.Mark);
        pickle.Text("storage");
        pickle.Global("torch", DataTypes.Of(description.DataType).Storage);
        pickle.Text($"{index}");
        pickle.Text("cpu");
        pickle.Integer(description.ElementCount);
        pickle.Op(PickleOpcode.Tuple);
        pickle.Op(PickleOpcode.BinPersId);
    }

    private static long[] RowMajorStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        for (var (axis, stride) = (shape.Count - 1, 1L); axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, shape[axis]);
        }
        return strides;
    }

    private sealed class PickleWriter
    {
        private readonly MemoryStream _bytes = new();

        public byte[] ToArray() => _bytes.ToArray();

        public void Op(PickleOpcode opcode, params ReadOnlySpan<byte> argument)
        {
            _bytes.WriteByte((byte)opcode);
            _bytes.Write(argument);
        }

        public void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            Op(PickleOpcode.BinUnicode, length);
            _bytes.Write(bytes);
        }

        public void Global(string module, string name) => Op(PickleOpcode.Global, Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

        public void EmptyOrderedDict()
        {
            Global("collections", "OrderedDict");
            Op(PickleOpcode.EmptyTuple);
            Op(PickleOpcode.Reduce);
        }

        public void Integer(long value)
        {
            Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
            if (value is >= int.MinValue and <= int.MaxValue)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value);
                Op(PickleOpcode.BinInt, bytes[..sizeof(int)]);
                return;
            }
            bytes[0] = sizeof(long);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value);
            Op(PickleOpcode.Long1, bytes);
        }

        public void Integers(IReadOnlyList<long> values)
        {
            Op(PickleOpcode.Mark);
            foreach (var value in values)
                Integer(value);
            Op(PickleOpcode.Tuple);
        }
    }
}
