using Platform.Domain.Security;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of privacy say: never a text about a person.</summary>
internal static class SecuritySentences
{
    public static string? Find(object @event) => @event switch
    {
        SubjectRegistered e => $"Registered a data subject: {Named(SubjectMembers.Of(e).Names)}.",
        SubjectRectified e => $"Put right what is kept of a data subject: {Named(SubjectMembers.Of(e).Names)}{((e.Removed ?? []) is { Length: > 0 } removed ? $"; no more {Named(removed)}" : "")}.",
        ErasureRequested e => $"Asked for the erasure of a data subject ({e.Cause}), to be done by {At(e.Deadline)}{(e.NeedsApproval ? "; it awaits approval" : "")}.",
        ErasureApproved => "Approved the erasure of a data subject.",
        ErasureRefused => "Refused the erasure of a data subject.",
        ErasureCompleted e => $"Erased a data subject: {Counted(e.KeyIds.Length, "key")} destroyed.",
        PrivacyPolicySet e => $"Set the privacy policy: erasures within {Counted(e.DeadlineDays, "day")}, {(e.FourEyes ? "four eyes" : "two eyes")}, {Counted(e.Retention.Length, "retention rule")}.",
        KeyEncryptionRotated e => $"Asked for version {e.KeyVersion} of the key that wraps the keys of data subjects.",
        SubjectKeysRewrapped e => $"Wrapped {Counted(e.Count, "key")} of data subjects by version {e.KeyVersion}; destroyed {Counted(e.Destroyed.Length, "version")} before it.",
        _ => null,
    };
}
