namespace Platform.Ledger;

/// <summary>
/// What a witness answers to add-checkpoint (C2SP tlog-witness): the protocol without HTTP, store and clock. Reading what is remembered, deciding and storing
/// must be one atomic step for an origin: otherwise two requests at once could take the witness back to the smaller size.
/// </summary>
public static class WitnessDecision
{
    /// <summary>
    /// The status for an origin without keys, unless another is asked for. C2SP's present text says 404; the witness that most logs have met, litewitness, says 403 as for any
    /// checkpoint without a valid signature of a known key, which that of an unknown log is too.
    /// </summary>
    public const int UnknownLog = 403;

    private const string Plain = "text/plain; charset=utf-8";
    private const string Size = "text/x.tlog.size";

    /// <summary>The answer to a body that <see cref="AddCheckpoint.TryParse"/> can't read.</summary>
    public static readonly WitnessAnswer Malformed = Refuse(400, "The body isn't an old size, a consistency proof, an empty line and a signed checkpoint.");

    /// <summary>The answer to a body longer than <see cref="AddCheckpoint.LongestBody"/>.</summary>
    public static readonly WitnessAnswer TooLong = Refuse(413, $"The body is longer than {AddCheckpoint.LongestBody} bytes.");

    /// <summary>Decides on a body, with the state that belongs to its origin.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="keysOf">The keys of the log with this origin; none for an unknown one.</param>
    /// <param name="rememberedOf">What is remembered of the log with this origin; null if it was never cosigned.</param>
    /// <param name="signers">The witness's own keys, as of now: <see cref="WitnessSigner.At"/>.</param>
    /// <param name="unknownLog">The status for an unknown origin: 403 or 404.</param>
    public static WitnessAnswer On(
        ReadOnlySpan<byte> body, Func<string, IReadOnlyList<VerifierKey>> keysOf, Func<string, WitnessState?> rememberedOf,
        IReadOnlyList<INoteSigner> signers, int unknownLog = UnknownLog)
    {
        if (body.Length > AddCheckpoint.LongestBody)
            return TooLong;
        return AddCheckpoint.TryParse(body, out var request)
            ? On(request, keysOf(request.Checkpoint.Origin), rememberedOf(request.Checkpoint.Origin), signers, unknownLog)
            : Malformed;
    }

    /// <summary>Decides on a request, with the keys and the state of its origin.</summary>
    public static WitnessAnswer On(
        AddCheckpoint request, IReadOnlyList<VerifierKey> keys, WitnessState? remembered, IReadOnlyList<INoteSigner> signers, int unknownLog = UnknownLog)
    {
        var (known, head) = (remembered ?? WitnessState.Initial, request.Checkpoint);
        if (keys.Count == 0)
            return Refuse(unknownLog, "unknown log");
        if (!request.Note.Verify(keys.Where(key => key.IsVerifiable)).IsVerified)
            return Refuse(403, "invalid signature: no key of this log signed the checkpoint");
        if (request.OldSize > head.Size)
            return Refuse(400, "The old size is larger than the checkpoint's.");
        if (request.OldSize != known.Size)
            return new WitnessAnswer(409, Size, NoteText.Number(known.Size) + "\n");
        if (head.Size == known.Size && head.Root != known.Root)
            return head.Size == 0 ? Refuse(422, "The empty log has another root.") : Refuse(409, "The checkpoint cosigned at this size has another root.");
        if (!IsConsistent(request, known))
            return Refuse(422, "The consistency proof doesn't lead from the checkpoint cosigned last to this one.");
        var lines = signers.Select(signer => NoteSignature.By(signer, request.Note.Text) + "\n");
        return new WitnessAnswer(200, Plain, string.Concat(lines), new WitnessState(head.Size, head.Root));
    }

    private static bool IsConsistent(AddCheckpoint request, WitnessState known) => known.Size == 0 ? request.Proof.Count == 0
        : MerkleTree.VerifyConsistency(known.Size, request.Checkpoint.Size, request.Proof, known.Root, request.Checkpoint.Root);

    private static WitnessAnswer Refuse(int status, string problem) => new(status, Plain, problem + "\n");
}
