namespace Platform.Ledger;

/// <summary>Signs notes, and what else a key speaks for, with a private key that it may hold elsewhere.</summary>
public interface INoteSigner
{
    /// <summary>The public key, by which the signature line is recognised.</summary>
    VerifierKey Key { get; }

    /// <summary>What stands in the signature line after the key id.</summary>
    /// <param name="message">The note's text in UTF-8, or another statement.</param>
    byte[] Sign(ReadOnlySpan<byte> message);
}
