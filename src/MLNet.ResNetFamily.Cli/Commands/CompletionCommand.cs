using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily completion SHELL</c>: a script that lets a shell complete this command's words.</summary>
internal static class CompletionCommand
{
    // Each script asks this program itself what fits, by System.CommandLine's directive [suggest:CURSOR].
    private const string Bash = """
        _resnetfamily() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(resnetfamily "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _resnetfamily resnetfamily
        """;

    private const string Zsh = """
        #compdef resnetfamily
        _resnetfamily() {
            local -a found
            found=("${(@f)$(resnetfamily "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            if [[ -n "$found" ]]; then compadd -a found; else _files; fi
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _resnetfamily resnetfamily
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName resnetfamily -ScriptBlock {
            param($word, $line, $cursor)
            resnetfamily "[suggest:$cursor]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or pwsh." };

    public static Command Create()
    {
        Shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        return new Command("completion", "Prints a script that lets a shell complete commands, options and names of backbones.")
        {
            Shell,
        }.Runs(Run);
    }

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var shell = commandLine.GetRequiredValue(Shell);
        var script = shell switch { "bash" => Bash, "zsh" => Zsh, _ => PowerShell };
        results.Json(new { Shell = shell, Script = script });
        results.Text(script);
        return ExitCode.Done;
    }
}
