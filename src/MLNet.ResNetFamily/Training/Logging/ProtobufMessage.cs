using Google.Protobuf;

namespace MLNet.ResNetFamily;

/// <summary>A message of protocol buffers, written field by field.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public ProtobufMessage() => _output = new(_bytes, leaveOpen: true);

    public ProtobufMessage Add(int field, double value) => Add(field, WireFormat.WireType.Fixed64, output => output.WriteDouble(value));

    public ProtobufMessage Add(int field, float value) => Add(field, WireFormat.WireType.Fixed32, output => output.WriteFloat(value));

    public ProtobufMessage Add(int field, long value) => Add(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    public ProtobufMessage Add(int field, string value) => Add(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

    public ProtobufMessage Add(int field, byte[] value) =>
        Add(field, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(ByteString.CopyFrom(value)));

    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, value.ToBytes());

    /// <summary>Numbers in packed form.</summary>
    public ProtobufMessage Add(int field, IReadOnlyCollection<double> values) => Add(field, WireFormat.WireType.LengthDelimited, output =>
    {
        output.WriteLength(values.Count * sizeof(double));
        foreach (var value in values)
            output.WriteDouble(value);
    });

    public byte[] ToBytes()
    {
        _output.Flush();
        return _bytes.ToArray();
    }

    private ProtobufMessage Add(int field, WireFormat.WireType type, Action<CodedOutputStream> writeValue)
    {
        _output.WriteTag(field, type);
        writeValue(_output);
        return this;
    }
}
