namespace Stele.Attestation.Azure;

/// <summary>Someone who may say which measurements of Azure's utility VM are good.</summary>
/// <param name="Did">Who: a <c>did:x509</c> that names a root certificate and what the signer's must say.</param>
/// <param name="Feed">Of what: such as <c>ContainerPlat-AMD-UVM</c>.</param>
/// <param name="MinimumSvn">The lowest security version that is accepted.</param>
public sealed record UvmEndorser(string Did, string Feed, ulong MinimumSvn);
