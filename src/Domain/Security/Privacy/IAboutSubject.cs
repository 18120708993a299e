namespace Platform.Domain.Security;

/// <summary>An event of a data subject's own stream.</summary>
public interface IAboutSubject
{
    /// <summary>The person; also the stream.</summary>
    Guid SubjectId { get; }
}
