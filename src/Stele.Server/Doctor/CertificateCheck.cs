using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;

namespace Stele.Server.Doctor;

/// <summary>The certificates: how long they are valid, who vouches for them, and for which names.</summary>
internal static class CertificateCheck
{
    private const string Check = "certificates";
    private static readonly TimeSpan ServiceSoon = TimeSpan.FromDays(180);
    private static readonly TimeSpan NodeSoon = TimeSpan.FromDays(14);

    public static void Run(string home, string? host, Findings findings, TimeProvider time)
    {
        const string noService = "Nothing renews it yet, and clients pin it: members agree on a new service by stele recover.";
        const string restart = "Restart the node in the last twelfth of this certificate's life: that renews it.";
        const string vote = $"Members renew it at any time: set_node_certificate_validity. {restart}";
        using var service = Read(home, "service_cert.pem", findings);
        using var node = Read(home, "node_cert.pem", findings);
        using var identityAuthority = Read(home, "identity_ca.pem", findings);
        using var identity = Read(home, "identity_cert.pem", findings);
        Validity("service_cert.pem", service, ServiceSoon, noService, findings, time);
        Validity("node_cert.pem", node, NodeSoon, vote, findings, time);
        Validity("identity_ca.pem", identityAuthority, ServiceSoon, noService, findings, time);
        Validity("identity_cert.pem", identity, NodeSoon, restart, findings, time);
        Chain("node_cert.pem", node, service, findings);
        Chain("identity_cert.pem", identity, identityAuthority, findings);
        if (host is not null && node is not null && !node.MatchesHostname(host))
            findings.Fail(Check, $"node_cert.pem is not for {host}", $"Start the node with --host {host}.");
    }

    private static X509Certificate2? Read(string home, string name, Findings findings)
    {
        var path = Path.Combine(home, name);
        if (!File.Exists(path)) return null;
        if (CertificatePem.TryRead(File.ReadAllText(path), out var certificate)) return certificate;
        findings.Fail(Check, $"{path} is no certificate in PEM", "Restore it from a backup.");
        return null;
    }

    private static void Validity(
        string name, X509Certificate2? certificate, TimeSpan soon, string advice, Findings findings, TimeProvider time)
    {
        if (certificate is null) return;
        var now = time.GetUtcNow().UtcDateTime;
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        if (now < from) findings.Fail(Check, $"{name} is valid from {from:u} on, and this clock says {now:u}", "Set the clock.");
        else if (now > to) findings.Fail(Check, $"{name} expired at {to:u}", advice);
        else if (to - now < soon) findings.Warn(Check, $"{name} expires in {(to - now).Days} days, at {to:u}", advice);
        else findings.Ok(Check, $"{name} is valid for {(to - now).Days} days");
    }

    private static void Chain(string name, X509Certificate2? certificate, X509Certificate2? authority, Findings findings)
    {
        if (certificate is null || authority is null) return;
        using var chain = new X509Chain { ChainPolicy = CertificateTrust.In(authority) };
        // How long each is valid is told by itself.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        if (!chain.Build(certificate))
            findings.Fail(Check, $"{name} is not one of this service's: {chain.ChainStatus.FirstOrDefault().StatusInformation?.Trim()}",
                "Restore it with its authority from one backup, or remove it: the next start makes it again.");
    }
}
