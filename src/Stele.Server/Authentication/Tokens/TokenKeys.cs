using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;
using Stele.Governance.Tokens;
using Stele.Ledger.Tables;

namespace Stele.Server.Authentication.Tokens;

/// <summary>A key as the verifying library takes it, with the algorithms that go with it and no others.</summary>
/// <param name="Key">The key.</param>
/// <param name="Algorithms">What it may have signed with.</param>
internal sealed record VerifyingKey(SecurityKey Key, string[] Algorithms);

/// <summary>
/// The keys of tokens, from the ledger's tables as they are with each request: a key that was removed counts no more with the next
/// one. What was parsed is kept while the row is the same.
/// </summary>
internal sealed class TokenKeys
{
    // As many as there may be, many times over: only rows of the table are kept, and removed ones until then.
    private const int KeptMax = 10_000;

    private static readonly string[] RsaAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>An issuer's key; null where the tables have none of that id.</summary>
    /// <exception cref="FormatException">The row is none of keys.</exception>
    public VerifyingKey? Find(LedgerTables tables, string issuer, string keyId)
    {
        if (!TokenKeyTable.TryGetRow(tables, keyId, out var row)) return null;
        if (!_kept.TryGetValue(keyId, out var kept) || !kept.Row.Equals(row))
        {
            if (_kept.Count >= KeptMax) _kept.Clear();
            _kept[keyId] = kept = Parse(keyId, row);
        }
        return kept.Keys.GetValueOrDefault(issuer);
    }

    private static Kept Parse(string keyId, ReadOnlyMemory<byte> row)
    {
        var keys = new Dictionary<string, VerifyingKey>(StringComparer.Ordinal);
        foreach (var (issuer, key) in TokenKeyTable.ReadRow(keyId, row)) keys[issuer] = Parse(key);
        return new Kept(row, keys);
    }

    // As numbers, of which the library makes a key for each thread that verifies.
    private static VerifyingKey Parse(TokenKey key)
    {
        try
        {
            var info = PublicKey.CreateFromSubjectPublicKeyInfo(key.PublicKey.Span, out _);
            using var rsa = info.GetRSAPublicKey();
            if (rsa is not null)
            {
                var numbers = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) { KeyId = key.Id };
                return new VerifyingKey(numbers, RsaAlgorithms);
            }
            using var ec = info.GetECDsaPublicKey() ?? throw new FormatException("A key of tokens is neither RSA nor EC.");
            var point = ec.ExportParameters(includePrivateParameters: false).Q;
            var coordinates = new JsonWebKey
            {
                Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
                Crv = $"P-{ec.KeySize}",
                X = Base64Url.EncodeToString(point.X),
                Y = Base64Url.EncodeToString(point.Y),
                KeyId = key.Id,
            };
            return new VerifyingKey(coordinates, [AlgorithmOf(ec)]);
        }
        catch (CryptographicException fault)
        {
            throw new FormatException("A key of tokens is none.", fault);
        }
    }

    private static string AlgorithmOf(ECDsa ec) => ec.KeySize switch
    {
        256 => SecurityAlgorithms.EcdsaSha256,
        384 => SecurityAlgorithms.EcdsaSha384,
        521 => SecurityAlgorithms.EcdsaSha512,
        _ => throw new FormatException("A key of tokens is on none of the curves P-256, P-384, P-521."),
    };

    private sealed record Kept(ReadOnlyMemory<byte> Row, Dictionary<string, VerifyingKey> Keys);
}
