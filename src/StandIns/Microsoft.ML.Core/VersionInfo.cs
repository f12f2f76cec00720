namespace Microsoft.ML;

/// <summary>What a component writes about itself: its signature, its format's versions, and who loads it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(
        string modelSignature,
        uint verWrittenCur,
        uint verReadableCur,
        uint verWeCanReadBack,
        string loaderAssemblyName,
        string loaderSignature = null,
        string loaderSignatureAlt = null)
    {
        Contracts.Check(modelSignature?.Length == 8, "Model signature must be eight characters");
        Contracts.Check(loaderSignature is null || loaderSignature.Length <= ModelHeader.LoaderSignatureSize, "Loader signature is too long");

        ModelSignature = 0;
        for (var i = 0; i < modelSignature.Length; i++)
        {
            var character = modelSignature[i];
            Contracts.Check(character <= 0xFF, "Model signature must be of one-byte characters");
            if (character != ' ')
                ModelSignature |= (ulong)character << (i * 8);
        }

        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}
