using System.Net.Security;

namespace Stele.Server.Hosting;

/// <summary>
/// The cipher suites of TLS, by preference: authenticated encryption and ephemeral keys, nothing else. Keys are P-384; the
/// groups of the key exchange are those of the machine's OpenSSL, which the runtime gives no say in.
/// </summary>
internal static class TlsChoices
{
    private static readonly TlsCipherSuite[] Tls13 =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
    ];

    private static readonly TlsCipherSuite[] Tls12 =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    ];

    /// <summary>Among nodes: TLS 1.3 alone.</summary>
    public static CipherSuitesPolicy? OfNodes { get; } = Policy(Tls13);

    /// <summary>For clients, of which some that Azure Confidential Ledger has speak TLS 1.2.</summary>
    public static CipherSuitesPolicy? OfClients { get; } = Policy([.. Tls13, .. Tls12]);

    // The runtime lets the suites be chosen where its TLS is OpenSSL's.
    private static CipherSuitesPolicy? Policy(TlsCipherSuite[] suites) =>
        OperatingSystem.IsLinux() ? new CipherSuitesPolicy(suites) : null;
}
