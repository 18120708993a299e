using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Processors.Content;

/// <summary>Loads what each command of a content type is decided on.</summary>
public static class ContentTypeCommands
{
    public static Task<Handled> Define(DefineContentType command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<ContentType>(ContentType.IdOf(command.Name), type => DefineContentType.Decide(command, type), cancel);

    public static Task<Handled> Change(ChangeContentType command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<ContentType>(ContentType.IdOf(command.Name), type => ChangeContentType.Decide(command, type), cancel);
}
