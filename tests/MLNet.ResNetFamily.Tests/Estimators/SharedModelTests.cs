using System.Collections.Concurrent;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Estimators;

/// <summary>One model in a service: many threads, an engine each, and somebody who disposes of it.</summary>
[TestClass]
public sealed class SharedModelTests
{
    private const int ThreadCount = 8;
    private static readonly PredictionEngineOptions Shared = new() { OwnsTransformer = false };
    private static readonly List<TestImages.PlanesRow> Rows = TestImages.Planes(Enumerable.Range(0, 12));
    private readonly MLContext _mlContext = new(seed: 1);

    /// <summary>
    /// As Microsoft.Extensions.ML does it: engines over one model, taken and handed back; those too many are disposed of.
    /// </summary>
    [TestMethod]
    public void APoolOfEnginesScoresAsOneThreadDoes()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        using var alone = Engine(model);
        var expected = Rows.Select(row => alone.Predict(row).Score).ToArray();
        var pool = new ConcurrentBag<PredictionEngine<TestImages.PlanesRow, TestImages.ScoredRow>>();
        var passes = model.ForwardPassCount;

        Parallel.For(0, ThreadCount * Rows.Count, new() { MaxDegreeOfParallelism = ThreadCount }, number =>
        {
            var row = number % Rows.Count;
            var engine = pool.TryTake(out var waiting) ? waiting : Engine(model);
            CollectionAssert.AreEqual(expected[row], engine.Predict(Rows[row]).Score);
            if (pool.Count < ThreadCount / 2)
                pool.Add(engine);
            else
                engine.Dispose();
        });

        foreach (var engine in pool)
            engine.Dispose();
        CollectionAssert.AreEqual(expected[0], alone.Predict(Rows[0]).Score);
        Assert.AreEqual(ThreadCount * Rows.Count + 1, model.ForwardPassCount - passes, "one forward pass for each prediction");
    }

    [TestMethod]
    public void EnginesThatShareTheCoresAgreeToRounding()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        using var alone = Engine(model);
        var expected = Rows.Select(row => alone.Predict(row).Score).ToArray();
        model.Scoring = model.Scoring with { Threads = null };

        Parallel.For(0, ThreadCount, new() { MaxDegreeOfParallelism = ThreadCount }, _ =>
        {
            using var engine = Engine(model);
            foreach (var (row, scores) in Rows.Zip(expected))
            {
                foreach (var (found, wanted) in engine.Predict(row).Score.Zip(scores))
                    Assert.AreEqual(wanted, found, 1e-5f);
            }
        });
    }

    [TestMethod]
    public void DisposingOfAModelThatOthersUseEndsTheirWorkWithAClearError()
    {
        for (var round = 0; round < 10; round++)
        {
            var model = TinyClassifier.Trained(_mlContext);
            using var started = new CountdownEvent(ThreadCount);
            var users = Enumerable.Range(0, ThreadCount).Select(number => Task.Factory.StartNew(
                () => ScoreUntilDisposed(model, number, started), TaskCreationOptions.LongRunning)).ToArray();
            Assert.IsTrue(started.Wait(TimeSpan.FromSeconds(60)));

            model.Dispose();

            foreach (var user in users)
                StringAssert.Contains(user.Result.Message, "disposed of and cannot score");
        }
    }

    private ObjectDisposedException ScoreUntilDisposed(ImageClassifierTransformer model, int number, CountdownEvent started)
    {
        using var engine = Engine(model);
        var scored = model.Transform(_mlContext.Data.LoadFromEnumerable(Rows));
        using var image = TestImages.Image(0);
        engine.Predict(Rows[0]);
        started.Signal();
        return Assert.ThrowsExactly<ObjectDisposedException>(() =>
        {
            while (true)
            {
                switch (number % 3)
                {
                    case 0: engine.Predict(Rows[0]); break;
                    case 1: TinyClassifier.Rows(_mlContext, scored); break;
                    default: model.Explain(image); break;
                }
            }
        });
    }

    private PredictionEngine<TestImages.PlanesRow, TestImages.ScoredRow> Engine(ITransformer model) =>
        _mlContext.Model.CreatePredictionEngine<TestImages.PlanesRow, TestImages.ScoredRow>(model, Shared);
}
