namespace Platform.Domain.Tests;

/// <summary>What came of a command, to be held against what should.</summary>
public sealed class Outcome(Rejection? rejection, IReadOnlyList<StreamEvents> streams)
{
    /// <summary>Exactly these events, on whatever streams.</summary>
    public void Then(params object[] events)
    {
        rejection.ShouldBeNull();
        Spec.Show(streams.SelectMany(stream => stream.Events)).ShouldBe(Spec.Show(events));
    }

    /// <summary>Exactly these events, each on its stream.</summary>
    public void ThenStreams(params StreamEvents[] expected)
    {
        Then([.. expected.SelectMany(stream => stream.Events)]);
        streams.Select(stream => stream.StreamId).ShouldBe(expected.Select(stream => stream.StreamId));
    }

    public void ThenNothing()
    {
        rejection.ShouldBeNull();
        streams.ShouldBeEmpty();
    }

    /// <summary>Refused by what is there already.</summary>
    public void ThenRejected(string detail) => ThenRejected(RejectionKind.Conflict, detail);

    /// <summary>Refused by what is there already, for what stands in one field.</summary>
    public void ThenTaken(string field, string detail)
    {
        rejection.ShouldNotBeNull();
        (rejection.Kind, rejection.Detail).ShouldBe((RejectionKind.Conflict, detail));
        rejection.Errors.Select(error => (error.Key, error.Value.Single())).ShouldBe([(field, detail)]);
        streams.ShouldBeEmpty();
    }

    /// <summary>Refused for who sends it.</summary>
    public void ThenForbidden(string detail) => ThenRejected(RejectionKind.Forbidden, detail);

    public void ThenNotFound(string detail) => ThenRejected(RejectionKind.NotFound, detail);

    /// <summary>Refused for exactly these errors: <c>ThenInvalid(("slug", "Is required."))</c>.</summary>
    public void ThenInvalid(params (string Field, string Message)[] errors)
    {
        rejection.ShouldNotBeNull();
        rejection.Kind.ShouldBe(RejectionKind.Invalid);
        rejection.Errors
            .SelectMany(error => error.Value.Select(message => (error.Key, message)))
            .ShouldBe(errors, ignoreOrder: true);
        streams.ShouldBeEmpty();
    }

    /// <summary>Refused for what came since the version that the command was made from, in these fields.</summary>
    public void ThenStale(string detail, params string[] fields) => ThenRejected(RejectionKind.Stale, detail, fields);

    private void ThenRejected(RejectionKind kind, string detail, params string[] fields)
    {
        rejection.ShouldNotBeNull();
        (rejection.Kind, rejection.Detail).ShouldBe((kind, detail));
        rejection.Errors.Keys.ShouldBe(fields);
        streams.ShouldBeEmpty();
    }
}
