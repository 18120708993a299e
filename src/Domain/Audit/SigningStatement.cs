using System.Collections.Immutable;

namespace Platform.Domain.Audit;

/// <summary>
/// The texts that keys sign, in UTF-8: a first line that no other text of the platform begins with, then a line for each thing said. No
/// value holds a line break, so a text says one thing only. docs/signatures.md shows how they are made without the platform.
/// </summary>
public static class SigningStatement
{
    /// <summary>What is signed: a version of something, the approval of it, or a deployment.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["version", "approval", "deployment"];

    /// <summary>What somebody signs to show that they hold a key.</summary>
    public static string OfKey(string tenantId, string subject, PublicKey key) =>
        $"platform/signing-key/l1\ntenant {tenantId}\nsubject {subject}\nalgorithm {key.Algorithm}\nkey {key}\n";

    /// <summary>What somebody signs of an event.</summary>
    /// <param name="tenantId">The event's tenant.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="streamId">The event's stream.</param>
    /// <param name="version">Its version in that.</param>
    /// <param name="hash">Its hash as chained, lower hex.</param>
    /// <param name="meaning">What the signer says by it.</param>
    public static string OfEvent(string tenantId, string kind, Guid streamId, long version, string hash, string meaning) =>
        $"platform/signature/l1\ntenant {tenantId}\nkind {kind}\nstream {streamId}\nversion {version}\nhash {hash}\nmeaning {meaning}\n";

    /// <summary>What is wrong with what would be signed, by field.</summary>
    public static FieldErrors Check(string kind, Guid streamId, long version, string meaning) => new FieldErrors()
        .Add("kind", Kinds.Contains(kind) ? null : kind.Length == 0 ? "Is required." : $"One of {string.Join(", ", Kinds)}.")
        .Add("streamId", streamId == Guid.Empty ? "Is required." : null)
        .Add("version", version < 1 ? "Must be at least 1." : null)
        .Add("meaning", DisplayName.Problem(meaning) ?? (meaning.Trim() == meaning ? null : "Must have no white space around it: it's signed to the letter."));
}
