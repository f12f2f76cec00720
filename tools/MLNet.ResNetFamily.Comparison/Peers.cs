namespace MLNet.ResNetFamily.Comparison;

/// <summary>The programs that the product is compared with, and the networks that they read.</summary>
internal sealed class Peers(Options options) : IDisposable
{
    private readonly ExportedNetworks _networks = new();

    /// <summary>Why a job cannot be done here; null where it can.</summary>
    public string? WhyNot(Job job)
    {
        if (job.Folder is not null && !Directory.Exists(options.FolderOf(job)))
            return $"The folder '{options.FolderOf(job)}' does not exist: name the data with --data.";
        if (job.Peer == Peer.PyTorch && !File.Exists(options.PeerPath))
            return $"The script '{options.PeerPath}' does not exist. It is no part of the repository; name a copy with --peer.";
        return job.Peer is Peer.Torchvision or Peer.Featurizer ? null : Python.WhyNot;
    }

    /// <summary>Who does a job beside the product.</summary>
    /// <exception cref="ContestantException">The network that it needs cannot be exported.</exception>
    public Contestant Of(Job job) => job.Peer switch
    {
        Peer.PyTorch => Python.Script(options.PeerPath, job.PeerArguments),
        Peer.OnnxRuntime => Program("onnxruntime", "--file", _networks.PathOf(job.Network, takesBatches: true), job),
        Peer.Pipeline => Program("mlnet", "--file", _networks.PathOf(job.Network, takesBatches: false), job),
        Peer.Featurizer => new("dotnet", [options.PeersPath, "featurizer", .. job.PeerArguments]),
        _ => Program("torchvision", "--model", job.Network, job),
    };

    public void Dispose() => _networks.Dispose();

    private Contestant Program(string peer, string option, string value, Job job) =>
        new("dotnet", [options.PeersPath, peer, option, value, .. job.PeerArguments]);
}
