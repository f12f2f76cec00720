using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Some rows of data, in their order.</summary>
/// <param name="source">Data that give the same rows in the same order each time.</param>
/// <param name="isSelected">For each row whether it belongs here.</param>
internal sealed class SelectedRows(IDataView source, bool[] isSelected) : IDataView
{
    /// <summary>So many rows, spread evenly over the data; all where there are fewer.</summary>
    public static IDataView Evenly(IDataView source, int count)
    {
        var total = 0;
        using (var cursor = source.GetRowCursor([]))
        {
            while (cursor.MoveNext())
                total++;
        }
        var selected = Enumerable.Range(0, total).Select(row => (row + 1L) * count / total > (long)row * count / total);
        return total <= count ? source : new SelectedRows(source, [.. selected]);
    }

    // The source would shuffle its rows, and they are told by their place.
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => isSelected.Count(row => row);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), isSelected);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor rows, bool[] isSelected) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => rows.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => rows.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => rows.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();

        public override bool MoveNext()
        {
            while (rows.MoveNext())
            {
                if (rows.Position >= isSelected.Length)
                {
                    throw new InvalidOperationException(
                        $"The data had {isSelected.Length} rows when they were split, and have more now. Split them again.");
                }
                if (!isSelected[rows.Position])
                    continue;
                _position++;
                return true;
            }
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
