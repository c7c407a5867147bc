using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Server.Sealing;

namespace Stele.Server.Home;

/// <summary>Makes or reopens the files of a data directory.</summary>
/// <remarks>
/// A key is made only while there is no ledger yet: a directory in which a ledger stands and a key does not is refused, for
/// with a new key it would be another service. A creation that was interrupted before is completed.
/// </remarks>
internal sealed class LedgerHomeBuilder(string directory, IReadOnlyList<string> hostNames, KeySeal seal, TimeProvider time)
{
    // The service's certificate is what clients pin; it outlives any node. Nodes' certificates are renewed at a start, or by vote.
    private static readonly TimeSpan AuthorityValidity = TimeSpan.FromDays(3650);
    private static readonly TimeSpan EndValidity = TimeSpan.FromDays(365);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    internal const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly DateTimeOffset _now = time.GetUtcNow();
    private readonly IReadOnlyList<string> _hostNames = AllNames(hostNames);

    private readonly SecretFile _secrets = new(seal);

    private bool _ledgerExists;
    private Uri? _joinedBy;
    private SeqNo? _recoveredFrom;

    public LedgerHome Build()
    {
        System.IO.Directory.CreateDirectory(directory, OwnerOnly);
        System.IO.Directory.CreateDirectory(At("keys"), OwnerOnly);
        System.IO.Directory.CreateDirectory(At("ledger"), OwnerOnly);
        _ledgerExists = System.IO.Directory.EnumerateFileSystemEntries(At("ledger")).Any();

        _joinedBy = JoinMark.Read(directory);
        _recoveredFrom = RecoveryMark.Read(directory);
        if (_joinedBy is not null && !File.Exists(At("keys", "ledger-secret")))
            throw new LedgerHomeException($"The node of {directory} has not been let into its network yet; run: stele node join");

        var newlySealed = _secrets.SealPlain(At("keys"));
        var serviceKey = Key("service.pem");
        var service = Authority("service_cert.pem", serviceKey, "CCF Network");
        var nodeKey = Key("node.pem");
        using var identityKey = Key("identity.pem");
        using var identityAuthorityKey = Key("identity_ca.pem");
        var identityAuthority = Authority("identity_ca.pem", identityAuthorityKey, "Stele identity service");
        using var identity = End("identity_cert.pem", identityAuthority, identityAuthorityKey, identityKey, "Stele identity service node");
        var encryptionKey = EncryptionKey();
        return new LedgerHome
        {
            Directory = directory,
            Seal = seal,
            NewlySealed = newlySealed,
            ServiceKey = serviceKey,
            ServiceCertificate = service,
            NodeKey = nodeKey,
            NodeCertificate = new NodeCertificate(
                At("node_cert.pem"), nodeKey, service, _hostNames, End("node_cert.pem", service, serviceKey, nodeKey, "CCF Node")),
            IdentityCertificate = ForTls(identityKey, identity),
            JoinedBy = _joinedBy,
            RecoveredFrom = _recoveredFrom,
            LedgerId = _joinedBy is null ? null : JoinMark.ReadLedgerId(directory),
            EncryptionKey = encryptionKey,
            LedgerSecrets = new SecretKeeper(
                LedgerSecrets(), nodeKey.KeyId, encryptionKey,
                secrets => _secrets.WriteLedgerSecrets(At("keys", "ledger-secret"), secrets)),
        };
    }

    /// <summary>The names and addresses that a node's certificates are for, with those that an operator has named.</summary>
    internal static IReadOnlyList<string> AllNames(IEnumerable<string> hostNames) =>
        [.. new[] { "localhost", "127.0.0.1", "::1", Dns.GetHostName() }.Concat(hostNames).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>A certificate with its key, in the one form that every TLS stack takes: out of PKCS #12.</summary>
    internal static X509Certificate2 ForTls(SigningKey key, X509Certificate2 certificate)
    {
        using var joined = key.Join(certificate);
        var bytes = joined.Export(X509ContentType.Pkcs12);
        try
        {
            return X509CertificateLoader.LoadPkcs12(bytes, null, X509KeyStorageFlags.EphemeralKeySet);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private string At(params ReadOnlySpan<string> path) => Path.Combine([directory, .. path]);

    private string? Existing(string path)
    {
        if (File.Exists(path)) return path;
        return _ledgerExists
            ? throw new LedgerHomeException($"{path} is missing, and there is a ledger that needs it; restore it from a backup.")
            : null;
    }

    private SigningKey Key(string name)
    {
        var path = At("keys", name);
        return Existing(path) is null ? _secrets.NewKey(path) : _secrets.ReadKey(path);
    }

    private LedgerSecrets LedgerSecrets() => Existing(At("keys", "ledger-secret")) is { } found
        ? _secrets.ReadLedgerSecrets(found)
        : _secrets.NewLedgerSecrets(At("keys", "ledger-secret"), _recoveredFrom ?? SeqNo.First);

    // A ledger of a version that had none gets it now: nobody has sealed anything to it yet.
    private EncryptionKey EncryptionKey()
    {
        var path = At("keys", "encryption.pem");
        return File.Exists(path) ? _secrets.ReadEncryptionKey(path) : _secrets.NewEncryptionKey(path);
    }

    private X509Certificate2 Authority(string name, SigningKey key, string commonName)
    {
        if (Existing(At(name)) is { } path) return Load(path, key);
        return Write(At(name), CertificateAuthority.Create(key, commonName, _now, AuthorityValidity));
    }

    private X509Certificate2 End(
        string name, X509Certificate2 authority, SigningKey authorityKey, SigningKey key, string commonName)
    {
        var found = File.Exists(At(name)) ? Load(At(name), key) : null;
        if (found is not null && CertificateLife.Of(found).Lasts(_now) && CertificateLife.IsFor(found, _hostNames)) return found;
        return Write(At(name), CertificateAuthority.Endorse(
            authority, authorityKey, key, commonName, _hostNames, _now, found is null ? EndValidity : ValidityAfter(found)));
    }

    // How long the last one counts may have been the members' decision: no start makes that longer.
    private TimeSpan ValidityAfter(X509Certificate2 last)
    {
        using (last)
        {
            var life = CertificateLife.Of(last);
            return life.Lasts(_now) ? life.Until - _now : life.Length;
        }
    }

    internal static X509Certificate2 Load(string path, SigningKey key)
    {
        if (!CertificatePem.TryRead(File.ReadAllText(path), out var certificate))
            throw new LedgerHomeException($"{path} is no certificate in PEM.");
        return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.Span)
            ? certificate
            : throw new LedgerHomeException($"{path} is not the certificate of the key that lies beside it.");
    }

    internal static X509Certificate2 Write(string path, X509Certificate2 certificate)
    {
        Durable.Replace(path, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), Readable);
        return certificate;
    }
}
