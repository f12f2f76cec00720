namespace Microsoft.ML.Trainers;

public abstract class ModelParametersBase<TOutput> : ICanSaveModel
{
    private protected ModelParametersBase()
    {
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.Writer.Write(sizeof(float));
        SaveCore(ctx);
    }

    private protected static void CheckFloatSize(ModelLoadContext ctx)
        => Contracts.CheckDecode(ctx.Reader.ReadInt32() == sizeof(float), "This file was saved by an incompatible version");

    private protected abstract void SaveCore(ModelSaveContext ctx);
}
