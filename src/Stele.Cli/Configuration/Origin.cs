namespace Stele.Cli.Configuration;

/// <summary>Where a setting comes from. What comes later in this file gives way to what comes before.</summary>
internal abstract record Origin
{
    private Origin()
    {
    }

    /// <summary>The command line.</summary>
    public sealed record CommandLine : Origin
    {
        public override string ToString() => "command line";
    }

    /// <summary>A variable of the environment.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Variable(string Name) : Origin
    {
        public override string ToString() => $"environment, {Name}";
    }

    /// <summary>The configuration file.</summary>
    /// <param name="Path">Its path.</param>
    public sealed record File(string Path) : Origin
    {
        public override string ToString() => $"file, {Path}";
    }

    /// <summary>Nobody has said anything.</summary>
    public sealed record Default : Origin
    {
        public override string ToString() => "default";
    }
}
