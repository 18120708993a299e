using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.Http;

/// <summary>A page for people who are here for a moment: no script, nothing from elsewhere.</summary>
internal static class PlainPage
{
    private const string Style = "body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}label{display:block;margin:1rem 0 .25rem;font-weight:600}input{width:100%;box-sizing:border-box;padding:.5rem;font:inherit;border:1px solid #767676;border-radius:4px}small{color:#595959}button,.button{display:inline-block;margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit;color:#fff;background:#0b57d0;border:0;border-radius:4px;cursor:pointer;text-decoration:none}:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}";

    private static readonly string _policy = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; frame-ancestors 'none'; base-uri 'none'";

    /// <param name="http">The request; the answer isn't kept by anybody.</param>
    /// <param name="title">Plain text.</param>
    /// <param name="html">What comes below the title.</param>
    /// <param name="status">HTTP status.</param>
    public static IResult Of(HttpContext http, string title, string html, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ContentSecurityPolicy = _policy;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var heading = WebUtility.HtmlEncode(title);
        return Results.Text($"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{heading}</title><style>{Style}</style></head>
            <body><main><h1>{heading}</h1>{html}</main></body></html>
            """, "text/html; charset=utf-8", statusCode: status);
    }

    /// <summary>Whether whoever asks would rather read than parse.</summary>
    public static bool IsWanted(HttpContext http) => http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
