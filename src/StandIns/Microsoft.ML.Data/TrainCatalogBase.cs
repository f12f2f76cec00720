using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public abstract class TrainCatalogBase : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    private protected TrainCatalogBase(IHostEnvironment env) => _env = env;

    IHostEnvironment IInternalCatalog.Environment => _env;

    public sealed class CrossValidationResult<T> where T : class
    {
        public readonly T Metrics;
        public readonly ITransformer Model;
        public readonly IDataView ScoredHoldOutSet;
        public readonly int Fold;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scores, int fold)
        {
            Model = model;
            Metrics = metrics;
            ScoredHoldOutSet = scores;
            Fold = fold;
        }
    }

    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private protected CatalogInstantiatorBase(TrainCatalogBase catalog) => Owner = catalog;

        IHostEnvironment IInternalCatalog.Environment => Owner._env;

        internal TrainCatalogBase Owner { get; }
    }
}
