using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Attestation.Certificates;

namespace Stele.Attestation.Tests;

/// <summary>Certificates and lists that are well signed, and yet must not be relied on.</summary>
public sealed class CertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Only_an_authority_signs_certificates()
    {
        using var authority = Root(isAuthority: true);
        using var subject = Root(isAuthority: false);
        Assert.True(IsSigned(Leaf(authority), authority));
        Assert.False(IsSigned(Leaf(subject), subject));
    }

    [Fact]
    public void The_issuer_is_who_is_named()
    {
        using var authority = Root(isAuthority: true);
        using var namesake = Root(isAuthority: true, "CN=Other");
        // The same key under another name.
        Assert.False(IsSigned(Leaf(authority), namesake));
    }

    [Fact]
    public void Another_scheme_than_the_named_one_is_refused()
    {
        using var authority = Root(isAuthority: true);
        var (leaf, issuer) = (Read(Leaf(authority)), Read(authority));
        Assert.True(leaf.IsSignedBy(issuer, SignatureScheme.EcdsaSha256));
        Assert.False(leaf.IsSignedBy(issuer, SignatureScheme.EcdsaSha384));
        Assert.False(leaf.IsSignedBy(issuer, SignatureScheme.RsaPssSha384));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unknown_extension_that_is_critical_makes_a_certificate_worthless(bool isCritical)
    {
        using var authority = Root(isAuthority: true);
        var extension = new X509Extension("1.2.3.4", [5, 0], isCritical);
        Assert.NotEqual(isCritical, IsSigned(Leaf(authority, extension), authority));
    }

    [Fact]
    public void A_list_is_the_authoritys_and_of_its_time()
    {
        using var authority = Root(isAuthority: true);
        using var other = Root(isAuthority: true, "CN=Other");
        var leaf = Read(Leaf(authority));
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry([7], Now);
        var list = RevocationList.Read(builder.Build(authority, 1, Now.AddDays(30), HashAlgorithmName.SHA256, thisUpdate: Now));
        Assert.True(list.IsSignedBy(Read(authority), SignatureScheme.EcdsaSha256));
        Assert.False(list.IsSignedBy(Read(other), SignatureScheme.EcdsaSha256));
        Assert.True(list.Lists(leaf));
        Assert.False(list.Lists(Read(authority)));
        Assert.True(list.IsCurrentAt(Now));
        Assert.False(list.IsCurrentAt(Now.AddSeconds(-1)));
        Assert.False(list.IsCurrentAt(Now.AddDays(31)));
    }

    [Fact]
    public void PEM_of_something_else_and_too_much_of_it_is_not_read()
    {
        using var authority = Root(isAuthority: true);
        var pem = Read(authority).Encoded;
        var text = PemEncoding.WriteString("CERTIFICATE", pem.Span);
        Assert.Equal(3, CertificatePem.ReadAll(Encoding.ASCII.GetBytes($"{text}\n# a comment\n{text}\n{text}\0")).Count);
        Assert.Throws<FormatException>(() => CertificatePem.Read(Encoding.ASCII.GetBytes(text), 2));
        Assert.Throws<FormatException>(
            () => CertificatePem.ReadAll(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PRIVATE KEY", pem.Span))));
        Assert.Throws<FormatException>(
            () => CertificatePem.ReadAll(Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Repeat(text, 17)))));
    }

    private X509Certificate2 Root(bool isAuthority, string name = "CN=Root")
    {
        var request = new CertificateRequest(name, _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
    }

    private X509Certificate2 Leaf(X509Certificate2 issuer, X509Extension? extension = null)
    {
        var request = new CertificateRequest("CN=Leaf", _key, HashAlgorithmName.SHA256);
        if (extension is not null) request.CertificateExtensions.Add(extension);
        return request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), Now.AddDays(-1), Now.AddDays(1), [7]);
    }

    private static bool IsSigned(X509Certificate2 leaf, X509Certificate2 issuer) =>
        Read(leaf).IsSignedBy(Read(issuer), SignatureScheme.EcdsaSha256);

    private static Certificate Read(X509Certificate2 certificate) => Certificate.Read(certificate.RawData);
}
