using System.Text.RegularExpressions;

namespace Platform.Domain.Content;

/// <summary>The file that an item was imported from.</summary>
/// <param name="Path">1-1,024 characters, none of them a control character; relative to what was imported.</param>
/// <param name="Sha256">SHA-256 of the file's bytes, 64 lower-case hex digits.</param>
public sealed partial record ContentSource(string Path, string Sha256)
{
    private const int MaxPath = 1024;

    /// <summary>What is wrong with a source, by <c>source.path</c> and <c>source.sha256</c>; nothing when there is none.</summary>
    public static FieldErrors Check(ContentSource? source) => source is null ? new FieldErrors() : new FieldErrors()
        .Add("source.path", source.Path.Length is > 0 and <= MaxPath && !source.Path.Any(char.IsControl)
            ? null
            : $"Must be 1-{MaxPath} characters, none of them a control character.")
        .Add("source.sha256", Digest().IsMatch(source.Sha256) ? null : "Must be 64 lower-case hex digits.");

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Digest();
}
