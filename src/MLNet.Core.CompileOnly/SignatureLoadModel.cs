namespace Microsoft.ML;

/// <summary>Names the kind of component that loads a saved model.</summary>
/// <param name="ctx">What to load from; genuine: Microsoft.ML.ModelLoadContext.</param>
public delegate void SignatureLoadModel(object ctx);
