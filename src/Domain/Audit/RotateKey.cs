using System.Text.Json;
using Platform.Ledger;

namespace Platform.Domain.Audit;

/// <summary>Puts a key in the place of the current one of its role and algorithm.</summary>
/// <param name="Announcement">Signed by both keys.</param>
public sealed record RotateKey(KeyRotated Announcement) : ICommand<RotateKey, LedgerKeys>
{
    public static Decision Decide(RotateKey command, LedgerKeys state)
    {
        var next = command.Announcement;
        return state.Of(next.Role, next.Algorithm) switch
        {
            null => Reject.NotFound($"The ledger has no {next.Algorithm} key of the {next.Role} yet."),
            var current when current == next.PublicKey => Decision.Nothing,
            var current when current != next.Previous => Reject.Conflict("Another key took its place meanwhile."),
            _ when !IsSigned(next) => Reject.Invalid("signature", "Both keys must have signed the statement of the rotation."),
            _ => Decision.Of(next),
        };
    }

    private static bool IsSigned(KeyRotated next) =>
        KeyAnnouncement.TryParse(KeyRotation.RotatedType, JsonSerializer.Serialize(next, AuditJson.Default.KeyRotated), out var announced) && announced.IsValid;
}
