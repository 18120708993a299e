namespace Platform.Ledger;

/// <summary>What the verification of a bundle came to.</summary>
/// <param name="About">What the bundle is about.</param>
/// <param name="Head">What its checkpoint says; to be used only without findings.</param>
/// <param name="Checked">Events whose hashes were recomputed.</param>
/// <param name="Findings">Number of findings.</param>
/// <param name="Unchecked">What nobody vouches for yet: sentences for an auditor.</param>
/// <param name="Trust">What to remember, so that the next bundle must contain this one: keys as the log announced them, and the checkpoint. Null after findings.</param>
public sealed record BundleReport(BundleAbout About, Checkpoint? Head, long Checked, long Findings, IReadOnlyList<string> Unchecked, LogTrust? Trust);
