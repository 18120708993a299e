namespace Platform.Domain.Collaboration;

/// <summary>A receiver of events.</summary>
[StateType("collaboration.webhook", 1)]
public sealed record Webhook : IState<Webhook>
{
    public static Webhook Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such webhook.");

    public bool Exists { get; init; }

    public WebhookSettings Settings { get; init; } = new("", []);

    public bool Enabled { get; init; }

    /// <summary>Of the secret that deliveries are signed with.</summary>
    public int Generation { get; init; }

    /// <summary>Until then deliveries are signed with the secret before it as well; null: there is none before it.</summary>
    public DateTimeOffset? OldUntil { get; init; }

    public long Version { get; init; }

    /// <summary>Generations of the secrets to sign with at a time, the current one first.</summary>
    public IEnumerable<int> GenerationsAt(DateTimeOffset at) => OldUntil > at ? [Generation, Generation - 1] : [Generation];

    public Webhook Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Webhook Apply(object @event) => @event switch
    {
        WebhookCreated created => this with { Exists = true, Enabled = true, Generation = 1, Settings = created.Settings },
        WebhookChanged changed => this with { Settings = changed.Settings },
        WebhookEnabled => this with { Enabled = true },
        WebhookDisabled => this with { Enabled = false },
        WebhookSecretRotated rotated => this with { Generation = rotated.Generation, OldUntil = rotated.OldUntil },
        WebhookRemoved => Initial,
        _ => this,
    };
}
