namespace Platform.Domain.Experiments;

/// <summary>
/// That a visitor saw a variant: an event of the visitor like any other, sent to the tracking endpoint when it's seen. So what is kept of it, for how long, and its erasure are the visitor's.
/// </summary>
public static class Exposure
{
    /// <summary>The event's name.</summary>
    public const string EventName = "experiment_exposure";

    /// <summary>Properties: keys of the experiment and of the variant.</summary>
    public const string Experiment = "experiment", Variant = "variant";
}
