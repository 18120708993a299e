namespace Platform.Domain.Experiments;

/// <summary>What an effect, its interval and its p-value are of; the p-values of the two differ.</summary>
public enum EffectScale
{
    /// <summary>Treatment less control, in the metric's unit.</summary>
    Difference,

    /// <summary>That, over control: 0.1 is 10 % more.</summary>
    Lift,
}

/// <summary>What a metric is of a variant.</summary>
public enum MetricKind
{
    /// <summary>The part of units that did it.</summary>
    Proportion,

    /// <summary>The mean of what each unit has.</summary>
    Mean,

    /// <summary>A sum over another: of units that have several, such as clicks over page views.</summary>
    Ratio,
}

/// <summary>Which way is better.</summary>
public enum MetricGoal
{
    Increase,
    Decrease,
}

/// <summary>What a test holds against no effect.</summary>
public enum Alternative
{
    TwoSided,
    Greater,
    Less,
}
