using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>What the network answers for the current row.</summary>
internal delegate ReadOnlySpan<float> CurrentAnswer();

/// <summary>A column that scoring adds: what it is, and how its values come from the network's answer.</summary>
/// <param name="Column">Name, type and annotations.</param>
/// <param name="MakeGetter">Makes a <see cref="ValueGetter{TValue}"/> of the column's type.</param>
internal sealed record OutputColumn(DataViewSchema.DetachedColumn Column, Func<CurrentAnswer, Delegate> MakeGetter)
{
    /// <summary>The whole answer as a vector.</summary>
    public static OutputColumn Vector(string name, int width, DataViewSchema.Annotations? annotations = null) =>
        new(new(name, new VectorDataViewType(NumberDataViewType.Single, width), annotations), VectorGetter);

    /// <summary>The number of the highest value, from 1, as a key; missing where a value is NaN.</summary>
    public static OutputColumn HighestAsKey(string name, int count, DataViewSchema.Annotations annotations) =>
        new(new(name, new KeyDataViewType(typeof(uint), count), annotations), KeyGetter);

    /// <summary>The name that belongs to the highest value, as text; empty where a value is NaN.</summary>
    public static OutputColumn NameOfHighest(string name, IReadOnlyList<string> names, DataViewSchema.Annotations annotations) => new(
        new(name, TextDataViewType.Instance, annotations),
        current => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = Highest(current()) is var number and > 0
            ? names[(int)number - 1].AsMemory()
            : default));

    /// <summary>The highest values in falling order; of equal ones the first.</summary>
    public static OutputColumn Highest(string name, int count) =>
        new(new(
            name, new VectorDataViewType(
                NumberDataViewType.Single, count)), current => VectorGetter<float>(current, count, (answer, index) => answer[index]));

    /// <summary>The names that belong to the highest values; empty where a value is NaN.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="count">How many.</param>
    /// <param name="names">The name that each value belongs to.</param>
    public static OutputColumn NamesOfHighest(string name, int count, IReadOnlyList<string> names) => new(
        new(name, new VectorDataViewType(TextDataViewType.Instance, count)),
        current => VectorGetter(current, count, (answer, index) => float.IsNaN(answer[index]) ? default : names[index].AsMemory()));

    /// <summary>The numbers of the values that reach their thresholds, from 1, as a vector of keys; none where a value is NaN.</summary>
    public static OutputColumn KeysFrom(string name, IReadOnlyList<float> thresholds, DataViewSchema.Annotations annotations) => new(
        new(name, new VectorDataViewType(new KeyDataViewType(typeof(uint), thresholds.Count)), annotations),
        current => Reached(current, thresholds, index => (uint)index + 1));

    /// <summary>The names of the values that reach their thresholds, as a vector of text; none where a value is NaN.</summary>
    public static OutputColumn NamesFrom(
        string name, IReadOnlyList<float> thresholds, IReadOnlyList<string> names, DataViewSchema.Annotations annotations) => new(
        new(name, new VectorDataViewType(TextDataViewType.Instance), annotations),
        current => Reached(current, thresholds, index => names[index].AsMemory()));

    /// <summary>A square of values, row by row.</summary>
    public static OutputColumn Square(string name, int side) =>
        new(new(name, new VectorDataViewType(NumberDataViewType.Single, side, side)), VectorGetter);

    /// <summary>Parts of the answer, one after the other, each as a vector whose dimensions its type says.</summary>
    public static IReadOnlyList<OutputColumn> SideBySide(IReadOnlyList<StageOutput> parts)
    {
        var (columns, start) = (new List<OutputColumn>(), 0);
        foreach (var part in parts)
        {
            var type = new VectorDataViewType(NumberDataViewType.Single, part.Shape.ToArray());
            var end = start + part.Width;
            columns.Add(new OutputColumn(new(part.Name, type, annotations: null), VectorGetter).Over(start..end));
            start = end;
        }
        return columns;
    }

    /// <summary>The same column of a part of the network's answer.</summary>
    public OutputColumn Over(Range part) => this with { MakeGetter = current => MakeGetter(() => current()[part]) };

    private static ValueGetter<VBuffer<T>> VectorGetter<T>(CurrentAnswer current, int count, Func<ReadOnlySpan<float>, int, T> value) =>
        (ref VBuffer<T> result) =>
    {
        var answer = current();
        var values = answer.ToArray();
        var order = Enumerable.Range(0, values.Length).OrderByDescending(index => values[index]).Take(count).ToArray();
        var editor = VBufferEditor.Create(ref result, count);
        for (var i = 0; i < count; i++)
            editor.Values[i] = value(answer, order[i]);
        result = editor.Commit();
    };

    private static ValueGetter<VBuffer<T>> Reached<T>(CurrentAnswer current, IReadOnlyList<float> thresholds, Func<int, T> value) =>
        (ref VBuffer<T> result) =>
    {
        var answer = current().ToArray();
        T[] reached = [.. Enumerable.Range(0, answer.Length).Where(index => answer[index] >= thresholds[index]).Select(value)];
        var editor = VBufferEditor.Create(ref result, reached.Length);
        reached.CopyTo(editor.Values);
        result = editor.Commit();
    };

    private static ValueGetter<VBuffer<float>> VectorGetter(CurrentAnswer current) => (ref VBuffer<float> value) =>
    {
        var answer = current();
        var editor = VBufferEditor.Create(ref value, answer.Length);
        answer.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private static ValueGetter<uint> KeyGetter(CurrentAnswer current) => (ref uint value) => value = Highest(current());

    private static uint Highest(ReadOnlySpan<float> answer)
    {
        var highest = 0;
        for (var i = 0; i < answer.Length; i++)
        {
            if (float.IsNaN(answer[i]))
                return 0;
            if (answer[i] > answer[highest])
                highest = i;
        }
        return (uint)highest + 1;
    }
}
