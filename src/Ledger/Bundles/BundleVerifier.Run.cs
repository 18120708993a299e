namespace Platform.Ledger;

public sealed partial class BundleVerifier
{
    /// <summary>What is known while events go by in the order of the log.</summary>
    private sealed class Run : IDisposable
    {
        private readonly BundleKeys _keys;
        private readonly BundleAbsences _absences;
        private readonly BundleChains _chains;
        private readonly BundleSuspects _suspects;
        private long _forged;

        public Run(BundleAbout about, BundleKeys keys, BundleTiles tiles, (string Directory, long Budget) spill, Action<Finding> report)
        {
            (About, _keys, Tiles, Report, NextIndex) = (about, keys, tiles, report, about.From);
            _absences = new BundleAbsences(isWhole: about.Tenant is null);
            _chains = new BundleChains(about, Names, tiles, _absences, report, spill);
            _suspects = new BundleSuspects(Names, report);
        }

        public BundleAbout About { get; }

        public BundleTiles Tiles { get; }

        public BundleNames Names { get; } = new();

        public Action<Finding> Report { get; }

        /// <summary>The index after the last event taken.</summary>
        public long NextIndex { get; private set; }

        public long Checked { get; private set; }

        /// <summary>The first event that the log doesn't have at its place; null: none.</summary>
        public Finding? Forged { get; private set; }

        public void Take(in BundleRow row)
        {
            if (row.Index < NextIndex || row.Index >= About.To)
                throw new InvalidDataException($"The event with index {row.Index} isn't in order, or outside of the bundle.");
            if (row.Index > NextIndex)
                Miss(row.Index);
            (Checked, NextIndex) = (Checked + 1, row.Index + 1);
            Judge(row);
            if (row.Weight is { } weight && _keys.KnowsLog)
                Judge(row, weight);
            if (About.Tenant is { } only && row.IsSound && row.Tenant.Name != only && !IsAnnouncement(row))
                Report(row.Find(FindingCode.WrongTenant, $"The event is another tenant's than {only}, whose bundle this is."));
            _chains.Add(row);
        }

        public void End(CancellationToken cancel)
        {
            if (NextIndex < About.To)
                Miss(About.To);
            _chains.Verify(cancel);
            _suspects.Report();
            if (Forged is not null)
                Forged = Forged with { Detail = $"The event isn't the one that the log has at this index. Events in that state: {_forged}." };
            // Where events aren't the log's, a dropped one shifts all the others, and the last index is empty by that alone.
            else if (_absences.Unclaimed() is var (first, count))
                Report(new Finding(FindingCode.MissingPayload, null, null, null, first, count == 1
                    ? "The log's entry has no event in the bundle." : $"{count} of the log's entries, this one and later ones, have no event in the bundle."));
        }

        public void Dispose() => _chains.Dispose();

        private void Miss(long before)
        {
            _absences.Miss(NextIndex, before);
            if (About.Tenant is null)
                _keys.Lose();
        }

        private void Judge(in BundleRow row)
        {
            switch (row.Verdict)
            {
                case BundleVerdict.Relabelled:
                    Report(row.Find(FindingCode.LeafMismatch, "The event is the one that the log has, but the hash or the short checks recorded beside it were altered."));
                    break;
                case BundleVerdict.Forged:
                    Forged ??= row.Find(FindingCode.RootMismatch, "");
                    _forged++;
                    break;
                case BundleVerdict.Bodiless:
                    Report(row.Find(FindingCode.MissingPayload, "The event's body is left out: an erasure destroys keys, and leaves what was hashed."));
                    break;
                case BundleVerdict.Payload:
                    Report(row.Find(FindingCode.PayloadMismatch, "The event's body isn't the one that was hashed when it was appended."));
                    break;
                case BundleVerdict.Metadata:
                    Report(row.Find(FindingCode.MetaMismatch, "The event's correlation, causation or headers aren't those that were hashed when it was appended."));
                    break;
                case BundleVerdict.Suspect:
                    _absences.Suspect(row.Index);
                    _suspects.Add(row);
                    break;
            }
        }

        private void Judge(in BundleRow row, BundleWeight weight)
        {
            if (IsAnnouncement(row) && !row.IsSound)
                _keys.Lose();
            if (!row.IsSound)
                return;
            if (IsAnnouncement(row) && _keys.Announce(row.Index, KeyAnnouncement.TryParse(weight.Type, weight.Data ?? "", out var announced) ? announced : null) is { } problem)
                Report(row.Find(FindingCode.BadKeyAnnouncement, problem));
            if (_keys.Judge(row.Index, row.Hash, weight) is { } unsigned)
                Report(row.Find(unsigned.Code, unsigned.Detail));
        }

        private static bool IsAnnouncement(in BundleRow row) => row.Tenant.Name == KeyRotation.Tenant && row.Weight is { } weight && KeyRotation.EventTypes.Contains(weight.Type);
    }
}
