namespace Varai.PostgreSql.Tests.Server;

/// <summary>Waits for what tells nobody that it has happened: asks again and again, until a deadline.</summary>
internal static class Wait
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task UntilAsync(Func<bool> condition, TimeSpan? patience = null) => UntilAsync(_ => Task.FromResult(condition()), patience);

    public static async Task UntilAsync(Func<CancellationToken, Task<bool>> condition, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience ?? Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition(limit.Token))
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
