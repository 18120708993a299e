using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>The record of processing activities (GDPR, Article 30): what the platform itself knows of it. Who the controller is, and to whom they pass data on by other ways, they add.</summary>
/// <param name="Tenant">Whose record it is.</param>
/// <param name="CreatedAt">When it was made; it's never stored.</param>
/// <param name="Purposes">What personal data is processed for, on what basis, and which categories that takes.</param>
/// <param name="Data">Which kinds of events hold texts about people.</param>
/// <param name="Sealing">How each text is protected.</param>
/// <param name="Places">Where it's kept.</param>
/// <param name="Recipients">To whom the platform passes it on.</param>
/// <param name="Retention">When it's erased by itself.</param>
/// <param name="Erasure">When it's erased otherwise.</param>
/// <param name="Readers">Roles that may read texts about people.</param>
/// <param name="Regions">Where the platform keeps the tenant's data.</param>
public sealed record ProcessingRecord(
    string Tenant, DateTimeOffset CreatedAt, IReadOnlyList<PurposeDetails> Purposes, IReadOnlyList<ProcessedData> Data, string Sealing, IReadOnlyList<ProcessingPlace> Places,
    IReadOnlyList<DataRecipient> Recipients, IReadOnlyList<RetentionRuleBody> Retention, string Erasure, IReadOnlyList<string> Readers, IReadOnlyList<string> Regions);

/// <summary>A text about people that a kind of event holds.</summary>
/// <param name="Event">The kind of event.</param>
/// <param name="Member">The member that is the text.</param>
/// <param name="Category">identity, contact or statement.</param>
/// <param name="IsSearchable">People are found by it: by a keyed digest, which goes with them.</param>
public sealed record ProcessedData(string Event, string Member, string Category, bool IsSearchable);

/// <summary>A place where personal data is kept.</summary>
/// <param name="Where">The place.</param>
/// <param name="What">What stands there.</param>
/// <param name="AfterErasure">What stands there once the person is erased.</param>
public sealed record ProcessingPlace(string Where, string What, string AfterErasure);

/// <summary>Somebody to whom the platform passes data on, because the tenant said so.</summary>
/// <param name="Kind">webhook or recommendation-service.</param>
/// <param name="Host">Where it goes.</param>
/// <param name="What">What they are told.</param>
public sealed record DataRecipient(string Kind, string Host, string What);
