namespace Microsoft.ML.Data;

internal static class MulticlassClassificationEvaluator
{
    private const float Epsilon = 1e-15f;

    public static MulticlassClassificationMetrics Evaluate(IDataView data, string label, string score, string predictedLabel, int topK)
    {
        var labelColumn = Find(data.Schema, "Label", label);
        var scoreColumn = Find(data.Schema, "Score", score);
        Find(data.Schema, "PredictedLabel", predictedLabel);
        if (scoreColumn.Type is not VectorDataViewType { Size: >= 2 } scoreType || scoreType.ItemType != NumberDataViewType.Single)
        {
            throw Contracts.ExceptSchemaMismatch(
                null, "schema", "score", score, "vector of two or more items of type Single", scoreColumn.Type.ToString());
        }

        if (labelColumn.Type != NumberDataViewType.Single && labelColumn.Type is not KeyDataViewType)
            throw Contracts.ExceptSchemaMismatch(null, "schema", "label", label, "Single or Key", labelColumn.Type.ToString());

        var counters = new Counters(scoreType.Size);
        using (var cursor = data.GetRowCursor(labelColumn, scoreColumn))
        {
            var readLabel = LabelReader(cursor, labelColumn);
            var scoreGetter = cursor.GetGetter<VBuffer<float>>(scoreColumn);
            VBuffer<float> scores = default;
            while (cursor.MoveNext())
            {
                // Rows without a label, or with a score that is no number, are not counted.
                if (readLabel() is not { } actual || actual < 0)
                    continue;
                scoreGetter(ref scores);
                Contracts.Check(scores.Length == scoreType.Size, "The score's size differs from its type.");
                counters.Add(actual, scores.DenseValues().ToArray());
            }
        }

        return counters.ToMetrics(topK, ClassNames(scoreColumn, scoreType.Size));
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
        => schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam(nameof(schema), $"{name} column '{role}' not found");

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        if (!score.HasSlotNames())
            return Enumerable.Range(0, count).Select(i => i.ToString()).ToArray();
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return names.DenseValues().Select(name => name.ToString()).ToArray();
    }

    private static Func<int?> LabelReader(DataViewRow row, DataViewSchema.Column column)
        => column.Type is KeyDataViewType
            ? (Func<int?>)RowCursorUtils.InvokeGeneric(KeyReader<uint>, column.Type.RawType, row, column)
            : NumberReader(row, column);

    private static Func<int?> KeyReader<TKey>(DataViewRow row, DataViewSchema.Column column)
        where TKey : struct, System.Numerics.IBinaryInteger<TKey>
    {
        var getter = row.GetGetter<TKey>(column);
        var count = ((KeyDataViewType)column.Type).Count;
        TKey key = default;
        return () =>
        {
            getter(ref key);
            var value = ulong.CreateChecked(key);
            return value == 0 || value > count ? null : checked((int)(value - 1));
        };
    }

    private static Func<int?> NumberReader(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<float>(column);
        float label = 0;
        return () =>
        {
            getter(ref label);
            return label >= 0 && label == (int)label ? (int)label : null;
        };
    }

    private sealed class Counters(int classCount)
    {
        private readonly double[] _rowsOfClass = new double[classCount];
        private readonly double[] _logLossOfClass = new double[classCount];
        private readonly double[] _rowsOfRank = new double[classCount + 1];
        private readonly double[][] _confusion = Enumerable.Range(0, classCount).Select(_ => new double[classCount]).ToArray();
        private double _rows;
        private double _logLoss;

        public void Add(int label, float[] scores)
        {
            if (!scores.All(float.IsFinite))
                return;

            // A class that was never seen in training: no score can be right.
            var isKnown = label < classCount;
            var logLoss = -Math.Log(isKnown ? Math.Clamp(scores[label], Epsilon, 1) : Epsilon);
            var correct = isKnown ? scores[label] : 0;
            var rank = 0;
            var assigned = 0;
            for (var i = 0; i < classCount; i++)
            {
                if (scores[i] > correct || (scores[i] == correct && i < label))
                    rank++;
                if (scores[i] > scores[assigned])
                    assigned = i;
            }

            _rows++;
            _logLoss += logLoss;
            _rowsOfRank[rank]++;
            if (isKnown)
            {
                _rowsOfClass[label]++;
                _logLossOfClass[label] += logLoss;
                _confusion[label][assigned]++;
            }
        }

        public MulticlassClassificationMetrics ToMetrics(int topK, string[] names)
        {
            var seen = _rowsOfClass.Where(rows => rows > 0).ToArray();
            var entropy = -seen.Sum(rows => rows * Math.Log(rows / _rows)) / _rows;
            var logLoss = _rows > 0 ? _logLoss / _rows : 0;
            // Asking for more ranks than there are is not checked; the last one is looked up in vain.
            if (topK > _rowsOfRank.Length)
                throw new IndexOutOfRangeException();
            var correct = Enumerable.Range(0, classCount).Select(i => _confusion[i][i]).ToArray();
            return new MulticlassClassificationMetrics
            {
                MicroAccuracy = _rows > 0 ? _rowsOfRank[0] / _rows : 0,
                MacroAccuracy = seen.Length > 0
                    ? Enumerable.Range(0, classCount).Where(i => _rowsOfClass[i] > 0).Average(i => correct[i] / _rowsOfClass[i])
                    : 0,
                LogLoss = logLoss,
                LogLossReduction = (entropy - logLoss) / entropy,
                PerClassLogLoss = _logLossOfClass.Zip(_rowsOfClass, (sum, rows) => rows > 0 ? sum / rows : 0).ToArray(),
                TopKPredictionCount = topK,
                TopKAccuracyForAllK = topK == 0
                    ? null
                    : Enumerable.Range(1, topK).Select(k => _rowsOfRank.Take(k).Sum() / _rows).ToArray(),
                ConfusionMatrix = new ConfusionMatrix(_confusion, names),
            };
        }
    }
}
