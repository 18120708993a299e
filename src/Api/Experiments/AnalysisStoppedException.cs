namespace Platform.Api.Experiments;

/// <summary>The analysis of a file can't go on; the message says why, where, and what to do.</summary>
public sealed class AnalysisStoppedException(string message) : Exception(message);
