using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Tokens;

/// <summary>Whatever a stranger sends as a token, the reader says one thing: that it is none.</summary>
public sealed class TokenFuzzTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void A_changed_token_is_read_or_refused_and_never_anything_else()
    {
        using var mint = TokenMint.EllipticCurve("https://issuer", "k", System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var parts = new[] { mint.Header("ES256").ToJsonString(), mint.Claims("alice").ToJsonString() };
        var changes = Gen.Choose(0, 1).SelectMany(part => Gen.Choose(0, parts[part].Length - 1)
            .SelectMany(at => Gen.Choose(0, 255).Select(value => (part, at, value)))).ArrayOf();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Rounds).WithQuietOnSuccess(true),
            Prop.ForAll(changes.ToArbitrary(), all =>
            {
                var bytes = parts.Select(Encoding.UTF8.GetBytes).ToArray();
                foreach (var (part, at, value) in all) bytes[part][at] = (byte)value;
                Read($"{TokenMint.Text(bytes[0])}.{TokenMint.Text(bytes[1])}.AAAA");
            }));
    }

    [Fact]
    public void A_text_is_read_or_refused_and_never_anything_else() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Rounds).WithQuietOnSuccess(true),
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => Read(text ?? "")));

    [Theory]
    [InlineData("{", "}")]
    [InlineData("{\"a\":", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("\"\\ud800\"", "{}")]
    [InlineData("null", "null")]
    public void What_is_no_object_is_refused(string header, string claims) =>
        Assert.Throws<FormatException>(() => UnverifiedToken.Read(
            $"{TokenMint.Text(Encoding.UTF8.GetBytes(header))}.{TokenMint.Text(Encoding.UTF8.GetBytes(claims))}.AAAA"));

    private static void Read(string text)
    {
        try
        {
            UnverifiedToken.Read(text);
        }
        catch (FormatException)
        {
            // The one thing that it says.
        }
    }
}
