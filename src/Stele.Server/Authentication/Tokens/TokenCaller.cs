using Stele.Governance.Users;

namespace Stele.Server.Authentication.Tokens;

/// <summary>Who calls, by the request's token; a request with a token that counts has it as a feature.</summary>
/// <param name="User">The user's id.</param>
internal sealed record TokenCaller(UserId User);
