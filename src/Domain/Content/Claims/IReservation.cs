namespace Platform.Domain.Content;

/// <summary>The state of a stream that stands for something which only one item can have at a time.</summary>
public interface IReservation
{
    /// <summary>Null while nobody has it.</summary>
    Guid? HeldBy { get; }
}
