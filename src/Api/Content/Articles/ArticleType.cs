using Platform.Domain.Content;

namespace Platform.Api.Content;

/// <summary>The content type that an import defines where there is none of the name yet.</summary>
public static class ArticleType
{
    public const string Title = "title";
    public const string Authors = "authors";
    public const string Topics = "topics";
    public const string Body = "body";

    /// <summary>Takes what the front matter has beyond the type's own fields.</summary>
    public const string Rest = "frontMatter";

    public static DefineContentType Definition(string name) => new(name,
    [
        new(Title, FieldType.Text, Required: true),
        new("date", "date"),
        new("summary", FieldType.Text),
        new("deck", FieldType.Text),
        new(Authors, "json"),
        new(Topics, "json"),
        new(Body, FieldType.Markdown),
        new(Rest, "json"),
    ]);
}
