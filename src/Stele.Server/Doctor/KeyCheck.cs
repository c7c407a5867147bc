using System.Security.Cryptography;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Doctor;

/// <summary>The node's keys: whether they open, and belong to the certificates beside them.</summary>
internal static class KeyCheck
{
    private const string Check = "keys";
    private static readonly (string Key, string Certificate)[] Pairs =
    [
        ("service.pem", "service_cert.pem"), ("node.pem", "node_cert.pem"),
        ("identity.pem", "identity_cert.pem"), ("identity_ca.pem", "identity_ca.pem"),
    ];

    public static async Task RunAsync(string home, SealOptions sealing, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        var keys = SealedFiles.DirectoryOf(home);
        var files = SealedFiles.Sealable(keys).ToList();
        if (files.Count == 0) return;
        foreach (var plain in files.Where(path => !SealedFiles.IsSealed(path)))
            findings.Warn(Check, $"{plain} is not sealed", "Start the node, which seals it; with --seal platform run stele node seal.");
        try
        {
            using var seal = await KeySeals.OpenAsync(keys, sealing, mayMake: false, time, cancel);
            var count = files.Count(path => Opens(path, seal, findings));
            foreach (var (key, certificate) in Pairs) Match(Path.Combine(keys, key), Path.Combine(home, certificate), seal, findings);
            if (findings.HasNone(Check)) findings.Ok(Check, $"{count} files open by {seal.Way.Name}, and belong to their certificates");
        }
        catch (Exception closed) when (closed is LedgerHomeException or EvidenceException)
        {
            findings.Fail(Check, closed.Message, "Say --seal as the node does; see «Where the keys are» in docs/operations.md.");
        }
    }

    private static bool Opens(string path, KeySeal seal, Findings findings)
    {
        try
        {
            CryptographicOperations.ZeroMemory(new SecretFile(SealedFiles.IsSealed(path) ? seal : null).Read(path));
            return true;
        }
        catch (LedgerHomeException closed)
        {
            findings.Fail(Check, closed.Message, "Restore it from a backup, or say --seal as the node does.");
            return false;
        }
    }

    private static void Match(string keyFile, string certificateFile, KeySeal seal, Findings findings)
    {
        if (!File.Exists(keyFile) || !File.Exists(certificateFile)) return;
        try
        {
            using var key = new SecretFile(SealedFiles.IsSealed(keyFile) ? seal : null).ReadKey(keyFile);
            using var certificate = LedgerHomeBuilder.Load(certificateFile, key);
        }
        catch (LedgerHomeException fault) when (fault.Message.StartsWith(certificateFile, StringComparison.Ordinal))
        {
            findings.Fail(Check, fault.Message, "Restore both files from one backup.");
        }
        catch (LedgerHomeException)
        {
            // That it does not open is told already.
        }
    }
}
