namespace Varai.Tests.State;

public sealed class CrashHostProcessTests
{
    [Fact]
    public async Task ReadLine_from_a_host_that_dies_says_what_it_wrote()
    {
        using var folder = new StateFolder();
        using CrashHostProcess host = CrashHostProcess.Start("no such command", folder.Path);
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => host.ReadLineAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Contains("Unknown command 'no such command'.", error.Message, StringComparison.Ordinal);
    }
}
