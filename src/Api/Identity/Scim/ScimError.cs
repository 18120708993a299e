using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;

namespace Platform.Api.Identity;

/// <summary>Problems as SCIM has them (RFC 7644, section 3.12).</summary>
public static class ScimError
{
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:Error";

    private static readonly ImmutableSortedSet<string> Types = ImmutableSortedSet.Create(
        StringComparer.Ordinal, "invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget", "invalidValue");

    public static bool IsSpokenAt(PathString path) => path.StartsWithSegments("/scim/v2", StringComparison.Ordinal);

    /// <summary>A problem of one of the kinds that SCIM has names for, with status 400.</summary>
    /// <param name="type">Its <c>scimType</c>.</param>
    /// <param name="detail">Names the attribute and the rule.</param>
    public static ProblemException Of(string type, string detail) => new(new Problem(new ProblemKind(type, StatusCodes.Status400BadRequest, "The request breaks a rule."), detail));

    /// <summary>The same, of the value of an attribute.</summary>
    public static ProblemException Value(string attribute, string rule) => Of("invalidValue", $"{attribute}: {rule}");

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem)
    {
        var (status, type) = (problem.Kind.Status, TypeOf(problem));
        // What breaks a rule is 400 here, not 422.
        http.Response.StatusCode = status = status == StatusCodes.Status422UnprocessableEntity ? StatusCodes.Status400BadRequest : status;
        http.Response.ContentType = ScimAnswer.MediaType;
        return JsonSerializer.SerializeAsync(
            http.Response.Body, new ScimErrorBody([Schema], status.ToString(CultureInfo.InvariantCulture), type, DetailOf(problem)), ScimJson.Default.ScimErrorBody, http.RequestAborted);
    }

    private static string? TypeOf(Problem problem) =>
        Types.Contains(problem.Kind.Name) ? problem.Kind.Name
        : problem.Kind == ProblemKind.Invalid ? "invalidValue"
        : problem.Kind == ProblemKind.Malformed ? "invalidSyntax"
        : problem.Kind == ProblemKind.Conflict && problem.Errors?.ContainsKey("userName") == true ? "uniqueness"
        : null;

    private static string DetailOf(Problem problem) => problem.Errors is { Count: > 0 } errors
        // A group's name is its displayName here.
        ? string.Join(' ', errors.Select(error => $"{(error.Key == "name" ? "displayName" : error.Key)}: {string.Join(' ', error.Value)}"))
        : problem.Detail ?? problem.Kind.Title;
}
