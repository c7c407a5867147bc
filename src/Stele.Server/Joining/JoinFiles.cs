using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Joining;

/// <summary>The data directory of a node while it joins: each file is made once, so that a join goes on where it was.</summary>
/// <param name="directory">The data directory, which was begun.</param>
/// <param name="seal">What the secrets are sealed by.</param>
internal sealed class JoinFiles(string directory, KeySeal seal)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly SecretFile _secrets = new(seal);

    /// <summary>Whether the node has joined already: its secrets are the last thing that is put in place.</summary>
    public static bool IsComplete(string directory) => File.Exists(Path.Combine(directory, "keys", "ledger-secret"));

    /// <summary>Makes the directory that of a node that joins.</summary>
    /// <exception cref="LedgerHomeException">It is a founder's.</exception>
    public static void Begin(string directory, Uri from)
    {
        Directory.CreateDirectory(directory, OwnerOnly);
        if (File.Exists(Path.Combine(directory, "keys", "service.pem")) && JoinMark.Read(directory) is null)
            throw new LedgerHomeException($"{directory} is that of a node that founded a network of its own; choose another.");
        Directory.CreateDirectory(Path.Combine(directory, "keys"), OwnerOnly);
        JoinMark.Write(directory, from);
    }

    /// <summary>The node's key.</summary>
    public SigningKey NodeKey()
    {
        var path = At("keys", "node.pem");
        return File.Exists(path) ? _secrets.ReadKey(path) : _secrets.NewKey(path);
    }

    /// <summary>The key that secrets are sealed to.</summary>
    public EncryptionKey EncryptionKey()
    {
        var path = At("keys", "encryption.pem");
        return File.Exists(path) ? _secrets.ReadEncryptionKey(path) : _secrets.NewEncryptionKey(path);
    }

    /// <summary>The request for the node's certificate: the same each time, as another would be another node's.</summary>
    public string CertificateRequest(Func<string> make)
    {
        var path = At("node_request.pem");
        if (!File.Exists(path)) Durable.Replace(path, Encoding.ASCII.GetBytes(make()), LedgerHomeBuilder.Readable);
        return File.ReadAllText(path);
    }

    /// <summary>Puts in place what the network has given.</summary>
    public void Complete(
        X509Certificate2 service, string nodeCertificate, string ledgerId, LedgerSecrets secrets, SigningKey serviceKey)
    {
        JoinMark.WriteLedgerId(directory, ledgerId);
        Durable.Replace(At("service_cert.pem"), Encoding.ASCII.GetBytes(service.ExportCertificatePem() + "\n"), LedgerHomeBuilder.Readable);
        Durable.Replace(At("node_cert.pem"), Encoding.ASCII.GetBytes(nodeCertificate), LedgerHomeBuilder.Readable);
        _secrets.WriteKey(At("keys", "service.pem"), serviceKey, "");
        _secrets.WriteLedgerSecrets(At("keys", "ledger-secret"), secrets);
    }

    private string At(params ReadOnlySpan<string> path) => Path.Combine([directory, .. path]);
}
