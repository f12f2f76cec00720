using System.Runtime.InteropServices;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// Open MPI's C interface, as much as is needed of it. Its handles are addresses of objects in the library; MPICH's are numbers, so that
/// calls for the one mean nothing to the other.
/// </summary>
internal sealed unsafe class OpenMpi
{
    // One thread at a time talks to MPI, and it need not always be the same.
    private const int ThreadSerialized = 2;
    private const int LongestText = 8192;
    private static readonly nint InPlace = 1;

    private readonly nint _library, _world, _sum;

    private OpenMpi(nint library) =>
        (_library, _world, _sum) = (library, Export("ompi_mpi_comm_world", library), Export("ompi_mpi_op_sum", library));

    /// <summary>Loads the library.</summary>
    /// <param name="tryLoad">Loads a library by its name; the system's loader by default.</param>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    /// <exception cref="NotSupportedException">There is another MPI.</exception>
    public static OpenMpi Load(Func<string, nint?>? tryLoad = null)
    {
        tryLoad ??= name => NativeLibrary.TryLoad(name, out var library) ? library : null;
        // Open MPI has had this number since version 4.0; MPICH and its descendants (Intel MPI, MVAPICH) have 12.
        string[] own = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib"] : ["libmpi.so.40"];
        string[] others = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib", "libmpi.dylib"] : ["libmpi.so.12", "libmpich.so.12", "libmpi.so"];
        foreach (var name in own.Concat(others))
        {
            if (tryLoad(name) is not { } library)
                continue;
            if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _))
                return new(library);
            throw new NotSupportedException(
                $"'{name}' is {VersionOf(library)}, but distributed training needs Open MPI 4 or 5, whose interface is another one. " +
                Install);
        }
        throw new DllNotFoundException(
            $"No MPI is installed here ('{own[0]}' was not found), but distributed training needs it. {Install}");
    }

    /// <summary>The library's own name and version, for example <c>Open MPI v4.1.4</c>.</summary>
    public string Version => VersionOf(_library);

    private const string Install =
        "Install Open MPI: 'apt install openmpi-bin' on Debian and Ubuntu, 'dnf install openmpi' on Fedora and Red Hat " +
        "(then 'module load mpi/openmpi-x86_64'), 'brew install open-mpi' on macOS.";

    /// <summary>Begins, unless the program has done so; errors come back as exceptions from here on.</summary>
    public void Initialize()
    {
        int isDone, provided;
        Check("MPI_Initialized", ((delegate* unmanaged<int*, int>)Export("MPI_Initialized"))(&isDone));
        if (isDone == 0)
        {
            Check("MPI_Init_thread", ((delegate* unmanaged<void*, void*, int, int*, int>)Export("MPI_Init_thread"))(
                null, null, ThreadSerialized, &provided));
            if (provided < ThreadSerialized)
            {
                throw new NotSupportedException(
                    $"{Version} was built without support for threads (it offers level {provided}, but {ThreadSerialized} is needed). " +
                    Install);
            }
        }
        Check("MPI_Comm_set_errhandler", ((delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler"))(
            _world, Export("ompi_mpi_errors_return")));
    }

    /// <summary>The number of this process.</summary>
    public int Rank() => Asked("MPI_Comm_rank");

    /// <summary>Processes.</summary>
    public int Size() => Asked("MPI_Comm_size");

    /// <summary>Gives everybody the bytes of one process.</summary>
    public void Broadcast(Span<byte> bytes, int root)
    {
        fixed (byte* data = bytes)
        {
            Check("MPI_Bcast", ((delegate* unmanaged<void*, int, nint, int, nint, int>)Export("MPI_Bcast"))(
                data, bytes.Length, Export("ompi_mpi_byte"), root, _world));
        }
    }

    /// <summary>Adds up in place.</summary>
    /// <param name="values">float32 or float64.</param>
    public void AllReduceSum<T>(Span<T> values) where T : unmanaged
    {
        var type = Export(typeof(T) == typeof(float) ? "ompi_mpi_float" : "ompi_mpi_double");
        fixed (T* data = values)
        {
            Check("MPI_Allreduce", ((delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Export("MPI_Allreduce"))(
                (void*)InPlace, data, values.Length, type, _sum, _world));
        }
    }

    /// <summary>Waits for everybody.</summary>
    public void Barrier() => Check("MPI_Barrier", ((delegate* unmanaged<nint, int>)Export("MPI_Barrier"))(_world));

    /// <summary>Ends every process of the job; does not return.</summary>
    public void Abort(int exitCode) => ((delegate* unmanaged<nint, int, int>)Export("MPI_Abort"))(_world, exitCode);

    /// <summary>Takes leave, which waits for the others to do so; nothing where it was done.</summary>
    public void Finish()
    {
        int isDone;
        Check("MPI_Finalized", ((delegate* unmanaged<int*, int>)Export("MPI_Finalized"))(&isDone));
        if (isDone == 0)
            ((delegate* unmanaged<int>)Export("MPI_Finalize"))();
    }

    private int Asked(string function)
    {
        int answer;
        Check(function, ((delegate* unmanaged<nint, int*, int>)Export(function))(_world, &answer));
        return answer;
    }

    private nint Export(string name) => Export(name, _library);

    private static nint Export(string name, nint library) => NativeLibrary.GetExport(library, name);

    private void Check(string function, int code)
    {
        if (code == 0)
            return;
        var text = stackalloc byte[LongestText];
        int length;
        ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(code, text, &length);
        throw new InvalidOperationException($"{function} failed with code {code}: {Encoding.UTF8.GetString(text, length)}");
    }

    private static string VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "MPI_Get_library_version", out var function))
            return "no MPI";
        var text = stackalloc byte[LongestText];
        int length;
        ((delegate* unmanaged<byte*, int*, int>)function)(text, &length);
        return Encoding.UTF8.GetString(text, length).Split(',', '\n', '\0')[0].Trim();
    }
}
