using System.CommandLine;
using static MLNet.ResNetFamily.Cli.ChoiceOption;

namespace MLNet.ResNetFamily.Cli;

/// <summary>How training images are varied.</summary>
internal static class AugmentationArguments
{
    public static readonly Option<string?> Kind =
        OneOf("--augment", "How images are varied (default: light, random crops).", "none", "light", "cifar", "trivial", "rand");

    public static readonly Option<double?> Flip =
        new("--flip") { Description = "Probability that an image is mirrored left to right; 0.5 suits most photographs." };

    public static readonly Option<double?> MixUp =
        new("--mixup") { Description = "Blends images and labels of a batch; 0.2 is usual (default: 0, never)." };

    public static readonly Option<double?> CutMix =
        new("--cutmix") { Description = "Pastes parts of images of a batch over each other; 1 is usual (default: 0, never)." };

    public static readonly Option<int?> Repeats =
        new("--augment-repeats") { Description = "Varied views of an image in an epoch, which shows fewer images instead (default: 1)." };

    /// <summary>What the command line asks for.</summary>
    /// <param name="commandLine">The command line.</param>
    /// <param name="otherwise">What holds where it says nothing.</param>
    /// <exception cref="CommandLineException">It contradicts itself.</exception>
    public static AugmentationOptions? Of(ParseResult commandLine, AugmentationOptions? otherwise)
    {
        AugmentationOptions? augmentation = commandLine.GetValue(Kind) switch
        {
            "none" => null,
            "light" => new(),
            "cifar" => AugmentationOptions.Cifar,
            "trivial" => AugmentationOptions.Trivial,
            "rand" => AugmentationOptions.Rand,
            _ => otherwise,
        };
        var (mixUp, cutMix, repeats) = (commandLine.GetValue(MixUp), commandLine.GetValue(CutMix), commandLine.GetValue(Repeats));
        var flip = commandLine.GetValue(Flip);
        if (augmentation is not null)
        {
            return augmentation with
            {
                FlipProbability = flip ?? augmentation.FlipProbability,
                MixUp = mixUp ?? augmentation.MixUp, CutMix = cutMix ?? augmentation.CutMix, Repeats = repeats ?? augmentation.Repeats,
            };
        }
        return (flip ?? mixUp ?? cutMix ?? repeats) is null ? null : throw new CommandLineException(
            "Option '--augment none' excludes '--flip', '--mixup', '--cutmix' and '--augment-repeats'. " +
            "Take '--augment light', or leave them out.");
    }
}
