namespace Platform.Api.Hosting;

/// <summary>The embedded cluster can't be used; the message says why and, where something can be done, what.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    public EmbeddedPostgresException() { }

    public EmbeddedPostgresException(string message) : base(message) { }

    public EmbeddedPostgresException(string message, Exception innerException) : base(message, innerException) { }
}
