using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>The kernel of .NET Interactive, in this process.</summary>
internal sealed class NotebookKernel : IDisposable
{
    private readonly CompositeKernel _kernel = new CompositeKernel
    {
        new CSharpKernel().UseNugetDirective(ReferenceAsync, false).UseKernelHelpers(),
    }.UseImportMagicCommand();

    public void Dispose() => _kernel.Dispose();

    /// <summary>Runs every cell, in order, and puts its outputs into the notebook.</summary>
    /// <exception cref="AssertFailedException">A cell does not compile or fails; the message has its number and the error.</exception>
    public async Task RunAsync(Notebook notebook)
    {
        foreach (var cell in notebook.Cells)
        {
            var events = await RunAsync(cell);

            string[] errors =
            [
                .. events.OfType<CommandFailed>().Select(failed => failed.Message),
                .. events.OfType<ErrorProduced>().Select(error => error.Message),
            ];
            if (errors.Length > 0)
                Assert.Fail($"Cell {cell.Number} ({cell.Name}) failed: {string.Join('\n', errors.Distinct())}\n{cell.Code}");
        }
    }

    private async Task<IReadOnlyList<KernelEvent>> RunAsync(Notebook.Cell cell)
    {
        cell.Clear();
        // What an import does comes from commands of its own, so all of the kernel's events are watched, not those of this command alone.
        var events = new List<KernelEvent>();
        using (_kernel.KernelEvents.Subscribe(new Collector(events)))
            await _kernel.SendAsync(new SubmitCode(cell.Code));
        foreach (var happening in events)
        {
            if (happening is StandardOutputValueProduced printed)
                cell.Print(printed.FormattedValues.First().Value);
            else if (happening is DisplayedValueProduced { Value: not InstallPackagesMessage } or ReturnValueProduced)
                ((DisplayEvent)happening).FormattedValues.ToList().ForEach(value => cell.Show(value.MimeType, value.Value));
        }
        return events;
    }

    private static Task ReferenceAsync(CSharpKernel kernel, IReadOnlyList<ResolvedPackageReference> packages)
    {
        kernel.AddAssemblyReferences(packages.SelectMany(package => package.AssemblyPaths));
        return Task.CompletedTask;
    }

    private sealed class Collector(List<KernelEvent> events) : IObserver<KernelEvent>
    {
        public void OnNext(KernelEvent happening)
        {
            lock (events)
                events.Add(happening);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
