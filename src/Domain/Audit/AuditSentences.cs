using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of this capability say.</summary>
internal static class AuditSentences
{
    public static string? Find(object @event) => @event switch
    {
        AttemptDenied e => $"Was denied {e.Permission ?? "what nobody may"}{(e.Count == 1 ? "" : $" {e.Count} times")}: {e.Method} {e.Route}.",
        SigningKeyRegistered e => $"Registered the {e.Algorithm} key {Quoted(e.Name)}.",
        SigningKeyRevoked e => $"Revoked the key: {Quoted(e.Reason.TrimEnd('.'))}.",
        SignatureGiven e => $"Signed version {e.StreamVersion} as {e.Kind}: {Quoted(e.Meaning.TrimEnd('.'))}.",
        KeyRegistered e => $"Announced the ledger's first {e.Algorithm} key of the {e.Role}.",
        KeyRotated e => $"Rotated the ledger's {e.Algorithm} key of the {e.Role}.",
        LogReopened e => $"Reopened the log as {Quoted(e.Origin)} after {Counted(e.Size, "entry", "entries")}: {Quoted(e.Reason.TrimEnd('.'))}.",
        PublicVerificationAllowed => "Allowed anybody to verify the tenant's events.",
        PublicVerificationWithdrawn => "Withdrew that anybody may verify the tenant's events.",
        _ => null,
    };
}
