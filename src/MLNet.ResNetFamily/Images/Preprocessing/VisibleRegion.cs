namespace MLNet.ResNetFamily;

/// <summary>The part of an image that a network sees, in pixels of the image and parts of them.</summary>
internal readonly record struct VisibleRegion(double X, double Y, double Width, double Height);
