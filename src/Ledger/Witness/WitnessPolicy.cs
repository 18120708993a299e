using System.Globalization;

namespace Platform.Ledger;

/// <summary>A log of a policy.</summary>
/// <param name="Key">Its key, whose name is the log's origin.</param>
/// <param name="Url">Where it is, as written; null if the policy doesn't say.</param>
public sealed record PolicyLog(VerifierKey Key, string? Url);

/// <summary>A witness of a policy.</summary>
/// <param name="Name">What the policy calls it.</param>
/// <param name="Key">Its key.</param>
/// <param name="Url">Its submission prefix, as written; null if the policy doesn't say.</param>
public sealed record PolicyWitness(string Name, VerifierKey Key, string? Url);

/// <summary>Which logs are known and which witnesses must have cosigned a checkpoint (C2SP tlog-policy).</summary>
public sealed class WitnessPolicy
{
    /// <summary>Longest policy that is read, in UTF-16 units.</summary>
    public const int LongestPolicy = 1 << 20;

    private const string None = "none";

    private readonly List<PolicyLog> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly Dictionary<string, Quorum> _names = [];
    private readonly HashSet<string> _members = [];
    private bool _hasQuorum;

    private WitnessPolicy()
    {
    }

    public IReadOnlyList<PolicyLog> Logs => _logs;

    public IReadOnlyList<PolicyWitness> Witnesses => _witnesses;

    /// <summary>Null when no cosignature is needed.</summary>
    public Quorum? Quorum { get; private set; }

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="FormatException">A line isn't understood or refers to what isn't there; the message begins with its number.</exception>
    public static WitnessPolicy Parse(string text)
    {
        if (text.Length > LongestPolicy)
            throw new FormatException($"A policy has at most {LongestPolicy} characters.");
        var policy = new WitnessPolicy();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Any(c => c is < ' ' and not '\t' or '\u007f'))
                throw new FormatException($"Line {number}: there is a control character.");
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0][0] != '#' && policy.Add(words) is { } problem)
                throw new FormatException($"Line {number}: {problem}");
        }

        return policy._hasQuorum ? policy : throw new FormatException($"Line {number}: the policy ends without a quorum.");
    }

    /// <summary>Whether the witnesses that cosigned suffice.</summary>
    /// <param name="cosigned">Their names in the policy.</param>
    public bool IsMet(IReadOnlySet<string> cosigned) => Quorum?.IsMet(cosigned) ?? true;

    /// <summary>Whether one of the logs signed the checkpoint under its own origin, and witnesses that suffice cosigned it.</summary>
    /// <exception cref="PlatformNotSupportedException">A known key that signed needs ML-DSA, and the platform has none.</exception>
    public bool Accepts(SignedNote note)
    {
        if (!Checkpoint.TryParse(note.Text, out var checkpoint))
            return false;
        var valid = note.Verify(_logs.Select(log => log.Key).Where(key => key.Name == checkpoint.Origin).Concat(_witnesses.Select(witness => witness.Key))).Keys;
        return _logs.Any(log => valid.Contains(log.Key)) && IsMet(_witnesses.Where(witness => valid.Contains(witness.Key)).Select(witness => witness.Name).ToHashSet());
    }

    private string? Add(string[] words) => words switch
    {
        ["log", var vkey, .. { Length: <= 1 } url] => AddLog(vkey, url.FirstOrDefault()),
        ["witness", var name, var vkey, .. { Length: <= 1 } url] => AddWitness(name, vkey, url.FirstOrDefault()),
        ["group", var name, var threshold, .. { Length: >= 1 } members] => AddGroup(name, threshold, members),
        ["quorum", var name] => SetQuorum(name),
        ["log" or "witness" or "group" or "quorum", ..] => $"a line of this kind is written {Form(words[0])}.",
        _ => $"a line begins with log, witness, group or quorum, not with {words[0]}.",
    };

    private static string Form(string kind) => kind switch
    {
        "log" => "log <vkey> [<url>]",
        "witness" => "witness <name> <vkey> [<url>]",
        "group" => "group <name> all|any|<k> <name>...",
        _ => "quorum <name>|none",
    };

    private string? AddLog(string vkey, string? url)
    {
        if (!VerifierKey.TryParse(vkey, out var key) || key.Algorithm == KeyAlgorithm.WitnessEd25519)
            return "this is no verifier key of a log.";
        if (_logs.Any(log => IsSame(log.Key, key)))
            return "this log's key was given before.";
        _logs.Add(new PolicyLog(key, url));
        return null;
    }

    private string? AddWitness(string name, string vkey, string? url)
    {
        if (!VerifierKey.TryParse(vkey, out var key) || !key.IsWitness)
            return "this is no verifier key of a witness.";
        if (_witnesses.Any(witness => IsSame(witness.Key, key)))
            return "this witness's key was given before.";
        if (Define(name, Quorum.Of(name)) is { } problem)
            return problem;
        _witnesses.Add(new PolicyWitness(name, key, url));
        return null;
    }

    private string? AddGroup(string name, string threshold, string[] members)
    {
        var parts = new List<Quorum>();
        foreach (var member in members)
        {
            if (!_names.TryGetValue(member, out var part))
                return $"{member} isn't defined above.";
            if (!_members.Add(member))
                return $"{member} is a member already: each name counts once.";
            parts.Add(part);
        }

        var needed = threshold switch { "all" => parts.Count, "any" => 1, _ => Threshold(threshold) };
        return needed < 1 || needed > parts.Count
            ? $"a group of {parts.Count} needs all, any, or a number from 1 to {parts.Count}."
            : Define(name, Quorum.Of(needed, parts));
    }

    private string? SetQuorum(string name)
    {
        if (_hasQuorum)
            return "there is a second quorum.";
        if (name != None && !_names.ContainsKey(name))
            return $"{name} isn't defined above.";
        (_hasQuorum, Quorum) = (true, _names.GetValueOrDefault(name));
        return null;
    }

    private string? Define(string name, Quorum what) =>
        name == None ? "the name none has a meaning of its own." : _names.TryAdd(name, what) ? null : $"{name} is defined twice.";

    private static int Threshold(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // The same key under another name or type is the same signer.
    private static bool IsSame(VerifierKey one, VerifierKey other) => one.PublicKey.Span.SequenceEqual(other.PublicKey.Span);
}
