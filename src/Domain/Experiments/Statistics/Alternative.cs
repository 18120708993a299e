namespace Platform.Domain.Experiments;

/// <summary>What a test holds against no effect.</summary>
public enum Alternative
{
    TwoSided,
    Greater,
    Less,
}
