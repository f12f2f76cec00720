namespace MLNet.ResNetFamily.Comparison;

/// <summary>One row of the table: the same work for both.</summary>
/// <param name="Name">What the row is called.</param>
/// <param name="Network">The network, as torchvision names it.</param>
/// <param name="Product">Arguments of <c>resnetfamily bench</c>.</param>
/// <param name="Peer">What the product is compared with.</param>
/// <param name="PeerArguments">What it is told beyond the network.</param>
/// <param name="Aim">The ratio that is wanted; null where none was set.</param>
internal sealed record Job(string Name, string Network, string[] Product, Peer Peer, string[] PeerArguments, double? Aim = null)
{
    /// <summary>How the peer was set, where it can be set in several ways.</summary>
    public string? PeerSetting { get; init; }

    /// <summary>The data that it needs, below the folder of data sets; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether seconds are compared, of which fewer are better, instead of images per second.</summary>
    public bool ComparesSeconds { get; init; }

    /// <summary>Whether both start from the same random weights, drawn by torchvision; each draws its own without.</summary>
    public bool SharesWeights { get; init; }

    /// <summary>Whether its ratio goes into the mean below the table.</summary>
    public bool IsInMean { get; init; }

    public string PeerName
    {
        get
        {
            var name = Peer switch
            {
                Peer.OnnxRuntime => "ONNX Runtime",
                Peer.Pipeline => "ML.NET's ApplyOnnxModel",
                Peer.Featurizer => "ML.NET's DnnFeaturizeImage",
                Peer.Torchvision => "TorchSharp's torchvision",
                _ => "PyTorch",
            };
            return PeerSetting is null ? name : $"{name}, {PeerSetting}";
        }
    }

    public string Title => $"{Name}, against {PeerName}";
}
