using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Api.Tests.Http;

/// <summary>A request byte by byte, for what a well-behaved client won't send.</summary>
internal static class RawHttp
{
    /// <param name="url">Host and port.</param>
    /// <param name="token">For the header Authorization.</param>
    /// <param name="requestLine">Such as <c>GET /api/me HTTP/1.1</c>.</param>
    /// <param name="headers">Lines without their ends, in UTF-8.</param>
    /// <param name="body">Sent with its Content-Length.</param>
    public static async Task<Answer> SendAsync(Uri url, string token, string requestLine, string[] headers, string body = "")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        string[] lines =
        [
            requestLine, $"Host: {url.Authority}", $"Authorization: Bearer {token}", "Connection: close", "Content-Type: application/json",
            $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", .. headers, "", body,
        ];
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));
        }
        catch (IOException)
        {
            // The server has heard enough and closed its side; what it said can still be read.
        }
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return Parse(Encoding.UTF8.GetString(answer.ToArray()));
    }

    private static Answer Parse(string text)
    {
        var (head, body) = Cut(text, "\r\n\r\n");
        var lines = head.Split("\r\n");
        var message = new HttpResponseMessage((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture)) { Content = new ByteArrayContent([]) };
        foreach (var (name, value) in lines.Skip(1).Select(line => Cut(line, ": ")))
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        return new Answer(message, message.Headers.TransferEncodingChunked == true ? Unchunk(body) : body);
    }

    private static string Unchunk(string body)
    {
        var whole = new StringBuilder();
        while (Cut(body, "\r\n") is var (size, rest) && int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var length and > 0)
        {
            whole.Append(rest.AsSpan(0, length));
            body = rest[(length + 2)..];
        }
        return whole.ToString();
    }

    private static (string Before, string After) Cut(string text, string mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + mark.Length)..]) : (text, "");
}
