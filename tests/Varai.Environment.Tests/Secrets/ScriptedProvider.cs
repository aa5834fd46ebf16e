using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Varai.Secrets;

namespace Varai.Tests.Secrets;

/// <summary>Does on each read what a test says, and notes when it was asked for what.</summary>
internal sealed class ScriptedProvider(string name, TimeProvider time, Func<SecretRequest, int, CancellationToken, ValueTask<Secret?>> read)
    : ISecretProvider, ISecretLister, ISecretBatchReader
{
    private readonly ConcurrentQueue<(string Name, DateTimeOffset At)> _calls = new();
    private int _count;

    public string Name => name;

    public int Count => Volatile.Read(ref _count);

    public IReadOnlyList<string> Asked => [.. _calls.Select(call => call.Name)];

    public IReadOnlyList<DateTimeOffset> Times => [.. _calls.Select(call => call.At)];

    public string[] Listed { get; init; } = [];

    public ConcurrentQueue<int> Batches { get; } = new();

    public static Secret Found(SecretRequest request, string provider) =>
        new(request.Name, new SecretValue("value"), provider) { Version = request.Version ?? "1", ContentType = "text" };

    public static SecretProviderException Error(
        string provider, bool transient = true, bool throttled = false, TimeSpan? retryAfter = null, Exception? inner = null) =>
        new(provider, "read", "key", "it is down.", inner) { IsTransient = transient, IsThrottled = throttled, RetryAfter = retryAfter };

    public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
    {
        _calls.Enqueue((request.Name, time.GetUtcNow()));
        return read(request, Interlocked.Increment(ref _count), cancellationToken);
    }

    public async IAsyncEnumerable<SecretInfo> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string listed in Listed)
        {
            await Task.CompletedTask;
            if (listed.StartsWith(prefix ?? "", StringComparison.Ordinal))
                yield return new SecretInfo(listed, name);
        }
    }

    public async ValueTask<IReadOnlyList<Secret>> GetManyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        Batches.Enqueue(names.Count);
        var found = new List<Secret>();
        foreach (string asked in names.Intersect(Listed))
            found.Add((await read(new SecretRequest(asked), 0, cancellationToken))!);
        return found;
    }
}
