using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// Reads one pickled object without running anything: it knows the instructions that build plain values, and calls nothing but the
/// globals that it is given. What comes of any other global is inert; any other instruction is refused by its name.
/// </summary>
/// <remarks>The format is described in Python's <c>Lib/pickletools.py</c>. Protocols 2 to 5.</remarks>
/// <param name="stream">Where the pickle begins; afterwards it stands behind the pickle.</param>
/// <param name="origin">Path of the file, for messages.</param>
/// <param name="findGlobal">The global of a module and a name; null for one whose values are inert.</param>
/// <param name="loadPersistent">What stands for an object that is stored elsewhere; null refuses all of them.</param>
internal sealed class PickleReader(
    Stream stream, string origin, Func<string, string, PickleGlobal?> findGlobal, Func<object?, object?>? loadPersistent = null)
{
    // Far above any checkpoint (a tensor takes about 30 steps), and low enough for the memory that one-byte instructions can claim.
    private const int MaximumStepCount = 1_000_000;
    private const int MaximumNameLength = 512;

    // Of the calls that this reader knows.
    private const int MaximumArgumentCount = 8;

    // Python numbers what it stores one after another; some versions leave out the first number.
    private const int MaximumMemoGap = 16;

    private static readonly object Unset = new();

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object?> _memo = [];

    /// <summary>Reads up to and including the instruction that ends the pickle.</summary>
    /// <exception cref="InvalidDataException">The pickle is damaged, or holds more than plain values and the given globals.</exception>
    public object? Read()
    {
        for (var step = 0; step < MaximumStepCount; step++)
        {
            var opcode = (PickleOpcode)ReadByte();
            if (opcode == PickleOpcode.Stop)
                return Pop();
            Execute(opcode);
        }
        throw Broken($"it takes more than {MaximumStepCount} steps to read, which no weights need");
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto: CheckProtocol(ReadByte()); break;
            case PickleOpcode.Frame: ReadInt64(); break;

            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt1: Push((long)ReadByte()); break;
            case PickleOpcode.BinInt2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(2))); break;
            case PickleOpcode.BinInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(4))); break;
            case PickleOpcode.Long1: Push(ReadInteger(ReadByte())); break;
            // No weights need a number of more than 255 bytes; where one stands beside them, it is passed over.
            case PickleOpcode.Long4: ReadBytes(ReadUInt32()); Push(new PickleInert("int")); break;
            case PickleOpcode.BinFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(ReadBytes(8))); break;
            case PickleOpcode.BinUnicode or PickleOpcode.BinString: Push(ReadText(ReadUInt32())); break;
            case PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString: Push(ReadText(ReadByte())); break;
            case PickleOpcode.BinUnicode8: Push(ReadText(ReadInt64())); break;
            case PickleOpcode.BinBytes: Push(ReadBytes(ReadUInt32())); break;
            case PickleOpcode.ShortBinBytes: Push(ReadBytes(ReadByte())); break;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8: Push(ReadBytes(ReadInt64())); break;

            case PickleOpcode.Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.EmptyTuple: Push(PickleTuple.Empty); break;
            case PickleOpcode.Tuple1: Push(new PickleTuple(PopMany(1))); break;
            case PickleOpcode.Tuple2: Push(new PickleTuple(PopMany(2))); break;
            case PickleOpcode.Tuple3: Push(new PickleTuple(PopMany(3))); break;
            case PickleOpcode.Tuple: Push(new PickleTuple(PopToMark())); break;
            case PickleOpcode.FrozenSet: PushFrozenSet(); break;
            case PickleOpcode.Pop: Pop(); break;
            case PickleOpcode.PopMark: PopToMark(); break;
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet: Push(new PickleList()); break;
            case PickleOpcode.Append: Extend(PopMany(1)); break;
            case PickleOpcode.Appends or PickleOpcode.AddItems: Extend(PopToMark()); break;
            case PickleOpcode.EmptyDict: Push(new PickleDict()); break;
            case PickleOpcode.SetItem: SetItems(PopMany(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;

            case PickleOpcode.BinPut: Store(ReadByte()); break;
            case PickleOpcode.LongBinPut: Store(ReadUInt32()); break;
            case PickleOpcode.Memoize: Store(_memo.Count); break;
            case PickleOpcode.BinGet: Push(Recall(ReadByte())); break;
            case PickleOpcode.LongBinGet: Push(Recall(ReadUInt32())); break;

            case PickleOpcode.Global: Push(Find(ReadLine(), ReadLine())); break;
            case PickleOpcode.StackGlobal: PushStackGlobal(); break;
            case PickleOpcode.Reduce or PickleOpcode.NewObj: Call(PopMany(2)); break;
            case PickleOpcode.NewObjEx: CallWithKeywords(); break;
            case PickleOpcode.Build: Build(); break;
            case PickleOpcode.BinPersId: Push((loadPersistent ?? throw Refused(opcode)).Invoke(Pop())); break;
            default: throw Refused(opcode);
        }
    }

    private InvalidDataException Refused(PickleOpcode opcode) => Broken(Enum.IsDefined(opcode)
        ? $"it holds the pickle instruction {opcode.ToString().ToUpperInvariant()}, which no state_dict needs"
        : $"it is not a pickle: {(int)opcode:x2} is no instruction of that format");

    private void CheckProtocol(int protocol)
    {
        if (protocol is < 2 or > 5)
            throw Broken($"it is a pickle of protocol {protocol}, but protocols 2 to 5 are read");
    }

    private object Find(string module, string name)
    {
        if (HostileGlobals.Include(module, name))
            throw Broken($"its pickle asks for the Python global '{module}.{name}', which no checkpoint needs; nothing was run");
        return (object?)findGlobal(module, name) ?? new PickleInert($"{module}.{name}");
    }

    private void PushStackGlobal()
    {
        if (PopMany(2) is not [string module, string name])
            throw Broken("a pickled name is not text");
        Push(Find(module, name));
    }

    private void Call(object?[] callAndArguments)
    {
        if (callAndArguments is not [var callee, PickleTuple arguments])
            throw Broken("its pickle calls something that cannot be called");
        try
        {
            Push(callee switch
            {
                PickleGlobal { Call: { } call } => call(arguments.Items),
                PickleGlobal { Name: var name } => new PickleInert(name, arguments),
                PickleInert { Name: var name } => new PickleInert(name, arguments),
                _ => throw Broken("its pickle calls something that cannot be called"),
            });
        }
        // What needs an inert value is inert itself: a tensor of a type that is not read, for example.
        catch (InvalidCastException) when (arguments.Items.Take(MaximumArgumentCount).OfType<PickleInert>().FirstOrDefault() is { } cause)
        {
            Push(new PickleInert(cause.Name, arguments));
        }
        catch (InvalidCastException)
        {
            throw Broken($"its pickle calls '{((PickleGlobal)callee!).Name}' with {arguments.Items.Count} unsuitable arguments");
        }
    }

    private void CallWithKeywords()
    {
        var keywords = Pop();
        Call(PopMany(2));
        (Peek() as PickleInert ?? throw Refused(PickleOpcode.NewObjEx)).Add(keywords);
    }

    // The state of a dict holds attributes such as '_metadata', which say nothing about the values.
    private void Build()
    {
        var state = Pop();
        if (Peek() is PickleInert inert)
            inert.Add(state);
        else if (Peek() is not PickleDict)
            throw Broken("its pickle sets attributes of something other than a dict");
    }

    private void PushFrozenSet()
    {
        var set = new PickleList();
        set.AddRange(PopToMark());
        Push(set);
    }

    private void Extend(IReadOnlyList<object?> items)
    {
        switch (Peek())
        {
            case PickleList list: list.AddRange(items); break;
            case PickleInert inert: AddAll(inert, items); break;
            default: throw Broken("its pickle appends to something other than a list");
        }
    }

    private void SetItems(IReadOnlyList<object?> items)
    {
        if (Peek() is PickleInert inert)
        {
            AddAll(inert, items);
            return;
        }
        if (Peek() is not PickleDict dict || items.Count % 2 != 0)
            throw Broken("its pickle sets items of something other than a dict");
        for (var index = 0; index < items.Count; index += 2)
            dict.Add(items[index], items[index + 1]);
    }

    private static void AddAll(PickleInert inert, IReadOnlyList<object?> items)
    {
        foreach (var item in items)
            inert.Add(item);
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Pop() => PopMany(1)[0];

    private object? Peek()
    {
        CheckStack(1);
        return _stack[^1];
    }

    private object?[] PopMany(int count)
    {
        CheckStack(count);
        var items = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Broken("its pickle lacks a mark");
        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopMany(_stack.Count - mark);
    }

    // What lies below the last mark is out of reach until the mark is gone.
    private void CheckStack(int count)
    {
        if (_stack.Count - count < (_marks.Count == 0 ? 0 : _marks[^1]))
            throw Broken("its pickle takes more values than it has");
    }

    private void Store(long index)
    {
        if (index > _memo.Count + MaximumMemoGap)
            throw Broken($"its pickle stores value {index} after {_memo.Count} others");
        while (_memo.Count <= index)
            _memo.Add(Unset);
        _memo[(int)index] = Peek();
    }

    private object? Recall(long index) => index < _memo.Count && _memo[(int)index] is var value && value != Unset
        ? value
        : throw Broken($"its pickle recalls value {index}, which it has not stored");

    private object ReadInteger(int length)
    {
        var value = new BigInteger(ReadBytes(length));
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    private string ReadText(long length) => Encoding.UTF8.GetString(ReadBytes(length));

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (var value = ReadByte(); value != '\n'; value = ReadByte())
        {
            if (line.Append((char)value).Length > MaximumNameLength)
                throw Broken("it holds a name that does not end");
        }
        return line.ToString();
    }

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));

    private long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(8));

    private byte ReadByte()
    {
        var value = stream.ReadByte();
        return value >= 0 ? (byte)value : throw Broken("its pickle is cut off");
    }

    private byte[] ReadBytes(long length)
    {
        if (length < 0 || length > stream.Length - stream.Position)
            throw Broken("its pickle is cut off");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private InvalidDataException Broken(string fault) => PthFile.Broken(origin, fault);
}
