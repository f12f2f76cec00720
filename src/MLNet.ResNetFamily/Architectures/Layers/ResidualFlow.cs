namespace MLNet.ResNetFamily;

// What passes through a residual unit, forwards and backwards: Veit et al. (2016), sections 4 and 5.
internal enum ResidualFlow
{
    // Shortcut and branch: the network as it is.
    Both,

    // The branch is taken out of the network.
    ShortcutOnly,

    // Both forwards; backwards the branch alone.
    GradientThroughBranch,

    // Both forwards; backwards the shortcut alone.
    GradientThroughShortcut,
}
