using System.Security.Cryptography;
using System.Text;
using Platform.Domain;

namespace Platform.Api.Content;

/// <summary>A Markdown file as its author left it.</summary>
/// <param name="FrontMatter">The YAML between the first line, <c>---</c>, and the next such line, as JSON; empty when the file starts with no such line.</param>
/// <param name="Body">The Markdown below it, with line feeds for line ends.</param>
/// <param name="Sha256">SHA-256 of the file's bytes, lower hex.</param>
public sealed record ArticleFile(Fields FrontMatter, string Body, string Sha256)
{
    /// <summary>512 KiB: what an item's fields may take.</summary>
    public const int MaxBytes = 512 * 1024;

    private const string Fence = "---";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArticleRefusedException">The file can't be read or isn't an article.</exception>
    public static async Task<ArticleFile> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            await using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw TooLarge();
            var bytes = new byte[MaxBytes + 1];
            return Parse(bytes.AsSpan(0, await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArticleRefusedException($"The file can't be read: {e.Message}", e);
        }
    }

    /// <param name="bytes">UTF-8, with or without a byte order mark.</param>
    /// <exception cref="ArticleRefusedException">This isn't an article.</exception>
    public static ArticleFile Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw TooLarge();
        var text = Decode(bytes).Replace("\r\n", "\n").Replace('\r', '\n');
        if (!IsStorable(text))
            throw new ArticleRefusedException("The file has a NUL character.");
        var (frontMatter, body) = Split(text);
        return new ArticleFile(Content.FrontMatter.Parse(frontMatter), body, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>Whether PostgreSQL's jsonb can hold a text: it has no NUL, and each surrogate stands in its pair.</summary>
    internal static bool IsStorable(string text)
    {
        if (text.Contains('\0'))
            return false;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[length..];
        }
        return true;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new ArticleRefusedException("The file isn't valid UTF-8.", e);
        }
    }

    private static (string FrontMatter, string Body) Split(string text)
    {
        var end = LineEnd(text, 0);
        if (text.AsSpan(0, end).TrimEnd() is not Fence)
            return ("", text);
        var start = Math.Min(end + 1, text.Length);
        for (var line = start; line < text.Length; line = end + 1)
        {
            end = LineEnd(text, line);
            if (text.AsSpan(line, end - line).TrimEnd() is Fence)
                return (text[start..line], text[Math.Min(end + 1, text.Length)..].TrimStart('\n'));
        }
        throw new ArticleRefusedException("The front matter isn't closed by a line of ---.");
    }

    private static int LineEnd(string text, int from) => text.IndexOf('\n', from) is >= 0 and var end ? end : text.Length;

    private static ArticleRefusedException TooLarge() => new($"The file is larger than {MaxBytes / 1024} KiB.");
}
