using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Errors;

namespace Varai.Tests.Monitoring.Errors;

public sealed class ErrorTrackerTests : IDisposable
{
    private const string Canary = "s3cr3t-canary";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ErrorTrackingOptions _options = new() { ApplicationAssemblies = { "Varai.Environment.Tests" } };
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private ErrorTracker? _tracker;

    private ErrorTracker Tracker => _tracker ??= new ErrorTracker(Options.Create(_options), _time, _meters.GetRequiredService<IMeterFactory>());

    public void Dispose()
    {
        _tracker?.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Record_OfOneTypeFromOnePlace_IsOneGroup()
    {
        Tracker.Record(Thrown(() => int.Parse("x", null)));
        _time.Advance(TimeSpan.FromMinutes(3));
        Tracker.Record(Thrown(() => int.Parse("y", null)));

        ErrorGroup group = Assert.Single(Tracker.GetErrors());
        Assert.Equal("System.FormatException", group.Type);
        Assert.Equal("Varai.Tests.Monitoring.Errors.ErrorTrackerTests.Record_OfOneTypeFromOnePlace_IsOneGroup", group.Place);
        Assert.Equal((2, 2, 0.2), (group.Count, group.RecentCount, group.RatePerMinute));
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromMinutes(3), group.FirstSeen);
        Assert.Equal(_time.GetUtcNow(), group.LastSeen);
        Assert.Equal(ErrorOrigin.Recorded, group.Origin);
        Assert.Null(group.Category);
        Assert.Null(group.Message);
    }

    [Fact]
    public void Record_OtherTypesAndOtherPlaces_AreOtherGroupsTheLatestFirst()
    {
        Tracker.Record(Thrown(FailFirst));
        _time.Advance(TimeSpan.FromSeconds(1));
        Tracker.Record(Thrown(FailSecond));
        _time.Advance(TimeSpan.FromSeconds(1));
        Tracker.Record(new TimeoutException());

        const string Here = "Varai.Tests.Monitoring.Errors.ErrorTrackerTests";
        Assert.Equal(
            ["System.TimeoutException ", $"System.InvalidOperationException {Here}.FailSecond", $"System.InvalidOperationException {Here}.FailFirst"],
            Tracker.GetErrors().Select(g => $"{g.Type} {g.Place}"));
    }

    [Fact]
    public void Record_NoMessagesKept_HoldsNoSecret()
    {
        Tracker.Record(Thrown(() => throw new InvalidOperationException(Canary) { Data = { ["a"] = Canary }, HelpLink = Canary, Source = Canary }));

        Assert.DoesNotContain(Canary, Assert.Single(Tracker.GetErrors()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_MessagesKept_KeepsTheLastOnOneLineAndCut()
    {
        _options.KeepMessages = true;
        Tracker.Record(new TimeoutException("first"));
        Tracker.Record(new TimeoutException($"two\r\nlines {new string('x', 300)}"));

        string message = Assert.Single(Tracker.GetErrors()).Message!;

        Assert.StartsWith("two  lines xxx", message, StringComparison.Ordinal);
        Assert.Equal(200, message.Length);
        Assert.EndsWith("x…", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_AnExceptionWhoseMessageThrows_IsCounted()
    {
        _options.KeepMessages = true;
        Tracker.Record(new RudeException());

        Assert.Equal(("", 1), (Assert.Single(Tracker.GetErrors()).Message, Tracker.GetErrors()[0].Count));
    }

    [Fact]
    public void Record_TheSameExceptionWithinSeconds_CountsOnce()
    {
        var exception = new TimeoutException();
        Tracker.Record(exception);
        _time.Advance(TimeSpan.FromSeconds(4));
        Tracker.Record(exception);
        Assert.Equal(1, Tracker.GetErrors()[0].Count);

        _time.Advance(TimeSpan.FromSeconds(1));
        Tracker.Record(exception);

        Assert.Equal(2, Tracker.GetErrors()[0].Count);
    }

    [Fact]
    public void Record_Wrapped_IsTheOneThatIsWrapped()
    {
        Tracker.Record(new AggregateException(new AggregateException(new TimeoutException())));
        Tracker.Record(new TargetInvocationException(new TimeoutException()));
        Tracker.Record(new AggregateException(new TimeoutException(), new TimeoutException()));
        Tracker.Record(new InvalidOperationException("x", new TimeoutException()));

        Assert.Equal(
            ["System.AggregateException 1", "System.InvalidOperationException 1", "System.TimeoutException 2"],
            Tracker.GetErrors().Select(g => $"{g.Type} {g.Count}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void GetErrors_AsMinutesPass_CountsTheLastTen()
    {
        for (int minute = 0; minute < 15; minute++)
        {
            for (int i = 0; i <= minute; i++)
                Tracker.Record(new TimeoutException());
            Assert.Equal(Enumerable.Range(0, minute + 1).TakeLast(10).Sum(m => m + 1), Tracker.GetErrors()[0].RecentCount);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(Enumerable.Range(6, 9).Sum(m => m + 1), Tracker.GetErrors()[0].RecentCount);
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(0, Tracker.GetErrors()[0].RecentCount);
        Tracker.Record(new TimeoutException());
        Assert.Equal((1, 121), (Tracker.GetErrors()[0].RecentCount, Tracker.GetErrors()[0].Count));
    }

    [Fact]
    public void Record_MoreGroupsThanMayBe_AreCountedTogetherUntilOneHasIdled()
    {
        _options.MaxGroups = 10;
        for (int i = 0; i < 12; i++)
            Tracker.Record(Numbered(i));
        Assert.Equal(11, Tracker.GetErrors().Count);
        Assert.Equal(2, Tracker.GetErrors().Single(g => g.Type == ErrorGroup.OtherType).Count);

        _time.Advance(TimeSpan.FromHours(1));
        Tracker.Record(Numbered(0));
        Tracker.Record(Numbered(12));

        Assert.Equal(11, Tracker.GetErrors().Count);
        Assert.Contains(Tracker.GetErrors(), g => g.Type == Numbered(12).GetType().ToString());
        Assert.Contains(Tracker.GetErrors(), g => g.Type == Numbered(0).GetType().ToString());
        Assert.Equal(13, Tracker.GetErrors().Sum(g => g.Count)); // all fourteen but the one that gave its place up
    }

    [Fact]
    public void Record_FromManyThreads_LosesNone()
    {
        Parallel.For(0, 4000, i => Tracker.Record(Numbered(i % 13)));

        Assert.Equal(13, Tracker.GetErrors().Count);
        Assert.Equal(4000, Tracker.GetErrors().Sum(g => g.Count));
        Assert.Equal(4000, Tracker.GetErrors().Sum(g => g.RecentCount));
    }

    [Fact]
    public void Record_OneExceptionFromManyThreads_CountsOnce()
    {
        var exception = new TimeoutException();
        Parallel.For(0, 1000, _ => Tracker.Record(exception));

        Assert.Equal(1, Assert.Single(Tracker.GetErrors()).Count);
    }

    [Fact]
    public void Record_AnError_IsCountedInTheMetricByItsType()
    {
        var counted = new List<string>();
        using var listener = new MeterListener();
        Meter meter = _meters.GetRequiredService<IMeterFactory>().Create("Varai");
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == "varai.errors")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.Add($"{value} {string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}"));
        listener.Start();

        Tracker.Record(new TimeoutException(Canary));

        Assert.Equal(["1 error.type=System.TimeoutException"], counted);
    }

    [Fact]
    public void Record_Null_Throws() => Assert.Throws<ArgumentNullException>(() => Tracker.Record(null!));

    private static void FailFirst() => throw new InvalidOperationException();

    private static void FailSecond() => throw new InvalidOperationException();

    private static Exception Thrown(Action act) => Xunit.Record.Exception(act)!;

    // As many types as one likes.
    private static Exception Numbered(int number)
    {
        Type type = typeof(int);
        for (int bit = 1; bit < 16; bit <<= 1)
            type = ((number & bit) == 0 ? typeof(List<>) : typeof(HashSet<>)).MakeGenericType(type);
        return (Exception)Activator.CreateInstance(typeof(GenericException<>).MakeGenericType(type))!;
    }

    private sealed class GenericException<T> : Exception;

    private sealed class RudeException : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
