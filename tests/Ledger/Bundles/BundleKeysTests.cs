namespace Platform.Ledger.Tests;

public class BundleKeysTests
{
    private readonly Random _random = new(3);

    [Fact]
    public async Task An_auditor_who_stayed_away_follows_the_rotations()
    {
        var history = History();
        var then = (await history.Parts().VerifyAsync(history.Trust)).Report.Trust!;
        var from = history.Size;
        history.Rotate(KeyRole.Log);
        history.Append("tenant-a", Draw.Id(_random), "security.role-granted", _random);
        history.Rotate(KeyRole.Writer);
        history.Append("tenant-a", Draw.Id(_random), "security.role-granted", _random);
        foreach (var parts in new[] { history.Parts(), history.Parts(from: from), history.Parts("tenant-b") })
        {
            var (findings, report) = await parts.VerifyAsync(then);
            findings.ShouldBeEmpty();
            report.Trust!.Keys.ShouldBe(history.Trust.Keys, ignoreOrder: true);
        }
    }

    [Theory]
    [InlineData(KeyRole.Log)]
    [InlineData(KeyRole.Writer)]
    public async Task A_rotation_that_the_key_before_did_not_sign_is_not_followed(KeyRole role)
    {
        var history = History();
        var then = history.Trust;
        history.Rotate(role, signs: 60);
        var rotation = history.Events[^1];
        (await FindAsync(history.Parts(), null)).ShouldContain(Told.Of(FindingCode.BadKeyAnnouncement, rotation));
        var found = await FindAsync(history.Parts(), then);
        found.ShouldContain(Told.Of(FindingCode.BadKeyAnnouncement, rotation));
        // What the stranger's key signs from then on is by an unknown one.
        found.Select(one => one.Code).ShouldBe([FindingCode.BadKeyAnnouncement, role == KeyRole.Log ? FindingCode.BadCheckpointSignature : FindingCode.BadWriterSignature]);
    }

    [Fact]
    public async Task A_second_first_key_is_no_announcement()
    {
        var history = History();
        var then = history.Trust;
        history.RegisterWriter();
        var stranger = history.Events[^1];
        (await FindAsync(history.Parts(), then))[0].ShouldBe(Told.Of(FindingCode.BadKeyAnnouncement, stranger));
    }

    [Fact]
    public async Task An_announcement_that_names_no_key_is_found()
    {
        var history = History();
        var e = history.Append(KeyRotation.Tenant, Draw.Id(_random), KeyRotation.RegisteredType, _random, "{\"role\": \"writer\"}");
        (await FindAsync(history.Parts(), null)).ShouldBe([Told.Of(FindingCode.BadKeyAnnouncement, e)]);
        history = History();
        history.Append("tenant-a", Draw.Id(_random), KeyRotation.RegisteredType, _random, "{\"role\": \"writer\"}");
        (await FindAsync(history.Parts(), null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Times_in_the_trust_must_follow_from_the_announcements()
    {
        var history = History();
        history.Rotate(KeyRole.Writer);
        history.Append("tenant-a", Draw.Id(_random), "item_edited", _random);
        var trust = history.Trust;
        var writers = trust.Keys.Where(key => key.Role == KeyRole.Writer).ToList();
        var stranger = new VerifierKey(WriterSignature.KeyName(BundleHistory.Log), KeyAlgorithm.Ed25519, Ed25519.PublicKey(BundleHistory.Seed(99)));
        foreach (var keys in new IReadOnlyList<TrustedKey>[]
        {
            [.. trust.Keys, new(KeyRole.Writer, stranger, 5, 6)],
            [.. trust.Keys, new(KeyRole.Log, new VerifierKey("platform.example/us-1/1", KeyAlgorithm.Ed25519, stranger.PublicKey), 0, null)],
            [.. trust.Keys.Select(key => key == writers[0] ? key with { ToSize = key.ToSize - 1 } : key)],
            [.. trust.Keys.Select(key => key.Role == KeyRole.Log ? key with { ToSize = 4 } : key)],
        })
        {
            var parts = history.Parts();
            parts.Trust = trust with { Keys = keys };
            (await FindAsync(parts, null)).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadKeyAnnouncement);
        }
    }

    [Fact]
    public async Task A_tenants_bundle_without_the_announcements_is_found_by_its_trust()
    {
        var history = History();
        var parts = history.Parts("tenant-a");
        parts.Events.RemoveAll(e => e.Tenant == KeyRotation.Tenant);
        (await FindAsync(parts, null)).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadKeyAnnouncement);
    }

    [Fact]
    public async Task Lines_of_ml_dsa_are_verified_or_said_not_to_be()
    {
        var history = History();
        var key = new VerifierKey(history.Origin, KeyAlgorithm.MlDsa65, MlDsa65.IsSupported ? MlDsa65.PublicKey(new byte[32]) : new byte[MlDsa65.PublicKeySize]);
        var trust = history.Trust with { Keys = [.. history.Trust.Keys, new TrustedKey(KeyRole.Log, key, 1, null)], HybridFrom = 1 };
        var at = history.Size;
        history.Append(KeyRotation.Tenant, Draw.Id(_random), KeyRotation.RegisteredType, _random,
            $$"""{"role": "log", "algorithm": "ML-DSA-65", "publicKey": "{{Convert.ToBase64String(key.PublicKey.Span)}}"}""");
        trust = trust with { Keys = [.. trust.Keys.Select(one => one.Key.Algorithm == KeyAlgorithm.MlDsa65 ? one with { FromSize = at + 1 } : one)], HybridFrom = at + 1 };
        var parts = history.Parts();
        (await FindAsync(parts, trust)).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadCheckpointSignature);
        parts.Note = SignedNote.Parse(parts.Note).With(new NoteSignature(history.Origin, key.Id, new byte[MlDsa65.SignatureSize])).ToString();
        if (MlDsa65.IsSupported)
            (await FindAsync(parts, trust)).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadCheckpointSignature);
        else
            (await parts.VerifyAsync(trust)).Report.Unchecked.ShouldHaveSingleItem().ShouldContain("ML-DSA");
    }

    private BundleHistory History()
    {
        var history = new BundleHistory();
        history.RegisterWriter();
        for (var n = 0; n < 10; n++)
            history.Append("tenant-a", new Guid(n % 2, 0, 0, new byte[8]), n % 3 == 0 ? "security.role-granted" : "item_edited", _random);
        return history;
    }

    private static async Task<IReadOnlyList<Told>> FindAsync(BundleParts parts, LogTrust? trust) => (await parts.VerifyAsync(trust)).Findings.ConvertAll(Told.Of);
}
