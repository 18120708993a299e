using Microsoft.AspNetCore.Http.Features;

namespace Platform.Api.Http;

/// <summary>Reads forms, as OAuth sends them.</summary>
internal static class Forms
{
    /// <summary>A form whose members stand once each; null: it's none, or is too large.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http, int mostBytes)
    {
        if (http.Request.ContentLength > mostBytes || !http.Request.HasFormContentType)
            return null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = mostBytes;
        try
        {
            var form = await http.Request.ReadFormAsync(new FormOptions { ValueCountLimit = 20, KeyLengthLimit = 100, ValueLengthLimit = mostBytes }, http.RequestAborted);
            return form.All(member => member.Value.Count == 1) ? form : null;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }
}
