using System.Security.Cryptography.X509Certificates;

namespace Stele.Etcd;

/// <summary>Where an etcd cluster is, who this client is to it, and how long it is waited for.</summary>
/// <param name="Endpoints">
/// The members' client addresses: <c>https</c>, or <c>http</c> on this machine's loopback alone.
/// </param>
public sealed record EtcdOptions(IReadOnlyList<Uri> Endpoints)
{
    /// <summary>The certificate, with its key, that this client shows; none where etcd asks for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The authorities that alone are trusted to vouch for a member; the system's where there are none.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>How long a call may take in all, repeated reads included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a read waits for one member before it asks another.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long opening a connection may take, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a watch may be silent before it is opened anew behind what it has seen: the only way to notice, whatever
    /// stands in between, that nobody speaks at the other end any more.
    /// </summary>
    public TimeSpan WatchSilence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest answer, and the longest message of a watch, in bytes of JSON.</summary>
    public int AnswerBytesMax { get; init; } = 32 << 20;
}
