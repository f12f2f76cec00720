namespace MLNet.ResNetFamily;

/// <summary>The training procedures of "ResNet strikes back", by what they cost; see <see cref="TrainingRecipes.StrikesBack"/>.</summary>
public enum StrikesBackProcedure
{
    /// <summary>600 epochs, for the best accuracy: label smoothing, mixup 0.2, weight decay 0.01.</summary>
    A1,

    /// <summary>300 epochs, half of the time: no label smoothing, mixup 0.1, weight decay 0.02.</summary>
    A2,

    /// <summary>100 epochs of images of 160 pixels: as A2, without repeated augmentation and stochastic depth.</summary>
    A3,
}
