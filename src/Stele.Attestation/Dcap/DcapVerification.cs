using System.Globalization;
using System.Security.Cryptography;
using Stele.Attestation.Certificates;

namespace Stele.Attestation.Dcap;

/// <summary>One verification of a quote: all its checks, in the order of the reasoning.</summary>
internal sealed class DcapVerification
{
    private const SignatureScheme Scheme = SignatureScheme.EcdsaSha256;

    // Intel's numbers of the two quoting enclaves (ISVPRODID).
    private const ushort SgxQuotingProduct = 1;
    private const ushort TdxQuotingProduct = 2;

    private static readonly string[] PckNames = ["Intel SGX PCK Certificate"];
    private static readonly string[] AuthorityNames = ["Intel SGX PCK Platform CA", "Intel SGX PCK Processor CA"];
    private static readonly string[] SignerNames = ["Intel SGX TCB Signing"];

    private readonly CheckList _checks = new();
    private readonly EvidencePolicy _policy;
    private readonly TrustAnchors _anchors;
    private readonly DateTimeOffset _asOf;
    private readonly Quote _quote;
    private readonly IntelChain _pck;
    private readonly PckPlatform _platform;
    private readonly ReadCollateral? _collateral;

    /// <summary>Reads what is to be verified.</summary>
    /// <exception cref="FormatException">Something cannot be read.</exception>
    public DcapVerification(DcapEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        (_policy, _anchors, _asOf) = (policy, anchors, asOf);
        _quote = Quote.Read(evidence.Quote);
        _pck = new IntelChain("pck", _quote.Signature.Chain);
        _platform = PckPlatform.Read(_pck.Leaf);
        _collateral = evidence.Collateral is { } collateral ? ReadCollateral.Of(collateral) : null;
    }

    private SgxReport QuotingEnclave => _quote.Signature.QuotingEnclave;

    /// <summary>Makes the checks.</summary>
    public Verdict Run()
    {
        _checks.Add("well-formed", true, "");
        CheckQuote();
        _pck.Check(_checks, _anchors, _asOf, PckNames, AuthorityNames);
        CheckSignatures();
        CheckQuotingEnclave();
        var evaluation = _collateral is { } collateral ? CheckCollateral(collateral) : WithoutCollateral();
        var claims = Claims(evaluation);
        Appraisal.CheckValues(_checks, _policy, claims.Measurement, claims.HostData, claims.ReportData);
        CheckContents(claims);
        return new Verdict(claims, _checks.All);
    }

    private void CheckQuote()
    {
        _checks.Add("header-vendor-intel", _quote.Header.IsOfIntel, "the quoting enclave is not Intel's");
        _checks.Add(
            "no-trailing-garbage", !_quote.Trailing.Span.ContainsAnyExcept((byte)0), "something else than zeros follows the quote");
        _checks.Add(
            "not-debug", !_quote.Body.IsDebug || (_policy.AllowDebug && _quote.Body.IsOnlyDebug), "its memory can be read from outside");
        if (_quote.Body is TdReport report)
            _checks.Add("td-xfam", report.IsXfamPossible, "the bits of XFAM that are always set are not");
    }

    private void CheckSignatures()
    {
        var signature = _quote.Signature;
        _checks.Add(
            "qe-report-signature",
            _pck.Leaf.PublicKey.VerifyEcdsa(
                signature.QuotingEnclaveBytes, signature.QuotingEnclaveSignature, HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            "the platform's key has not signed the quoting enclave's report");
        _checks.Add(
            "qe-report-binds-attestation-key", signature.BindsAttestationKey,
            "the quoting enclave does not name the key that signs the quote");
        _checks.Add(
            "quote-signature", PointKey.Verify(signature.AttestationKey, _quote.Signed.Span, signature.Signature),
            "the attestation key has not signed the quote");
    }

    // Every enclave gets a report that the processor's key signs: whoever has a processor writes one that says anything. Whose
    // enclave it must be, Intel's statement says, and where there is none, what is built in.
    private void CheckQuotingEnclave()
    {
        var isTdx = _quote.Header.IsTdx;
        var isKind = !QuotingEnclave.IsDebug && QuotingEnclave.ProductId == (isTdx ? TdxQuotingProduct : SgxQuotingProduct);
        _checks.Add(
            "qe-identity", isKind && (_collateral?.Identity is { } identity ? IsNamedBy(identity) : IsSignedByMaker(isTdx)),
            "the quoting enclave is not the one that Intel names, or is in debug, or below all its levels");
    }

    private bool IsNamedBy(QeIdentity identity) => identity.Fits(QuotingEnclave) && identity.LevelOf(QuotingEnclave) is not null;

    private bool IsSignedByMaker(bool isTdx) =>
        (isTdx ? _anchors.QuotingEnclaves?.Tdx : _anchors.QuotingEnclaves?.Sgx) is { } signer
        && signer.Span.SequenceEqual(QuotingEnclave.MrSigner);

    private void CheckContents(AttestationClaims claims)
    {
        if (_policy.EnclaveSigners is { } signers) Appraisal.CheckOneOf(_checks, "mrsigner-expected", signers, claims.Signer);
        if (_policy.TrustDomains is not { } domains) return;
        var registers = claims.Registers.Select(register => (ReadOnlyMemory<byte>?)register);
        var found = new TrustDomain { Measurement = claims.Measurement, Registers = [.. registers] };
        _checks.Add(
            "td-expected", domains.Any(domain => domain.Fits(claims)), $"{found} is not accepted; {Appraisal.Accepted(domains)}");
    }

    // A policy that names statuses wants to know one.
    private TcbEvaluation? WithoutCollateral()
    {
        const string reason = "there is no collateral: nothing is known of firmware, microcode and revocation";
        if (_policy.TcbStatuses is null) _checks.NotMade("collateral", reason);
        else _checks.Add("collateral", passed: false, reason);
        return null;
    }

    private TcbEvaluation CheckCollateral(ReadCollateral collateral)
    {
        CheckLists(collateral);
        CheckStatement(collateral, "tcb", collateral.Info.Statement, collateral.Info.IsFor(_quote.Header.IsTdx));
        CheckStatement(collateral, "qe", collateral.Identity.Statement, collateral.Identity.IsFor(_quote.Header.IsTdx));
        _checks.Add(
            "tcb-fmspc", collateral.Info.Fmspc.AsSpan().SequenceEqual(_platform.Fmspc), "the levels are of another model of platform");
        _checks.Add("tcb-pceid", collateral.Info.PceId.AsSpan().SequenceEqual(_platform.PceId), "the levels are of another PCE");
        var evaluation = TcbEvaluation.Of(_quote, _platform, collateral.Info, collateral.Identity);
        CheckStatus(evaluation);
        return evaluation;
    }

    private void CheckLists(ReadCollateral collateral)
    {
        if (CheckList("root-crl", collateral.RootList, _quote.Signature.Chain[^1]) is { } root)
            _pck.CheckRevocation(_checks, _pck.Issuer, root);
        if (CheckList("pck-crl", collateral.PckList, _pck.Issuer) is { } list)
            _pck.CheckRevocation(_checks, _pck.Leaf, list);
    }

    private RevocationList? CheckList(string name, RevocationList? list, Certificate issuer)
    {
        if (list is null)
        {
            const string reason = "there is no revocation list";
            if (_policy.RequireRevocationList) _checks.Add(name, passed: false, reason);
            else _checks.NotMade(name, reason);
            return null;
        }
        _checks.Add($"{name}-signature", list.IsSignedBy(issuer, Scheme), "the list is not of the certificates' issuer");
        _checks.Add($"{name}-current", list.IsCurrentAt(_asOf), "the list is not current at that moment");
        return list;
    }

    // Both statements have the same signer; the checks say of which statement it is.
    private void CheckStatement(ReadCollateral collateral, string name, SignedStatement statement, bool isKind)
    {
        var signer = new IntelChain($"{name}-signer", collateral.Signers);
        signer.Check(_checks, _anchors, _asOf, SignerNames);
        if (collateral.RootList is { } list) signer.CheckRevocation(_checks, signer.Leaf, list);
        _checks.Add($"{name}-json-signature", statement.IsSignedBy(signer.Leaf.PublicKey), "the signer has not signed the text");
        _checks.Add($"{name}-json-current", statement.IsCurrentAt(_asOf), "the text is not current at that moment");
        _checks.Add($"{name}-json-kind", isKind, "the text is about something else than such a quote");
    }

    private void CheckStatus(TcbEvaluation evaluation)
    {
        var status = evaluation.Status?.ToString() ?? "unknown";
        _checks.Add("tcb-level-found", evaluation.IsLevelFound, "Intel names no level for this platform and its TDX module");
        _checks.Add("tcb-not-revoked", evaluation.Status is { } known and not TcbStatus.Revoked, $"the platform's TCB is {status}");
        if (_policy.TcbStatuses is { } accepted)
            _checks.Add("tcb-status-accepted", accepted.Contains(status, StringComparer.Ordinal), $"the platform's TCB is {status}");
    }

    private AttestationClaims Claims(TcbEvaluation? evaluation) => _quote.Body.Claims with
    {
        Tcb = string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join('.', _platform.ComponentSvns)} pce {_platform.PceSvn}{Domain()}"),
        TcbStatus = evaluation?.Status?.ToString() ?? "",
        Advisories = evaluation?.Advisories ?? [],
    };

    private string Domain() => _quote.Body is TdReport report ? $" tdx {Convert.ToHexStringLower(report.TeeTcbSvn)}" : "";
}
