using Varai.Tests.State;

namespace Varai.Tests.Secrets;

/// <summary>Looks for a secret in the memory of a process that has read it five times and let go of it.</summary>
public sealed class SecretMemoryTests
{
    [Fact]
    public async Task Dispose_leaves_no_copy_of_the_value_in_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A process can look at its own memory on Linux only.");
        using CrashHostProcess host = CrashHostProcess.Start("secrets");

        Assert.Equal("held: utf8 1, utf16 0", await host.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("disposed: utf8 0, utf16 0", await host.ReadLineAsync(TestContext.Current.CancellationToken));
        // The scan can find what there is to find.
        Assert.Equal("control: utf8 1, utf16 1", await host.ReadLineAsync(TestContext.Current.CancellationToken));
    }
}
