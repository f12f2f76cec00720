using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Puts examples under the help of every command.</summary>
internal static class CommandHelp
{
    // By the command's words; the root has none.
    private static readonly Dictionary<string, string[]> Examples = new()
    {
        [""] =
        [
            "train photos --model resnet18 --weights imagenet --validation-fraction 0.2 --out photos.zip --report report",
            "predict photos.zip new.jpg",
            "explain photos.zip new.jpg --out why.png",
            "completion bash >> ~/.bashrc        (words then complete with the tab key)",
        ],
        ["list"] = ["list", "list --json"],
        ["summary"] = ["summary resnet50", "summary densenet121 --image-size 160 --classes 10"],
        ["train"] =
        [
            "train photos --model resnet18 --out photos.zip",
            "train photos/train --model resnext50_32x4d --validation-fraction 0.2 --test photos/test --epochs 20 --out " +
            "photos.zip --report report",
            "train streets.csv --multi-label --model resnet18 --validation-fraction 0.2 --out streets.zip",
            "train photos --model resnet20_cifar --epochs 5 --out photos.zip --json > epochs.jsonl",
        ],
        ["tune"] =
        [
            "tune photos --budget 15 --out search",
            "tune photos/train --test photos/test --budget 30 --model resnet50=imagenet densenet121=imagenet --out search",
        ],
        ["evaluate"] =
        [
            "evaluate photos.zip photos/test", "evaluate photos.zip photos/test --report report",
            "evaluate photos.zip photos/test --shard 2/3 --out results.csv",
        ],
        ["predict"] =
        [
            "predict photos.zip new.jpg", "predict photos.zip *.jpg --top 1 --json",
            "predict photos.zip 'photos/**/*.jpg' --out predictions.parquet",
        ],
        ["merge"] = ["merge results.csv results-*-of-3.jsonl"],
        ["explain"] = ["explain photos.zip new.jpg --out why.png", "explain photos.zip new.jpg --label rose --out why-rose.png"],
        ["import"] = ["import --model resnet18 --weights resnet18.pth --labels-file imagenet.txt --out resnet18.zip"],
        ["export"] = ["export photos.zip --out photos.onnx", "export photos.zip --out photos.onnx --preprocessing --float-type float16"],
        ["quantize"] = ["quantize photos.zip --calibrate photos/train --test photos/test --out photos-int8.zip"],
        ["ensemble"] =
        [
            "ensemble resnet50.zip densenet121.zip --out both.zip", "ensemble large.zip small.zip --weights 2 1 --out both.zip",
        ],
        ["weights"] = ["weights list", "weights download resnet50"],
        ["weights list"] = ["weights list", "weights list --model resnet50"],
        ["weights show"] = ["weights show resnet18.pth"],
        ["weights convert"] = ["weights convert resnet18.pth resnet18.safetensors", "weights convert photos.zip photos.pth"],
        ["weights download"] = ["weights download resnet50"],
        ["bench"] = ["bench --model resnet50 --precision bfloat16", "bench --mode e2e --model resnet18 --precision auto --data photos"],
        ["study"] =
        [
            "study lesion resnet56.zip cifar/test --out lesion", "study depth cifar/train --test cifar/test --out depth",
            "study efficiency --out efficiency",
        ],
        ["study lesion"] = ["study lesion resnet56.zip cifar/test --out lesion"],
        ["study paths"] = ["study paths resnet56.zip cifar/test --out paths"],
        ["study shortcuts"] = ["study shortcuts cifar/train --test cifar/test --out shortcuts"],
        ["study activations"] =
        [
            "study activations cifar/train --test cifar/test --out activations",
            "study activations cifar/train --test cifar/test --out activations --full --device cuda",
        ],
        ["study cardinality"] = ["study cardinality cifar/train --test cifar/test --out cardinality"],
        ["study depth"] = ["study depth cifar/train --test cifar/test --out depth"],
        ["study degradation"] = ["study degradation cifar/train --test cifar/test --out degradation"],
        ["study efficiency"] = ["study efficiency --networks resnet50 densenet121 --measured resnet50=0.81 --out efficiency"],
        ["completion"] = ["completion bash >> ~/.bashrc", "completion zsh >> ~/.zshrc", "completion pwsh >> $PROFILE"],
    };

    /// <summary>Lets the help of a root command and of all below it show examples.</summary>
    public static void ShowExamples(this RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
    }

    private static string Words(Command command) => command is RootCommand
        ? ""
        : $"{Words(command.Parents.OfType<Command>().First())} {command.Name}".TrimStart();

    private sealed class HelpWithExamples(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult commandLine)
        {
            var exitCode = help.Invoke(commandLine);
            if (!Examples.TryGetValue(Words(commandLine.CommandResult.Command), out var examples))
                return exitCode;
            Console.Out.WriteLine("Examples:");
            foreach (var example in examples)
                Console.Out.WriteLine($"  resnetfamily {example}");
            Console.Out.WriteLine();
            return exitCode;
        }
    }
}
