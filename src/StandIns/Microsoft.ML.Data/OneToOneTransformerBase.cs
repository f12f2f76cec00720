using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly (string outputColumnName, string inputColumnName)[] ColumnPairs;

    private protected OneToOneTransformerBase(IHost host, params (string outputColumnName, string inputColumnName)[] columns) : base(host)
    {
        Contracts.CheckValue(columns, nameof(columns));
        var names = new HashSet<string>();
        foreach (var (outputColumnName, inputColumnName) in columns)
        {
            Contracts.CheckNonEmpty(inputColumnName, nameof(columns));
            Contracts.CheckNonEmpty(outputColumnName, nameof(columns));
            if (!names.Add(outputColumnName))
                throw Contracts.ExceptParam(nameof(columns), $"Name of the result column '{outputColumnName}' specified multiple times");
        }

        ColumnPairs = columns;
    }

    private protected OneToOneTransformerBase(IHost host, ModelLoadContext ctx) : base(host)
    {
        ColumnPairs = new (string, string)[ctx.Reader.ReadInt32()];
        for (var i = 0; i < ColumnPairs.Length; i++)
            ColumnPairs[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
    }

    private protected void SaveColumns(ModelSaveContext ctx)
    {
        ctx.Writer.Write(ColumnPairs.Length);
        foreach (var (outputColumnName, inputColumnName) in ColumnPairs)
        {
            ctx.SaveNonEmptyString(outputColumnName);
            ctx.SaveNonEmptyString(inputColumnName);
        }
    }

    private protected virtual void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
    }

    private int CheckInput(DataViewSchema inputSchema, int col)
    {
        var source = inputSchema.GetColumnOrNull(ColumnPairs[col].inputColumnName)
            ?? throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", ColumnPairs[col].inputColumnName);
        CheckInputColumn(inputSchema, col, source.Index);
        return source.Index;
    }

    private protected abstract class OneToOneMapperBase : MapperBase
    {
        /// <summary>For each pair the index of its input column.</summary>
        protected readonly int[] ColMapNewToOld;

        protected OneToOneMapperBase(IHost host, OneToOneTransformerBase parent, DataViewSchema inputSchema) : base(host, inputSchema)
            => ColMapNewToOld = parent.ColumnPairs.Select((_, i) => parent.CheckInput(inputSchema, i)).ToArray();

        private protected override Func<int, bool> GetDependenciesCore(Func<int, bool> activeOutput)
        {
            var active = new bool[InputSchema.Count];
            for (var i = 0; i < ColMapNewToOld.Length; i++)
            {
                if (activeOutput(i))
                    active[ColMapNewToOld[i]] = true;
            }

            return column => active[column];
        }
    }
}
