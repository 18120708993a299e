using Platform.Domain.Analytics;

namespace Platform.Domain.Tests.Analytics;

public sealed class MetricTests
{
    private static readonly Dictionary<string, MetricKind> Declared = new() { ["queue_length"] = MetricKind.Count, ["mood"] = MetricKind.Text, ["is_open"] = MetricKind.Boolean, ["delta"] = MetricKind.Number };

    [Theory]
    [InlineData("""{"page_views":150,"load_time":420}""")]
    [InlineData("""{"page_views":0,"load_time":0.5,"queue_length":3,"mood":"good","is_open":true,"delta":-1.5}""")]
    public void Values_of_their_kind_are_recorded(string metrics) =>
        RecordMetrics.Decide(new RecordMetrics(null, Fields.Parse(metrics)), Declared).Events.ShouldBe([new MetricsRecorded(Fields.Parse(metrics))]);

    [Theory]
    [InlineData("""{"page_views":"abc","load_time":-1}""", "load_time page_views")]
    [InlineData("""{"page_views":1.5}""", "page_views")]
    [InlineData("""{"page_views":-1,"load_time":null}""", "load_time page_views")]
    [InlineData("""{"queue_length":true,"mood":1,"is_open":"yes","delta":"1"}""", "delta is_open mood queue_length")]
    [InlineData("""{"unknown":1}""", "unknown")]
    [InlineData("{}", "$")]
    public void Others_are_named_all_at_once(string metrics, string fields) =>
        RecordMetrics.Decide(new RecordMetrics(null, Fields.Parse(metrics)), Declared).Rejection.ShouldNotBeNull().Errors.Keys.ShouldBe(fields.Split(' '));

    [Fact]
    public void A_metric_is_declared_once_and_keeps_its_kind()
    {
        Spec.Given<MetricDefinition>().When(new DeclareMetric("queue_length", MetricKind.Count)).Then(new MetricDeclared("queue_length", MetricKind.Count));
        var given = Spec.Given<MetricDefinition>(new MetricDeclared("queue_length", MetricKind.Count));
        given.When(new DeclareMetric("queue_length", MetricKind.Count)).ThenNothing();
        given.When(new DeclareMetric("queue_length", MetricKind.Text)).ThenTaken("kind", "The metric is declared with another kind, and values were recorded by it.");
        Spec.Given<MetricDefinition>().When(new DeclareMetric("page_views", MetricKind.Count)).ThenTaken("name", "It's built in.");
        Spec.Given<MetricDefinition>().When(new DeclareMetric("Queue", MetricKind.Count)).ThenInvalid(("name", "Must be a lower-case letter and up to 49 letters, digits and underscores."));
    }
}
