using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily.Tests.Distributed;

[TestClass]
public sealed class OpenMpiTests
{
    [TestMethod]
    public void WithoutAnMpiTheErrorNamesThePackage()
    {
        var asked = new List<string>();

        var error = Assert.ThrowsExactly<DllNotFoundException>(() => OpenMpi.Load(name =>
        {
            asked.Add(name);
            return null;
        }));

        StringAssert.Contains(error.Message, "No MPI is installed");
        StringAssert.Contains(error.Message, "apt install openmpi-bin");
        Assert.IsGreaterThan(1, asked.Count);
    }

    [TestMethod]
    public void AnotherMpiIsRefusedByItsName()
    {
        // Stands for MPICH: a library without Open MPI's symbols.
        var other = NativeLibrary.Load(OperatingSystem.IsWindows() ? "kernel32" : OperatingSystem.IsMacOS() ? "libSystem" : "libc.so.6");

        var error = Assert.ThrowsExactly<NotSupportedException>(
            () => OpenMpi.Load(name => name.Contains("12", StringComparison.Ordinal) ? other : null));

        StringAssert.Matches(error.Message, new("^'libmpi.*12.*' is no MPI, but distributed training needs Open MPI"));
    }

    [TestMethod]
    [DataRow("OMPI_COMM_WORLD_SIZE=4", 4, null)]
    [DataRow("OMPI_COMM_WORLD_SIZE=4", 1, "Open MPI's mpirun started 4 processes, but Open MPI finds 1")]
    [DataRow("PMI_SIZE=2", 1, "MPICH's launcher (PMI) started 2 processes, but Open MPI finds 1")]
    [DataRow("SLURM_STEP_NUM_TASKS=8", 1, "Start with 'srun --mpi=pmix'.")]
    [DataRow("SLURM_STEP_NUM_TASKS=8 PMIX_RANK=3", 8, null)]
    [DataRow("PMIX_RANK=3", 8, null)]
    public void ProcessesThatMpiDoesNotKnowAreNoticed(string variables, int found, string? expected)
    {
        var values = variables.Split(' ').ToDictionary(text => text.Split('=')[0], text => text.Split('=')[1]);
        var launcher = Launcher.Find(values.GetValueOrDefault)!;

        if (expected is null)
            launcher.RequireProcesses(found);
        else
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => launcher.RequireProcesses(found));
            StringAssert.Contains(error.Message, expected);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("SLURM_STEP_NUM_TASKS=1")]
    public void AProcessThatStandsAloneHasNoLauncher(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(text => text.Split('=')[0], text => text.Split('=')[1]);

        Assert.IsNull(Launcher.Find(values.GetValueOrDefault));
    }
}
