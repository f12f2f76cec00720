using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads delimited text. Values are parsed when a cursor reaches their line; only those of active columns.</summary>
public sealed class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly DataViewSchema _schema;

    internal TextLoader(IHostEnvironment env, Options options)
    {
        _host = env.Register(nameof(TextLoader));
        _options = options;
        Contracts.CheckParam(options.Columns is { Length: > 0 }, nameof(options.Columns), "At least one column is needed");
        Contracts.CheckParam(
            options.Columns.All(column => column.Source is { Length: > 0 }), nameof(options.Columns), "Each column needs a source");
        var builder = new DataViewSchema.Builder();
        foreach (var column in options.Columns)
            builder.AddColumn(column.Name, column.Type);
        _schema = builder.ToSchema();
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        Contracts.CheckValue(source, nameof(source));
        return new View(this, source);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("The stand-in saves transformers, no data loaders.");

    internal static TextLoader CreateTextLoader<TInput>(IHostEnvironment env, Options options)
    {
        var type = typeof(TInput);
        var members = type.GetFields(BindingFlags.Public | BindingFlags.Instance).Concat<MemberInfo>(type
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0))
            .ToArray();
        Contracts.CheckParam(
            members.Length > 0, nameof(TInput), "Should define at least one public, readable field or property in TInput.");
        return new TextLoader(env, options.WithColumns(members.Select(ColumnOf).ToArray()));
    }

    private static Column ColumnOf(MemberInfo member)
    {
        var kind = member is FieldInfo ? "Field" : "Property";
        var source = member.GetCustomAttribute<LoadColumnAttribute>()
            ?? throw Contracts.Except($"{kind} '{member.Name}' is missing the LoadColumnAttribute attribute");
        var itemType = SchemaDefinition.Shape(SchemaDefinition.ValueTypeOf(member)).ItemType;
        if (!ColumnTypeExtensions.IsPrimitiveRawType(itemType))
            throw Contracts.Except($"{kind} {member.Name} is of unsupported type.");
        return new Column
        {
            Name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
            Source = source.Sources,
            DataKind = ColumnTypeExtensions.KindFromType(itemType),
            KeyCount = member.GetCustomAttribute<KeyTypeAttribute>() is { } key ? new KeyCount(key.Count) : null,
        };
    }

    public sealed class Range
    {
        public int Min;
        public int? Max;
        public bool ForceVector;

        public Range(int index)
        {
            Contracts.CheckParam(index >= 0, nameof(index), "Must be non-negative");
            Min = index;
            Max = index;
        }

        public Range(int min, int? max)
        {
            Contracts.CheckParam(min >= 0, nameof(min), "Must be non-negative");
            Contracts.CheckParam(!(max < min), nameof(max), "If specified, must be greater than or equal to min");
            Min = min;
            Max = max;
            ForceVector = true;
        }

        internal int Size => (Max ?? throw new NotSupportedException("The stand-in needs the last field of each range.")) - Min + 1;
    }

    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Contracts.CheckValue(name, nameof(name));
            Contracts.CheckValue(source, nameof(source));
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;

        internal PrimitiveDataViewType ItemType
        {
            get
            {
                var type = ColumnTypeExtensions.PrimitiveTypeFromKind(DataKind);
                return KeyCount?.Count is { } count ? new KeyDataViewType(type.RawType, count) : type;
            }
        }

        internal DataViewType Type => Source is [{ ForceVector: false }] ? ItemType : new VectorDataViewType(ItemType, Source.Sum(range => range.Size));
    }

    public class Options
    {
        public bool AllowQuoting;
        public char[] Separators = ['\t'];
        public Column[] Columns;
        public bool TrimWhitespace;
        public bool HasHeader;
        public bool MissingRealsAsNaNs;

        internal Options WithColumns(Column[] columns)
        {
            var copy = (Options)MemberwiseClone();
            copy.Columns = columns;
            return copy;
        }
    }

    private sealed class View(TextLoader loader, IMultiStreamSource source) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => loader._schema;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
            => new Cursor(loader, source, RowCursorUtils.ActiveColumns(columnsNeeded, Schema));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
            => [GetRowCursor(columnsNeeded, rand)];
    }

    private sealed class Cursor : RootCursorBase
    {
        private readonly TextLoader _loader;
        private readonly IMultiStreamSource _source;
        private readonly IField[] _fields;
        private readonly List<string> _texts = [];
        private TextReader _reader;
        private int _file;
        private long _line;

        public Cursor(TextLoader loader, IMultiStreamSource source, bool[] active)
        {
            _loader = loader;
            _source = source;
            _fields = loader._options.Columns
                .Select((column, i) => active[i]
                    ? (IField)RowCursorUtils.InvokeGeneric(FieldOf<int>, column.ItemType.RawType, column, loader._options)
                    : null)
                .ToArray();
        }

        private interface IField
        {
            void Parse(List<string> texts, long line);

            Delegate CreateGetter(Action check);
        }

        public override DataViewSchema Schema => _loader._schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _fields[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => RowCursorUtils.Typed<TValue>(_fields[column.Index]?.CreateGetter(CheckGood));

        protected override bool MoveNextCore()
        {
            if (NextLine() is not { } text)
                return false;
            Split(text);
            foreach (var field in _fields)
                field?.Parse(_texts, _line);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _reader?.Dispose();
            base.Dispose(disposing);
        }

        private static IField FieldOf<TValue>(Column column, Options options) => new Field<TValue>(column, options);

        /// <summary>The next line of data. Empty lines and comments are skipped, and each file's header.</summary>
        private string NextLine()
        {
            while (true)
            {
                var isStart = false;
                if (_reader is null)
                {
                    if (_file == _source.Count)
                        return null;
                    _reader = _source.OpenTextReader(_file++);
                    _line = 0;
                    isStart = true;
                }

                for (var text = _reader.ReadLine(); text is not null; text = _reader.ReadLine())
                {
                    _line++;
                    if (text.Length == 0 || text.StartsWith("//", StringComparison.Ordinal) || (isStart && text[0] == '#'))
                        continue;
                    if (!isStart || !_loader._options.HasHeader)
                        return text;
                    isStart = false;
                }

                _reader.Dispose();
                _reader = null;
            }
        }

        private void Split(string text)
        {
            var options = _loader._options;
            var separators = options.Separators;
            var skipSpaces = !separators.Contains(' ');
            var end = options.TrimWhitespace ? text.TrimEnd().Length : text.Length;
            var place = 0;
            _texts.Clear();
            do
            {
                while (skipSpaces && place < end && text[place] == ' ')
                    place++;

                if (options.AllowQuoting && place < end && text[place] == '"')
                {
                    _texts.Add(Quoted(text, end, separators, ref place));
                }
                else
                {
                    var start = place;
                    while (place < end && !separators.Contains(text[place]))
                        place++;
                    _texts.Add(text[start..place]);
                }
            }
            while (place++ < end);
        }

        /// <summary>A value in double quotes, in which two of them stand for one. What is quoted badly counts as empty.</summary>
        private string Quoted(string text, int end, char[] separators, ref int place)
        {
            var value = new StringBuilder();
            var isBad = true;
            for (place++; place < end; place++)
            {
                if (text[place] != '"')
                {
                    value.Append(text[place]);
                }
                else if (place + 1 < end && text[place + 1] == '"')
                {
                    value.Append('"');
                    place++;
                }
                else
                {
                    place++;
                    isBad = false;
                    break;
                }
            }

            for (; place < end && !separators.Contains(text[place]); place++)
                isBad |= text[place] != ' ';
            if (!isBad)
                return value.ToString();

            using var channel = _loader._host.Start("Parsing");
            channel.Warning(MessageSensitivity.None, $"Format error in line {_line}: Illegal quoting");
            return "";
        }

        private sealed class Field<TValue>(Column column, Options options) : IField
        {
            private readonly int[] _places = column.Source.SelectMany(range => Enumerable.Range(range.Min, range.Size)).ToArray();
            private readonly bool _isVector = column.Type is VectorDataViewType;
            private readonly PrimitiveDataViewType _itemType = column.ItemType;
            private TValue[] _values;

            public void Parse(List<string> texts, long line)
            {
                _values = new TValue[_places.Length];
                for (var i = 0; i < _places.Length; i++)
                {
                    var text = _places[i] < texts.Count ? texts[_places[i]] : "";
                    if (text.Length > 0 || options.MissingRealsAsNaNs)
                        _values[i] = ValueOf(text, line);
                }
            }

            public Delegate CreateGetter(Action check)
            {
                if (!_isVector)
                {
                    return new ValueGetter<TValue>((ref TValue value) =>
                    {
                        check();
                        value = _values[0];
                    });
                }

                return new ValueGetter<VBuffer<TValue>>((ref VBuffer<TValue> value) =>
                {
                    check();
                    VBuffer<TValue>.Copy(_values, 0, ref value, _values.Length);
                });
            }

            private TValue ValueOf(string text, long line)
                => TextParser.TryParse(_itemType, text, out var value)
                    ? (TValue)value
                    : throw Contracts.Except($"Could not parse value {text} in line {line}, column {column.Name}");
        }
    }
}
