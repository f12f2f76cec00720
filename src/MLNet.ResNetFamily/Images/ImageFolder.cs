using System.IO.Enumeration;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// A data view of a folder with one sub-folder per class: the text columns ImagePath and Label. Classes, and the files of each, come in
/// ordinal order; deeper folders belong to their class. Hidden files and folders are skipped, and so are files that no image extension
/// gives away; what is in a file only matters to who decodes it. Files are listed class by class while rows are read, every time anew.
/// </summary>
internal sealed class ImageFolder : IDataView
{
    public const string ImagePathColumnName = "ImagePath";
    public const string LabelColumnName = "Label";

    // Formats that are not decoded belong here too: the user is told of such a file when it is read, instead of missing it.
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".heic", ".heif", ".hif", ".avif",
        ".jxl",
    };

    private static readonly EnumerationOptions Visible = new()
    {
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    private static readonly EnumerationOptions VisibleAndDeeper = new()
    {
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
        RecurseSubdirectories = true,
    };

    private readonly string[] _classFolders;
    private long? _rowCount;

    private ImageFolder(string[] classFolders)
    {
        _classFolders = classFolders;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ImagePathColumnName, TextDataViewType.Instance);
        schema.AddColumn(LabelColumnName, TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    /// <summary>The names of the class folders, in order.</summary>
    public IEnumerable<string> ClassNames => _classFolders.Select(folder => Path.GetFileName(folder));

    /// <summary>The view of <paramref name="folder"/>. Paths begin with it as it is given.</summary>
    /// <exception cref="ArgumentException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder has no class folders, or one of them has no images.</exception>
    public static ImageFolder Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            var found = File.Exists(folder) ? "is a file" : "does not exist";
            throw new ArgumentException(
                $"'{folder}' {found}, but a folder with one sub-folder of images per class was expected. Check the path.", nameof(folder));
        }
        var classFolders = Directory.GetDirectories(folder, "*", Visible);
        if (classFolders.Length == 0)
        {
            throw new InvalidDataException(
                $"'{folder}': there are no sub-folders, but one per class is needed. Sort the images into them, " +
                $"as in '{Path.Combine(folder, "rose", "1.jpg")}'.");
        }
        Array.Sort(classFolders, StringComparer.Ordinal);
        var empty = classFolders.Where(classFolder => !ListImages(classFolder)
            .Any()).Select(classFolder => Path.GetFileName(classFolder)).ToArray();
        if (empty.Length > 0)
        {
            throw new InvalidDataException(
                $"'{folder}': {empty.Length} of {classFolders.Length} class folders have no image: {ListText.Quoted(empty)}. " +
                $"Images are files that end in {string.Join(", ", Extensions.Order(StringComparer.Ordinal))}. " +
                "Fill or remove these folders.");
        }
        return new ImageFolder(classFolders);
    }

    /// <summary>The images below a folder, whatever folders it has, in ordinal order.</summary>
    public static IEnumerable<string> ImagesIn(string folder) => ListImages(folder).Order(StringComparer.Ordinal);

    /// <summary>The rows, listed while they are read.</summary>
    public IEnumerable<(string Path, string Label)> Files() => InOrder().Select(row => (row.Path, row.Label));

    /// <summary>The number of images, once a cursor has seen them all.</summary>
    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, [.. columnsNeeded.Select(column => column.Index)], rand is null ? InOrder() : Shuffled(rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Linked files count; links to folders are not followed below the class folder, because they may lead in circles.</summary>
    private static IEnumerable<string> ListImages(string classFolder) =>
        new FileSystemEnumerable<string>(classFolder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), VisibleAndDeeper)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory
                && Extensions.Contains(Path.GetExtension(entry.FileName).ToString()),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };

    private IEnumerable<ImageRow> InOrder()
    {
        var id = 0L;
        foreach (var classFolder in _classFolders)
        {
            var label = Path.GetFileName(classFolder);
            foreach (var path in ImagesIn(classFolder))
                yield return new(path, label, id++);
        }
        _rowCount = id;
    }

    private IEnumerable<ImageRow> Shuffled(Random random)
    {
        var rows = InOrder().ToArray();
        random.Shuffle(rows);
        return rows;
    }

    private readonly record struct ImageRow(string Path, string Label, long Id);

    private sealed class Cursor(ImageFolder parent, HashSet<int> active, IEnumerable<ImageRow> rows) : DataViewRowCursor
    {
        private readonly IEnumerator<ImageRow> _rows = rows.GetEnumerator();
        private long _position = -1;

        public override DataViewSchema Schema => parent.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            if (_position == -2 || !_rows.MoveNext())
            {
                Dispose();
                return false;
            }
            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new((ulong)Current.Id, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' was not asked for when this cursor was made.");
            ValueGetter<ReadOnlyMemory<char>> getter = column.Index == 0
                ? (ref ReadOnlyMemory<char> value) => value = Current.Path.AsMemory()
                : (ref ReadOnlyMemory<char> value) => value = Current.Label.AsMemory();
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' holds text, not {typeof(TValue).Name}.");
        }

        protected override void Dispose(bool disposing)
        {
            _position = -2;
            _rows.Dispose();
        }

        private ImageRow Current => _position >= 0
            ? _rows.Current
            : throw new InvalidOperationException("The cursor stands on no row: call MoveNext until it returns false.");
    }
}
