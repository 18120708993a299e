namespace Platform.EventStore;

/// <summary>
/// The log can't go on: what is stored isn't what was hashed or signed. Nothing is sequenced and nothing signed until an operator has looked; appends go on.
/// </summary>
/// <param name="code">A code of <see cref="Platform.Ledger.FindingCode"/>.</param>
/// <param name="detail">A sentence for the operator.</param>
public sealed class LogHaltedException(string code, string detail) : Exception($"{code}: {detail}")
{
    public string Code { get; } = code;
}

/// <summary>The log goes on, but can't be signed: a key or the guard store is away.</summary>
public sealed class LogUnsignedException(string detail, Exception? inner = null) : Exception(detail, inner);
