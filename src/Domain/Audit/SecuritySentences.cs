using Platform.Domain.Security;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of privacy and isolation say: never a text about a person.</summary>
internal static class SecuritySentences
{
    public static string? Find(object @event) => @event switch
    {
        SubjectRegistered e => $"Registered a data subject: {Named(SubjectMembers.Of(e).Names)}.",
        SubjectRectified e => $"Put right what is kept of a data subject: {Named(SubjectMembers.Of(e).Names)}{((e.Removed ?? []) is { Length: > 0 } removed ? $"; no more {Named(removed)}" : "")}.",
        ErasureRequested e => $"Asked for the erasure of a data subject ({e.Cause}{(e.Rule is null ? "" : $", by the rule {Quoted(e.Rule)}")}), to be done by {At(e.Deadline)}{(e.NeedsApproval ? "; it awaits approval" : "")}.",
        ErasureApproved => "Approved the erasure of a data subject.",
        ErasureRefused => "Refused the erasure of a data subject.",
        ErasureCompleted e => $"Erased a data subject: {Counted(e.KeyIds.Length, "key")} destroyed.",
        ConsentGiven e => $"Recorded that a data subject consents to version {e.PurposeVersion} of the purpose {e.Purpose}{(e.GuardianId is null ? "" : ", by a guardian")}.",
        ConsentWithdrawn e => $"Recorded that a data subject consents no more to the purpose {e.Purpose}.",
        SubjectRestricted => "Restricted the use of a data subject's data.",
        RestrictionLifted => "Lifted the restriction of a data subject's data.",
        SubjectObjected e => $"Recorded that a data subject objects to the purpose {e.Purpose}.",
        ObjectionWithdrawn e => $"Recorded that a data subject objects no more to the purpose {e.Purpose}.",
        ObjectionOverridden e => $"Overrode a data subject's objection to the purpose {e.Purpose}.",
        SubjectDataProvided e => $"Gave a data subject a copy of their data ({e.Format}).",
        PurposeDefined e => $"Defined version {e.Version} of the purpose {e.Name}, on the basis of {e.LegalBasis}.",
        PrivacyPolicySet e => $"Set the privacy policy: erasures within {Counted(e.DeadlineDays, "day")}, {(e.FourEyes ? "four eyes" : "two eyes")}, {Counted(e.Retention.Length, "retention rule")}.",
        KeyEncryptionRotated e => $"Asked for version {e.KeyVersion} of the key that wraps the keys of data subjects.",
        SubjectKeysRewrapped e => $"Wrapped {Counted(e.Count, "key")} of data subjects by version {e.KeyVersion}; destroyed {Counted(e.Destroyed.Length, "version")} before it.",
        IsolationProbeRequested => "Asked for a probe of whether tenants are kept apart.",
        IsolationBreached { Rule: IsolationFinding.NotTried } e => $"Couldn't find out whether tenants are kept apart at {e.Subject}.",
        IsolationBreached e => $"Found that tenants aren't kept apart: {e.Rule} at {e.Subject}.",
        IsolationProbed e => $"Probed whether tenants are kept apart: {Counted(e.Tables, "table")}, {Counted(e.Attempts, "attempt")}, {Counted(e.Requests, "request")}, {Counted(e.Findings, "finding")}.",
        _ => null,
    };
}
