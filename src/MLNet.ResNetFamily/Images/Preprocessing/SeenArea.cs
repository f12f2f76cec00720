namespace MLNet.ResNetFamily;

/// <summary>The part of a picture that a network sees, in pixels of the picture and parts of them.</summary>
internal readonly record struct SeenArea(double X, double Y, double Width, double Height);
