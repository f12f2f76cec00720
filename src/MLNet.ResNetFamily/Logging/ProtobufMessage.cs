using Google.Protobuf;

namespace MLNet.ResNetFamily;

/// <summary>A message of protocol buffers, written field by field.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public ProtobufMessage() => _output = new(_bytes, leaveOpen: true);

    public ProtobufMessage Add(int field, double value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed64);
        _output.WriteDouble(value);
        return this;
    }

    public ProtobufMessage Add(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
        return this;
    }

    public ProtobufMessage Add(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
        return this;
    }

    public ProtobufMessage Add(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
        return this;
    }

    public ProtobufMessage Add(int field, ReadOnlySpan<byte> value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(ByteString.CopyFrom(value));
        return this;
    }

    /// <summary>Numbers in packed form.</summary>
    public ProtobufMessage Add(int field, IReadOnlyCollection<double> values)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteLength(values.Count * sizeof(double));
        foreach (var value in values)
            _output.WriteDouble(value);
        return this;
    }

    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, value.ToBytes());

    public byte[] ToBytes()
    {
        _output.Flush();
        return _bytes.ToArray();
    }
}
