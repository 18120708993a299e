using System.Globalization;
using Platform.Domain.Collaboration;

namespace Platform.Api.Identity;

/// <summary>How people sign in here.</summary>
/// <param name="PublicUrl">Where browsers reach the platform, without a slash at the end; null: wherever the request came in, on a developer's machine alone.</param>
/// <param name="Policy">Which addresses providers may have.</param>
public sealed record SignInOptions(string? PublicUrl, WebhookPolicy Policy)
{
    /// <param name="configuration"><c>SignIn:PublicUrl</c>, <c>SignIn:AllowHttp</c>, <c>SignIn:AllowPrivateAddresses</c>.</param>
    /// <param name="isDevelopment">Providers may be on this machine.</param>
    /// <exception cref="InvalidOperationException">A setting isn't as it must be.</exception>
    public static SignInOptions Of(IConfiguration configuration, bool isDevelopment)
    {
        var url = configuration["SignIn:PublicUrl"]?.TrimEnd('/');
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("https" or "http") || parsed is not { PathAndQuery: "/", Fragment: "" } || parsed.Scheme == "http" && !isDevelopment && !parsed.IsLoopback))
            throw new InvalidOperationException("SignIn__PublicUrl is an https URL without a path, such as https://platform.example.org.");
        return new SignInOptions(url, new WebhookPolicy(Flag("SignIn:AllowHttp"), Flag("SignIn:AllowPrivateAddresses")));

        bool Flag(string name) => configuration[name] is not { } text ? isDevelopment
            : bool.TryParse(text, out var flag) ? flag : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name.Replace(":", "__", StringComparison.Ordinal)} is true or false."));
    }

    /// <summary>Scheme, host and port that browsers know the platform by; null: it isn't configured.</summary>
    public string? OriginOf(HttpRequest request, bool isDevelopment) => PublicUrl ?? (isDevelopment ? $"{request.Scheme}://{request.Host}" : null);
}
