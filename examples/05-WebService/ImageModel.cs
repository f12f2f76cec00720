using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily;

namespace WebService;

/// <summary>A saved model that many requests use at once: prediction engines serve one at a time, so there is a pool of them.</summary>
internal sealed class ImageModel
{
    private readonly MLContext _mlContext = new();
    private readonly ImageClassifierTransformer _classifier;
    private readonly ObjectPool<PredictionEngine<Upload, Guess>> _engines;

    public ImageModel(string path)
    {
        var model = _mlContext.Model.Load(path, out _);
        _classifier = (model as IEnumerable<ITransformer> ?? [model]).OfType<ImageClassifierTransformer>().Single();
        // Several images at a time on one thread each are faster than one after the other on all threads.
        _classifier.Scoring = _classifier.Scoring with { Threads = 1, MaxPixels = 25_000_000 };
        _engines = new DefaultObjectPool<PredictionEngine<Upload, Guess>>(new EnginePolicy(_mlContext, model));
    }

    /// <summary>Name of the network.</summary>
    public string Backbone => _classifier.Backbone.Name;

    /// <summary>What it can tell apart.</summary>
    public IReadOnlyList<string> ClassNames => _classifier.ClassNames;

    /// <summary>The most probable classes of an image, the best first.</summary>
    /// <exception cref="InvalidDataException">The bytes are no image.</exception>
    public IReadOnlyList<Prediction> Classify(byte[] image, int top)
    {
        var engine = _engines.Get();
        try
        {
            var scores = engine.Predict(new Upload { Image = image }).Score;
            return [.. scores.Zip(ClassNames, (probability, label) => new Prediction(label, probability))
                .OrderByDescending(p => p.Probability).Take(top)];
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    /// <summary>The image as PNG, in gray, with the places bright that speak for its most probable class.</summary>
    /// <exception cref="InvalidDataException">The bytes are no image.</exception>
    public byte[] Explain(byte[] image) => _classifier.Explain(image).ToOverlayPng();

    private sealed class EnginePolicy(MLContext mlContext, ITransformer model) : PooledObjectPolicy<PredictionEngine<Upload, Guess>>
    {
        // The engines share the model, so none of them owns it.
        public override PredictionEngine<Upload, Guess> Create() =>
            mlContext.Model.CreatePredictionEngine<Upload, Guess>(model, new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<Upload, Guess> obj) => true;
    }

    private sealed class Upload
    {
        // An image in memory in the place of the path that the model was trained with.
        [ColumnName("ImagePath")]
        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Guess
    {
        public float[] Score { get; set; } = [];
    }
}
