using System.Collections.Frozen;
using System.Text.Json;
using Platform.Domain.Collaboration;

namespace Platform.Api.Identity;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it matters here.</summary>
/// <param name="Authorization">Where browsers are sent.</param>
/// <param name="Token">Where codes are exchanged.</param>
/// <param name="Keys">Where its keys are.</param>
/// <param name="UserInfo">Where claims are that the ID token lacks; null: nowhere.</param>
/// <param name="EndSession">Where browsers end their session there (RP-Initiated Logout 1.0); null: nowhere.</param>
/// <param name="Algorithms">What ID tokens are signed with.</param>
/// <param name="PostsSecret">The client's secret goes into the form, not the header.</param>
/// <param name="NamesIssuer">Its answers must have <c>iss</c> (RFC 9207).</param>
internal sealed record ProviderMetadata(Uri Authorization, Uri Token, Uri Keys, Uri? UserInfo, Uri? EndSession, IReadOnlySet<string> Algorithms, bool PostsSecret, bool NamesIssuer)
{
    /// <exception cref="ProviderException">It says something that sign-in can't be done with.</exception>
    public static ProviderMetadata Of(JsonElement json, string issuer, WebhookPolicy policy)
    {
        if (json.Text("issuer") != issuer)
            throw new ProviderException("The provider's configuration is another issuer's.");
        if (json.Texts("code_challenge_methods_supported") is { } methods && !methods.Contains("S256"))
            throw new ProviderException("The provider doesn't take PKCE with S256.");
        if (json.Texts("response_types_supported") is { } types && !types.Contains("code"))
            throw new ProviderException("The provider doesn't take the authorization code flow.");
        var algorithms = SignatureAlgorithm.Names.Where(name => json.Texts("id_token_signing_alg_values_supported") is not { } named || named.Contains(name)).ToFrozenSet(StringComparer.Ordinal);
        if (algorithms.Count == 0)
            throw new ProviderException("The provider signs ID tokens by no algorithm that is accepted here (RS, PS and ES).");
        var secrets = json.Texts("token_endpoint_auth_methods_supported");
        return new ProviderMetadata(
            Address("authorization_endpoint")!, Address("token_endpoint")!, Address("jwks_uri")!, Address("userinfo_endpoint", required: false), Address("end_session_endpoint", required: false), algorithms,
            secrets is not null && !secrets.Contains("client_secret_basic") && secrets.Contains("client_secret_post"),
            json.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind == JsonValueKind.True);

        Uri? Address(string member, bool required = true) => json.Text(member) is not { } url
            ? required ? throw new ProviderException($"The provider's configuration has no {member}.") : null
            : WebhookUrl.Problem(url, policy) is { } problem ? throw new ProviderException($"The provider's {member} can't be used: {problem}") : new Uri(url);
    }
}

/// <summary>A provider doesn't do what sign-in needs; the message is for whoever signs in, and has nothing of the provider's own words.</summary>
public sealed class ProviderException(string message, bool isRefusal = false) : Exception(message)
{
    /// <summary>It answered, and said no.</summary>
    public bool IsRefusal => isRefusal;
}
