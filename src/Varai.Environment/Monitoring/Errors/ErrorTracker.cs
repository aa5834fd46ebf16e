using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Varai.Diagnostics;

namespace Varai.Monitoring.Errors;

/// <summary>Groups errors and counts them.</summary>
internal sealed class ErrorTracker : IErrorTracker, IDisposable
{
    private const int MaxMessage = 200;
    private const int MaxName = 300;
    private const long MinutesOfIdle = 60;

    private static readonly TimeSpan SameError = TimeSpan.FromSeconds(5);
    private static readonly ErrorKey Other = new(ErrorGroup.OtherType, "");

    private readonly ErrorTrackingOptions _options;
    private readonly TimeProvider _time;
    private readonly ErrorPlace _place;
    private readonly long _start;
    private readonly Meter? _own;
    private readonly Counter<long> _errors;
    private readonly ConcurrentDictionary<ErrorKey, TrackedError> _groups = new();
    private readonly ConditionalWeakTable<Exception, StrongBox<long>> _seen = [];
    private readonly Lock _adding = new();

    public ErrorTracker(IOptions<ErrorTrackingOptions> options, TimeProvider time, IMeterFactory? meters = null)
    {
        _options = options.Value;
        _time = time;
        _place = new ErrorPlace(_options.ApplicationAssemblies, Assembly.GetEntryAssembly()?.GetName().Name);
        _start = time.GetTimestamp();
        Meter meter = meters?.Create(VaraiDiagnostics.Name) ?? (_own = new Meter(VaraiDiagnostics.Name));
        _errors = meter.CreateCounter<long>("varai.errors", "{error}", "Errors, by the type of the exception");
    }

    public void Record(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Record(exception, ErrorOrigin.Recorded, category: null);
    }

    /// <summary>Tells whichever tracker the service uses.</summary>
    public static void Tell(IErrorTracker tracker, Exception exception, ErrorOrigin origin, string? category)
    {
        if (tracker is ErrorTracker ours)
            ours.Record(exception, origin, category);
        else
            tracker.Record(exception);
    }

    private void Record(Exception exception, ErrorOrigin origin, string? category)
    {
        if (WasJustSeen(exception))
            return;
        Exception told = Unwrap(exception);
        long minute = Minute();
        (ErrorKey key, TrackedError group) = Find(new ErrorKey(Cut(TypeOf(told), MaxName), Cut(_place.Find(told), MaxName)), minute);
        group.Add(_time.GetUtcNow(), minute, origin, category, _options.KeepMessages ? OneLine(told) : null);
        _errors.Add(1, new KeyValuePair<string, object?>("error.type", key.Type));
    }

    public IReadOnlyList<ErrorGroup> GetErrors()
    {
        long minute = Minute();
        return [.. _groups.Values.Select(group => group.Describe(minute)).OrderByDescending(group => group.LastSeen).ThenBy(group => group.Type, StringComparer.Ordinal)];
    }

    public void Dispose() => _own?.Dispose();

    private bool WasJustSeen(Exception exception)
    {
        long now = _time.GetTimestamp();
        var first = new StrongBox<long>(now);
        StrongBox<long> last = _seen.GetValue(exception, _ => first);
        if (ReferenceEquals(last, first))
            return false;
        long seen = Interlocked.Read(ref last.Value);

        // Of two threads that tell of it at once, one counts.
        return _time.GetElapsedTime(seen, now) < SameError || Interlocked.CompareExchange(ref last.Value, now, seen) != seen;
    }

    private (ErrorKey Key, TrackedError Group) Find(ErrorKey key, long minute)
    {
        if (_groups.TryGetValue(key, out TrackedError? known))
            return (key, known);
        lock (_adding)
        {
            if (_groups.TryGetValue(key, out known))
                return (key, known);
            if (_groups.Count - (_groups.ContainsKey(Other) ? 1 : 0) >= _options.MaxGroups && !TryMakeRoom(minute))
                key = Other;
            return (key, _groups.GetOrAdd(key, static (k, now) => new TrackedError(k, now), _time.GetUtcNow()));
        }
    }

    private bool TryMakeRoom(long minute)
    {
        KeyValuePair<ErrorKey, TrackedError> oldest = _groups.Where(group => group.Key != Other).MinBy(group => group.Value.LastMinute);
        return minute - oldest.Value.LastMinute >= MinutesOfIdle && _groups.TryRemove(oldest);
    }

    private long Minute() => (long)_time.GetElapsedTime(_start).TotalMinutes;

    private static Exception Unwrap(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException { InnerException: not null } or TypeInitializationException { InnerException: not null })
            exception = exception.InnerException!;
        return exception;
    }

    // Not the full name: of a generic type that names the assemblies of all types in it.
    private static string TypeOf(Exception exception) => exception.GetType().ToString();

    private static string OneLine(Exception exception)
    {
        try
        {
            string message = Cut(exception.Message, MaxMessage);
            return string.Create(message.Length, message, static (line, text) =>
            {
                for (int i = 0; i < line.Length; i++)
                    line[i] = char.IsControl(text[i]) ? ' ' : text[i];
            });
        }
        catch (Exception)
        {
            // The message is the exception's own code, and there is nothing to tell but that it has none.
            return "";
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text.AsSpan(0, length - 1)}…";
}
