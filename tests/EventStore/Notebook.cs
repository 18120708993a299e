using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Ledger;

namespace Platform.EventStore.Tests;

/// <summary>An aggregate of the tests' own: pages in order, under a title.</summary>
public sealed record Notebook(string? Title, string Pages, int Count)
{
    public const string Alias = "notes.notebook";

    public static Notebook Initial { get; } = new(null, "", 0);

    public static Notebook Evolve(Notebook state, Event e) => e.Data switch
    {
        PageWritten page => state with { Pages = $"{state.Pages}|{page.Text}", Count = state.Count + 1 },
        PagesTorn => state with { Pages = "", Count = 0 },
        TitleChanged title => state with { Title = title.Title },
        _ => state,
    };
}

/// <summary>Of weight: its writer signs it.</summary>
public sealed record PageSealed(string By);

/// <summary>As the platform's domain announces keys of the ledger.</summary>
public sealed record KeyRegistered(string Role, string Algorithm, string PublicKey);

public sealed record KeyRotated(string Role, string Algorithm, string PublicKey, string Previous, string Signature, string PreviousSignature)
{
    /// <summary>Signed by both keys.</summary>
    public static KeyRotated Of(LedgerKey from, LedgerKey to)
    {
        var statement = KeyRotation.Statement(to.Role, to.Algorithm, from.PublicKey, to.PublicKey);
        return new KeyRotated(KeyNames.Of(to.Role), KeyNames.Of(to.Algorithm), Convert.ToBase64String(to.PublicKey), Convert.ToBase64String(from.PublicKey),
            Convert.ToBase64String(Ed25519.Sign(to.Seed, statement)), Convert.ToBase64String(Ed25519.Sign(from.Seed, statement)));
    }
}

public sealed record PageWritten(string Text);

public sealed record PagesTorn;

/// <summary>About a person: both texts are sealed.</summary>
public sealed record PersonNoted(Guid PersonId, PersonalText? Name, PersonalText? Email = null)
{
    public const string Alias = "notes.person-noted";

    public static PersonNoted Of(Guid person, string name, string? email = null) => new(person, PersonalText.Plain(name), email is null ? null : PersonalText.Plain(email));

    public static IReadOnlyList<PersonalProperty> Personal { get; } =
        [new("name", e => ((PersonNoted)e).PersonId, e => ((PersonNoted)e).Name), new("email", e => ((PersonNoted)e).PersonId, e => ((PersonNoted)e).Email, IsSearchable: true)];
}

/// <summary>As the platform's domain names destroyed keys.</summary>
public sealed record ErasureCompleted(Guid SubjectId, IReadOnlyList<Guid> KeyIds)
{
    public const string Alias = "security.erasure-completed";
}

/// <summary>Version 2, alias <c>notes.title-changed_v2</c>.</summary>
public sealed record TitleChanged(string Title, string Reason);

/// <summary>Version 1, alias <c>notes.title-changed</c>: had no reason, and another name for the title.</summary>
public sealed record OldTitleChanged(string Name);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Notebook))]
[JsonSerializable(typeof(PageWritten))]
[JsonSerializable(typeof(PageSealed))]
[JsonSerializable(typeof(KeyRegistered))]
[JsonSerializable(typeof(KeyRotated))]
[JsonSerializable(typeof(PagesTorn))]
[JsonSerializable(typeof(PersonNoted))]
[JsonSerializable(typeof(ErasureCompleted))]
[JsonSerializable(typeof(TitleChanged))]
[JsonSerializable(typeof(OldTitleChanged))]
public sealed partial class NotebookJson : JsonSerializerContext;
