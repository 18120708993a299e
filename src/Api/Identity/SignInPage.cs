using System.Net;
using Platform.Api.Http;

namespace Platform.Api.Identity;

/// <summary>What a browser is told where a sign-in doesn't succeed: the problem as a page. Programs get it as JSON, as everywhere.</summary>
internal static class SignInPage
{
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context) is var answer && answer is Problem problem && PlainPage.IsWanted(http) ? Of(http, problem) : answer;
        }
        catch (ProblemException e) when (PlainPage.IsWanted(http))
        {
            return Of(http, e.Problem);
        }
    }

    private static IResult Of(HttpContext http, Problem problem)
    {
        var body = problem.ToBody(http);
        if (problem.Kind == ProblemKind.Unavailable)
            http.Response.Headers.RetryAfter = "1";
        return PlainPage.Of(
            http, "You aren't signed in",
            $"<p>{WebUtility.HtmlEncode(body.Errors?.Values.First().FirstOrDefault() ?? body.Detail ?? body.Title)}</p><p><small>If you ask somebody for help, tell them this: {WebUtility.HtmlEncode(body.TraceId)}</small></p>", body.Status);
    }
}
