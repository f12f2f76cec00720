using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

// How it is saved and loaded.
public sealed partial class ImageClassifierTransformer
{
    internal const string ModelSignature = "RNF CLAS";
    internal const string LoaderSignature = "ResNetFamilyClassifier";
    internal const string StreamName = "Classifier";

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        var header = new ClassifierHeader
        {
            Thresholds = Thresholds,
            Backbone = Backbone,
            Preprocessing = Preprocessing,
            LabelValueType = _labels.ValueType,
            ClassNames = _labels.Names,
            LabelColumnName = _columns.Label,
            ImageColumnName = _columns.Image,
            ScoreColumnName = _columns.Score,
            PredictedLabelColumnName = _columns.PredictedLabel,
            PredictedLabelIsText = _columns.PredictedLabelIsText,
            Scoring = Scoring,
            Precision = IsQuantized ? SavedHeader.Int8 : SavedHeader.Float32,
            History = History is null ? null : SavedHistory.From(History),
        };
        MLNetInternals.Save(
            ctx, ModelSignature, LoaderSignature, (uint)header.Format, StreamName,
            writer => SavedModel.Write(writer, header, _network.State()));
        SavedGraph.Write(_environment, ctx, _network);
    }

    /// <summary>Reads what a save wrote.</summary>
    internal static ImageClassifierTransformer Load(IHostEnvironment environment, BinaryReader reader, byte[]? graph)
    {
        var header = SavedModel.ReadHeader<ClassifierHeader>(reader);
        var labels = new ClassLabels(header.LabelValueType, header.ClassNames);
        var activation = header.Thresholds is null ? OutputActivation.Softmax : OutputActivation.Sigmoid;
        var network = SavedModel.ReadNetwork(
            reader, header, graph, () => Built(
                Initialization.LeaveOut(() => new ImageClassifierNetwork(header.Backbone, labels.Count)), labels, header.Preprocessing,
                activation));
        var columns = new ImageClassifierColumns
        {
            Label = header.LabelColumnName,
            Image = header.ImageColumnName,
            Score = header.ScoreColumnName,
            PredictedLabel = header.PredictedLabelColumnName,
            PredictedLabelIsText = header.PredictedLabelIsText,
        };
        try
        {
            var classifier = new ImageClassifierTransformer(
                environment, network, header.Backbone, labels, header.Preprocessing, columns, activation)
            {
                History = header.History?.ToHistory(),
                Scoring = header.Scoring,
            };
            if (header.Thresholds is { } thresholds)
                classifier.Thresholds = thresholds;
            return classifier;
        }
        catch (ArgumentException error)
        {
            network.Dispose();
            throw new InvalidDataException(
                $"The header of {SavedModel.Origin} is damaged: {error.Message} Take another copy of the file.", error);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
