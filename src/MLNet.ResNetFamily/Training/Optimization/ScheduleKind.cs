namespace MLNet.ResNetFamily;

/// <summary>How the learning rate moves from the first step of a training to the last.</summary>
public enum ScheduleKind
{
    /// <summary>
    /// Rises during warm-up, then falls to 0 along half a cosine.
    /// Loshchilov and Hutter, "SGDR" (2016), https://arxiv.org/abs/1608.03983, section 3, without restarts.
    /// </summary>
    Cosine,

    /// <summary>
    /// Rises from 1/25 of the learning rate during the first 30 % of the steps, then falls to almost 0, both along half a cosine.
    /// It is its own warm-up. Smith and Topin, "Super-Convergence" (2017), https://arxiv.org/abs/1708.07120, section 3; the momentum stays.
    /// </summary>
    OneCycle,

    /// <summary>Rises during warm-up, then falls after each third of the epochs: by default to a tenth, then to a hundredth.</summary>
    Step,

    /// <summary>
    /// Rises during warm-up, then falls at each of the options' <see cref="TrainingOptions.Milestones"/>, by default to a tenth.
    /// </summary>
    MultiStep,

    /// <summary>
    /// Rises during warm-up and falls all the time, by default by 6 % an epoch, as in the Inception papers: Szegedy et al. (2015),
    /// https://arxiv.org/abs/1512.00567, section 8.
    /// </summary>
    Exponential,

    /// <summary>Rises during warm-up, then stays.</summary>
    Constant,
}
