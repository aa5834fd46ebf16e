using System.Threading.Channels;

namespace Varai.Tests.Secrets;

/// <summary>What a provider told, to wait for. The time limit only ends a test that would hang.</summary>
internal sealed class EventQueue
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<string?> _events = Channel.CreateUnbounded<string?>();

    public bool IsEmpty => _events.Reader.Count == 0;

    public void Add(string? name) => _events.Writer.TryWrite(name);

    public Task<string?> NextAsync() => _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>The next event that is another one: a single write may be told more than once.</summary>
    public async Task<string?> NextAfterAsync(string? name)
    {
        string? next;
        while ((next = await NextAsync()) == name)
        {
        }

        return next;
    }

    /// <summary>Waits for events until one of them finds the condition true.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await NextAsync();
    }

    /// <summary>Waits until a name was told; null, which stands for any, is passed over unless it is asked for.</summary>
    public async Task UntilAsync(string? name)
    {
        while (await NextAsync() != name)
        {
        }
    }
}
