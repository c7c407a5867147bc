using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Cose;
using Stele.Cryptography.Keys;
using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;
using Stele.Ledger.Tables;
using Stele.Tests;

namespace Stele.Governance.Tests.Recovery;

/// <summary>The endorsements of earlier services: those that a real CCF service recorded, and our own.</summary>
public sealed class EarlierServiceTests
{
    private const string Real = "vectors/ccf-live/rec";

    [Fact]
    public void A_real_services_chain_of_endorsements_verifies_and_is_written_back_byte_by_byte()
    {
        var entries = Entries(SharedVectors.Require($"{Real}/ledger"));
        var tables = entries.Aggregate(LedgerTables.Empty, (before, entry) => before.With(entry.PublicWrites, entry.Id.SeqNo));
        var service = Assert.Single(EarlierServices.Read(tables, seqno => entries[(int)seqno.Value - 1].PublicWrites));
        using var previous = X509Certificate2.CreateFromPem(File.ReadAllText(SharedVectors.Require($"{Real}/previous_service_cert.pem")));
        Assert.Equal(previous.PublicKey.ExportSubjectPublicKeyInfo(), service.PublicKey.ToArray());
        Assert.Equal("2.1", service.Begin.ToString());
        Assert.Equal("2.47", service.End!.Value.Id.ToString());
        Assert.True(SignatureRecord.TryRead(entries[46], out var signature));
        Assert.Equal(signature.Node!.Root, service.End.Value.Root);

        var (_, row) = EarlierServices.Newest(tables)!.Value;
        tables.TryGet(EarlierServices.Endorsements, TableNames.SingleKey, out var written);
        Assert.Equal(written.ToArray(), row.ToRow());
    }

    [Fact]
    public void Only_the_service_that_is_said_to_have_endorsed_has()
    {
        using var earlier = SigningKey.Generate();
        using var present = SigningKey.Generate();
        var endorsement = new ServiceEndorsement(
            earlier.PublicKey, TransactionId.Of(2, 1), (TransactionId.Of(3, 47), Digest.Of("root"u8)));
        var signed = endorsement.Sign(present, DateTimeOffset.UnixEpoch);
        var read = ServiceEndorsement.Read(signed, present.PublicKey.Span);
        Assert.Equal((endorsement.Begin, endorsement.End), (read.Begin, read.End));
        Assert.Throws<FormatException>(() => ServiceEndorsement.Read(signed, earlier.PublicKey.Span));
        var random = new Random(20261121);
        for (var i = 0; i < 300; i++)
        {
            var altered = signed.ToArray();
            altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                // The unprotected header and the like are not signed: what is said must be the same, or nothing.
                var other = ServiceEndorsement.Read(altered, present.PublicKey.Span);
                Assert.Equal((endorsement.Begin, endorsement.End), (other.Begin, other.End));
            }
            catch (FormatException)
            {
                // As it should.
            }
        }
    }

    private static List<LedgerEntry> Entries(string directory)
    {
        var entries = new List<LedgerEntry>();
        foreach (var chunk in LedgerDirectory.Chunks(directory))
        {
            using var reader = ChunkReader.Open(chunk);
            while (reader.TryReadNext(out _, out var bytes)) entries.Add(LedgerEntry.Parse(bytes));
        }
        return entries;
    }
}
