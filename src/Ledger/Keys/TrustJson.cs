using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary><c>trust.json</c> of docs/ledger-format.md, read strictly and written.</summary>
internal static class TrustJson
{
    private static readonly JsonDocumentOptions _reading = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    // The text goes into files alone, where a key's plus signs should stay readable.
    private static readonly JsonWriterOptions _writing = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static LogTrust Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, _reading);
            return Trust(document.RootElement);
        }
        // The second: text with half a character, in a string or before.
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"This is no trust file: {e.Message}", e);
        }
    }

    public static string Write(LogTrust trust)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, _writing))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in trust.Keys)
                Write(json, key);
            json.WriteEndArray();
            json.WriteStartArray("witnesses");
            foreach (var witness in trust.Witnesses)
            {
                json.WriteStartObject();
                json.WriteString("name", witness.Name);
                json.WriteString("key", witness.Key.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("quorum");
            Write(json, trust.Quorum);
            Write(json, "hybridFrom", trust.HybridFrom);
            json.WriteString("checkpoint", trust.Checkpoint?.ToString());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    private static void Write(Utf8JsonWriter json, TrustedKey key)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Key.Name);
        json.WriteString("role", KeyNames.Of(key.Role));
        json.WriteString("algorithm", KeyNames.Of(key.Key.Algorithm));
        json.WriteString("publicKey", Base64.Encode(key.Key.PublicKey.Span));
        json.WriteNumber("fromSize", key.FromSize);
        Write(json, "toSize", key.ToSize);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter json, Quorum? quorum)
    {
        if (quorum is null)
            json.WriteNullValue();
        else if (quorum.Witness is { } name)
            json.WriteStringValue(name);
        else
        {
            json.WriteStartObject();
            json.WriteNumber("threshold", quorum.Threshold);
            json.WriteStartArray("members");
            foreach (var member in quorum.Members)
                Write(json, member);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static LogTrust Trust(JsonElement json)
    {
        var keys = Each(json, "", "keys").Select(Key).ToList();
        var witnesses = Each(json, "", "witnesses").Select(Witness).ToList();
        if (witnesses.Select(witness => witness.Name).Distinct().Count() < witnesses.Count || witnesses.Select(witness => witness.Key).Distinct().Count() < witnesses.Count)
            Refuse("witnesses", "each name and each key stands there once");
        var quorum = Member(json, "", "quorum") is { ValueKind: not JsonValueKind.Null } member ? Quorum(member, "quorum") : null;
        var named = quorum?.Witnesses.ToList() ?? [];
        if (named.Find(name => !witnesses.Exists(witness => witness.Name == name)) is { } unknown)
            Refuse("quorum", $"{unknown} is no witness above");
        if (named.Distinct().Count() < named.Count)
            Refuse("quorum", "each witness counts once");
        var checkpoint = Member(json, "", "checkpoint") is { ValueKind: not JsonValueKind.Null } ? Text(json, "", "checkpoint") : null;
        SignedNote? note = null;
        if (checkpoint is not null && (!SignedNote.TryParse(checkpoint, out note) || !Checkpoint.TryParse(note.Text, out _)))
            Refuse("checkpoint", "this is no signed checkpoint");
        return new LogTrust(keys, witnesses, quorum, Size(json, "", "hybridFrom", orNull: true), note);
    }

    private static TrustedKey Key(JsonElement json, int index)
    {
        var path = $"keys[{index}].";
        var name = Text(json, path, "name");
        if (!NoteText.IsKeyName(name))
            Refuse(path + "name", "a name is not empty and has neither white space nor a plus");
        if (!KeyNames.TryParse(Text(json, path, "role"), out KeyRole role))
            Refuse(path + "role", "this is log or writer");
        if (!KeyNames.TryParse(Text(json, path, "algorithm"), out KeyAlgorithm algorithm))
            Refuse(path + "algorithm", "this is Ed25519 or ML-DSA-65");
        if (!Base64.TryDecode(Text(json, path, "publicKey"), out byte[]? key) || key.Length != KeyNames.PublicKeySize(algorithm))
            Refuse(path + "publicKey", $"this is base64 of {KeyNames.PublicKeySize(algorithm)} bytes");
        var (from, to) = (Size(json, path, "fromSize", orNull: false)!.Value, Size(json, path, "toSize", orNull: true));
        if (to < from)
            Refuse(path + "toSize", "a key's time doesn't end before it begins");
        return new TrustedKey(role, new VerifierKey(name, algorithm, key), from, to);
    }

    private static TrustedWitness Witness(JsonElement json, int index)
    {
        var path = $"witnesses[{index}].";
        if (!VerifierKey.TryParse(Text(json, path, "key"), out var key) || !key.IsWitness)
            Refuse(path + "key", "this is no verifier key of a witness");
        return new TrustedWitness(Text(json, path, "name"), key);
    }

    private static Quorum Quorum(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.String)
            return Ledger.Quorum.Of(json.GetString()!);
        var members = Each(json, path + ".", "members").Select((member, n) => Quorum(member, $"{path}.members[{n}]")).ToList();
        var threshold = Size(json, path + ".", "threshold", orNull: false);
        if (threshold < 1 || threshold > members.Count)
            Refuse(path + ".threshold", $"this is a number from 1 to the {members.Count} members");
        return Ledger.Quorum.Of((int)threshold!, members);
    }

    private static JsonElement Member(JsonElement json, string path, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            Refuse(path.TrimEnd('.'), "this is an object");
        if (!json.TryGetProperty(name, out var value))
            Refuse(path + name, "it is missing");
        return value;
    }

    private static JsonElement.ArrayEnumerator Each(JsonElement json, string path, string name)
    {
        var value = Member(json, path, name);
        if (value.ValueKind != JsonValueKind.Array)
            Refuse(path + name, "this is an array");
        return value.EnumerateArray();
    }

    private static string Text(JsonElement json, string path, string name)
    {
        var value = Member(json, path, name);
        if (value.ValueKind != JsonValueKind.String)
            Refuse(path + name, "this is a string");
        return value.GetString()!;
    }

    private static long? Size(JsonElement json, string path, string name, bool orNull)
    {
        var value = Member(json, path, name);
        if (orNull && value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var size) || size < 0)
            Refuse(path + name, orNull ? "this is null or a whole number from 0 on" : "this is a whole number from 0 on");
        return value.GetInt64();
    }

    [DoesNotReturn]
    private static void Refuse(string path, string problem) => throw new FormatException($"{(path == "" ? "trust" : path)}: {problem}.");
}
