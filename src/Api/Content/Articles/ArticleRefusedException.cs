namespace Platform.Api.Content;

/// <summary>An article can't be imported; the message is a sentence that says why.</summary>
public sealed class ArticleRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
