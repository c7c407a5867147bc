using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Stele.Cryptography.Cose;

namespace Stele.Governance.Requests;

/// <summary>The orders of the curves (FIPS 186-5, SP 800-186) that members' keys are on.</summary>
internal static class CurveOrders
{
    private static readonly BigInteger P256 = Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private static readonly BigInteger P384 = Parse(
        "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");

    private static readonly BigInteger P521 = Parse(
        "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        + "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409");

    /// <summary>The order of the curve that goes with an algorithm.</summary>
    public static BigInteger Of(CoseAlgorithm algorithm) => algorithm switch
    {
        CoseAlgorithm.ES256 => P256,
        CoseAlgorithm.ES384 => P384,
        _ => P521,
    };

    /// <summary>The size in bits of that curve's keys.</summary>
    public static int SizeOf(CoseAlgorithm algorithm) => algorithm switch
    {
        CoseAlgorithm.ES256 => 256,
        CoseAlgorithm.ES384 => 384,
        _ => 521,
    };

    /// <summary>Whether a curve is one of these, and not another of the same size.</summary>
    public static bool Has(ECCurve curve) => curve.Oid.Value is "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35";

    private static BigInteger Parse(string digits) => BigInteger.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
